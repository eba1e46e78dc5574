//! Tests of identity resolution: across repositories, by keys and mailmaps, and with hostile identities.
#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

mod common;

use common::{alibi, build, options, report, scan, scan_with, text};
use git_alibi::analysis::people::{LinkStatus, ReasonKind};
use git_alibi::history::Oid;
use git_alibi::pipeline::Enabled;
use git_alibi::repository::{Build, CommitDraft};
use git_alibi::testkit::{Story, write};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Builds a repository with one commit per author (`Name <address>`), one hour apart.
fn history(authors: &[impl AsRef<[u8]>]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let build = Build::create(folder.path()).unwrap();
    let tree = build.tree(&BTreeMap::new()).unwrap();
    let mut last: Option<Oid> = None;
    for (i, who) in authors.iter().enumerate() {
        let line = [who.as_ref(), format!(" {} +0000", 1_700_000_000 + i * 3_600).as_bytes()].concat();
        let draft = CommitDraft {
            tree,
            parents: last.into_iter().collect(),
            author: line.clone(),
            committer: line,
            extra_headers: Vec::new(),
            message: b"Work\n".to_vec(),
        };
        last = Some(build.commit(&draft).unwrap());
    }
    build.reference("refs/heads/main", &last.unwrap()).unwrap();
    folder
}

