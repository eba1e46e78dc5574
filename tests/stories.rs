//! Tests of the synthetic repositories: a scan must report exactly the findings that each story expects.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

mod common;

use common::{build, findings, scan};
use git_alibi::finding::Value;
use git_alibi::testkit::{names, story, write};

#[test]
fn every_story_yields_exactly_its_expected_findings() {
    for name in names() {
        let output = story(name).unwrap();
        let folder = build(name);
        let mut expected: Vec<_> = output
            .expect
            .iter()
            .map(|e| {
                // A finding names the contributor by the earliest identity.
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
fn stories_build_reproducible_repositories() {
    for name in names() {
        let output = story(name).unwrap();
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(write(&output, folder.path()).unwrap().head(), output.head, "{name}");
    }
}

#[test]
fn the_honest_team_story_has_no_findings() {
    let folder = build("honest-team");
    let audit = scan(folder.path());
    assert!(audit.findings.is_empty());
    assert!(audit.cases.is_empty());
    // The test is meaningful only if these offsets occur in the story.
    let offsets: std::collections::BTreeSet<String> =
        audit.facts.commits.iter().map(|c| c.authored.offset.to_string()).collect();
    for offset in ["+0000", "+0100", "-0500", "-0400", "+0900"] {
        assert!(offsets.contains(offset), "{offset} is missing from {offsets:?}");
    }
    let squashed = |c: &&git_alibi::facts::CommitRow| c.author != c.committer;
    assert!(audit.facts.commits.iter().filter(squashed).count() >= 3);
}

#[test]
fn a_hidden_line_is_attributed_to_its_introducing_commit() {
    let folder = build("reordered-source");
    let audit = scan(folder.path());
    let finding = &audit.findings[0];
    let commit = |idx| &audit.facts.commit(idx).oid;
    assert_eq!(finding.commits.len(), 1, "commits that move or merge the line do not introduce it");
    assert_eq!(finding.line, Some(2));
    assert_eq!(audit.facts.path(finding.paths[0]), b"src/access.c");
    assert_eq!(finding.in_head, Some(false));
    let removed = commit(finding.removed_in.unwrap());
    assert_eq!(Some(removed), audit.facts.repositories[0].head.as_ref(), "the last commit removed the line");
    assert_eq!(audit.cases[0].tier, git_alibi::scoring::Tier::Block);
}

#[test]
fn only_commits_with_a_wrong_clock_are_reported_not_their_children() {
    let folder = build("clock-that-jumps");
    let audit = scan(folder.path());
    let about = |name: &str| {
        let whose = |f: &&git_alibi::finding::Finding| {
            audit.facts.identity(audit.people.get(f.contributor).earliest()).0 == name.as_bytes()
        };
        audit.findings.iter().find(whose).unwrap()
    };
    assert_eq!(about("Cleo Varga").commits.len(), 1, "the second commit is later than its parent");
    assert_eq!(about("Gil Serra").commits.len(), 1, "only one commit is ahead of the commits after it");
    let seen = &about("Cleo Varga").evidence;
    assert!(seen.iter().all(|e| matches!(&e.value, Value::Words(words) if words.contains("2024-02-05"))));
}
