//! Every sample repository says what happened in it, what a scan must find, and by that what it must not.

#![allow(clippy::unwrap_used)] // helpers of tests are not marked as tests

mod common;

use common::{build, findings, scan};
use git_alibi::finding::Value;
use git_alibi::testkit::{names, story, write};

#[test]
fn every_story_gives_the_findings_it_tells_of_and_no_others() {
    for name in names() {
        let output = story(name).unwrap();
        let folder = build(name);
        let mut expected: Vec<_> = output
            .expect
            .iter()
            .map(|e| {
                // A finding is about a contributor, who is named by the earliest identity.
                let name = output.people[&e.by].name.clone();
                (
                    e.heuristic.clone(),
                    if e.forged { format!("unknown author using the name {name}") } else { name },
                    !e.capped,
                )
            })
            .collect();
        expected.sort();
        assert_eq!(findings(&scan(folder.path())), expected, "{name}: {}", output.story);
    }
}

#[test]
fn every_story_is_the_same_repository_on_every_machine() {
    for name in names() {
        let output = story(name).unwrap();
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(write(&output, folder.path()).unwrap().head(), output.head, "{name}");
    }
}

#[test]
fn an_honest_team_is_left_alone_though_it_travels_squashes_and_marries() {
    let folder = build("honest-team");
    let audit = scan(folder.path());
    assert!(audit.findings.is_empty());
    assert!(audit.cases.is_empty());
    // The story is worth something only if what it tells is really in it.
    let offsets: std::collections::BTreeSet<String> =
        audit.facts.commits.iter().map(|c| c.authored.offset.to_string()).collect();
    for offset in ["+0000", "+0100", "-0500", "-0400", "+0900"] {
        assert!(offsets.contains(offset), "{offset} is missing from {offsets:?}");
    }
    let squashed = |c: &&git_alibi::facts::CommitRow| c.author != c.committer;
    assert!(audit.facts.commits.iter().filter(squashed).count() >= 3);
}

#[test]
fn a_hidden_line_stays_its_authors_when_others_merge_move_and_remove_it() {
    let folder = build("reordered-source");
    let audit = scan(folder.path());
    let finding = &audit.findings[0];
    let commit = |idx| &audit.facts.commit(idx).oid;
    assert_eq!(finding.commits.len(), 1, "moving and merging introduce nothing");
    assert_eq!(finding.line, Some(2));
    assert_eq!(audit.facts.path(finding.paths[0]), b"src/access.c");
    assert_eq!(finding.in_head, Some(false));
    let removed = commit(finding.removed_in.unwrap());
    assert_eq!(Some(removed), audit.facts.repositories[0].head.as_ref(), "the last commit took it away");
    assert_eq!(audit.cases[0].tier, git_alibi::scoring::Tier::Block);
}

#[test]
fn the_clock_that_was_set_back_is_blamed_and_not_its_neighbours() {
    let folder = build("clock-that-jumps");
    let audit = scan(folder.path());
    let about = |name: &str| {
        let whose = |f: &&git_alibi::finding::Finding| {
            audit.facts.identity(audit.people.get(f.contributor).earliest()).0 == name.as_bytes()
        };
        audit.findings.iter().find(whose).unwrap()
    };
    assert_eq!(about("Cleo Varga").commits.len(), 1, "the second is later than its parent, the first");
    assert_eq!(about("Gil Serra").commits.len(), 1, "ahead once, and two others follow");
    let seen = &about("Cleo Varga").evidence;
    assert!(seen.iter().all(|e| matches!(&e.value, Value::Words(words) if words.contains("2024-02-05"))));
}