#[test]
fn identities_are_linked_across_repositories() {
    let (api, web, docs) = (
        history(&["Marisol Quenby <mquenby@work.example.org>", "Tom Ek <tom@example.org>"]),
        history(&["Marisol Quenby <marisol@home.example.org>", "Lars Moe <lars@example.org>"]),
        history(&["mquenby <71+mquenby@users.noreply.github.com>", "Tom Ek <tom@example.org>"]),
    );
    let paths: Vec<&Path> = [&api, &web, &docs].map(TempDir::path).to_vec();
    let value = report(&scan_with(&options(&paths)));
    let person = &value["contributors"][0];
    let seen: Vec<(String, String)> = person["identities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| (i["email"].as_str().unwrap().to_owned(), i["repositories"][0].as_str().unwrap().to_owned()))
        .collect();
    let expected = [
        ("mquenby@work.example.org", "r1"),
        ("marisol@home.example.org", "r2"),
        ("71+mquenby@users.noreply.github.com", "r3"),
    ];
    assert_eq!(seen, expected.map(|(e, r)| (e.to_owned(), r.to_owned())));
    assert_eq!(value["contributors"].as_array().unwrap().len(), 3, "Tom and Lars are two of three contributors");

    let words: Vec<&str> = paths.iter().map(|p| p.to_str().unwrap()).collect();
    let out = text(&alibi(&[&["scan"], &words[..]].concat()).stdout);
    assert!(out.contains("In more than one repository: 2 contributors, 1 of them with different identities"), "{out}");
    assert!(out.contains("marisol@home.example.org") && !out.contains("tom@example.org"), "{out}");
    let alone = text(&alibi(&["scan", words[0]]).stdout);
    assert!(!alone.contains("In more than one"), "{alone}");
}

/// Two identities that share only a signing key, and an unrelated person.
const KEYED: &str = r#"
title = "t"
story = "s"
head = ""
[keys]
one = """
-----BEGIN PGP SIGNATURE-----

iHUEABYIAB0WIQR6PHY3/pco2X4RCk1mTy6LLp0cKgUCZZNSAAAKCRBmTy6LLp0c
KpL4AP9ynggTmthAaR8KEroXp+vaCrMB93zWM4zT6uoATAoGwgEAo3FYHIIuoRJm
9gbtTGWPySfl02I3SBeF+LvzRtaXmww=
-----END PGP SIGNATURE-----
"""
[people.a]
name = "brightowl77"
email = "hello@one.example.org"
[people.b]
name = "quietmole"
email = "mail@two.example.org"
[people.c]
name = "Tom Ek"
email = "tom@example.org"
[[work]]
by = ["a", "b"]
from = "2024-01-02"
to = "2024-01-20"
key = "one"
[[work]]
by = ["c"]
from = "2024-01-02"
to = "2024-01-20"
"#;

#[test]
fn a_shared_key_links_identities_unless_its_signatures_are_invalid() {
    let folder = tempfile::tempdir().unwrap();
    write(&Story::parse("keyed", KEYED).unwrap(), folder.path()).unwrap();
    let people = |keys: &[&Path]| {
        let mut options = options(&[folder.path()]);
        options.keys = keys.iter().map(Into::into).collect();
        report(&scan_with(&options))
    };
    let unchecked = people(&[]);
    assert_eq!(unchecked["contributors"].as_array().unwrap().len(), 2);
    let keys = |report: &serde_json::Value| {
        let all = report["contributors"].as_array().unwrap().clone();
        all.into_iter().find(|c| c["name"] == "brightowl77").unwrap()["keys"].clone()
    };
    let key = &keys(&unchecked)[0];
    assert_eq!((key["commits"].as_u64(), key["checked"]["unchecked"].as_u64()), (Some(19), Some(19)));

    // Verification detects that the signatures were copied from other commits.
    let keys_file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/signatures/openpgp-keys.asc");
    let checked = people(&[&keys_file]);
    assert_eq!(checked["contributors"].as_array().unwrap().len(), 3);
    let key = &keys(&checked)[0];
    assert_eq!((key["commits"].as_u64(), key["checked"]["bad"].as_u64()), (Some(0), Some(10)));
    assert_eq!(key["owner"], "Ana Duarte <ana@example.org>");

    let words = ["who", "brightowl77", folder.path().to_str().unwrap()];
    let out = text(&alibi(&words).stdout);
    assert!(out.contains("Signing keys") && out.contains("openpgp:664F2E8B2E9D1C2A"), "{out}");
    assert!(out.contains("the same key signs the commits of both"), "{out}");
}

#[test]
fn a_mailmap_with_an_invalid_line_is_still_used() {
    let folder = build("mailmap-edits");
    let joined = |mailmap: bool| {
        let mut options = options(&[folder.path()]);
        options.mailmap = Enabled(mailmap);
        let run = scan_with(&options);
        let by_mailmap = |l: &&git_alibi::analysis::people::LinkRow| {
            l.status == LinkStatus::Linked && l.reasons.iter().any(|r| r.kind == ReasonKind::Mailmap)
        };
        (run.people.links.iter().filter(by_mailmap).count(), run.people.contributors.len())
    };
    let (used, ignored) = (joined(true), joined(false));
    assert_eq!((used.0, ignored.0), (4, 0), "the mailmap gives four links");
    assert!(used.1 < ignored.1);
}

#[test]
fn hostile_identities_neither_crash_nor_slow_the_scan_and_are_not_linked() {
    let mut authors: Vec<Vec<u8>> = vec![
        b" <>".to_vec(),
        b"<nobody@example.org>".to_vec(),
        b"\x1b[2J\x07\xff\xfe Evil\x7f <\x1b]0;x\x07@example.org>".to_vec(),
        b"\xe2\x80\xae\xe2\x80\xae <rtl@example.org>".to_vec(),
        [&b"x y ".repeat(25_000)[..], b" <long@example.org>"].concat(),
        [b"Long Address <", &b"a.b+c".repeat(20_000)[..], b"@example.org>"].concat(),
        [b"( [ { < ".repeat(5_000), b" <brackets@example.org>".to_vec()].concat(),
        "a\u{301}".repeat(20_000).into_bytes().into_iter().chain(*b" <marks@example.org>").collect(),
    ];
    let crowd = 1_500;
    let word = |seed: usize| -> String {
        let letters = (0..7).scan(seed * 2_654_435_761 % 8_031_810_176, |left, _| {
            let letter = char::from(b'a' + (*left % 26) as u8);
            *left /= 26;
            Some(letter)
        });
        letters.collect()
    };
    authors.extend(
        (0..crowd).map(|i| format!("{} {} <dev@host{i}.example.org>", word(i + 50_000), word(i + 90_000)).into_bytes()),
    );
    authors.extend((0..crowd).map(|i| format!("John Smith <box{i}x@mail{i}.example.org>").into_bytes()));
    authors.extend((0..crowd).map(|i| format!("{} {} <team@example.org>", word(i), word(i + 7_919)).into_bytes()));
    let folder = history(&authors);
    let start = Instant::now();
    let run = scan(folder.path());
    assert!(start.elapsed() < Duration::from_secs(60), "quadratic: {:?}", start.elapsed());
    assert_eq!(run.facts.commits.len(), authors.len());
    assert!(run.people.placeholders.contains(&b"team@example.org"[..]));
    // A very common name, a local part and a shared mailbox link no identities.
    let largest = run.people.contributors.iter().map(|c| c.identities.len()).max();
    assert_eq!(largest, Some(1));
    assert_eq!(run.findings.iter().filter(|f| f.counts()).count(), 0);
    // Control sequences do not reach the terminal.
    let out = alibi(&["scan", folder.path().to_str().unwrap(), "--verbose"]).stdout;
    assert!(!out.contains(&0x1b) && !out.contains(&0x07));
}
