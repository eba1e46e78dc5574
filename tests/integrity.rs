//! Tests of history integrity: forged histories, and honest ones that look similar.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

mod common;

use common::{alibi, build, findings, options, scan, scan_with, text};
use git_alibi::finding::Value;
use git_alibi::pipeline::Scope;
use git_alibi::repository::RefChoice;
use std::path::Path;
use tempfile::TempDir;

/// Copies the folder of a repository, as a mirror or a fork.
fn copy(from: &Path) -> TempDir {
    fn each(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap().flatten() {
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                each(&entry.path(), &target);
            } else {
                std::fs::copy(entry.path(), &target).unwrap();
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    each(from, folder.path());
    folder
}

#[test]
fn forks_and_mirrors_are_not_reported_as_copies() {
    let original = build("library-by-two");
    let fork = copy(original.path());
    assert!(scan_with(&options(&[original.path(), fork.path()])).findings.is_empty(), "a mirror");
    let repo = git2::Repository::open_bare(fork.path()).unwrap();
    let tip = repo.head().unwrap().peel_to_commit().unwrap();
    let who = git2::Signature::new("Fay Norr", "fay@example.org", &git2::Time::new(1_640_000_000, 60)).unwrap();
    repo.commit(Some("refs/heads/main"), &who, &who, "Follow\n", &tip.tree().unwrap(), &[&tip]).unwrap();
    let audit = scan_with(&options(&[original.path(), fork.path()]));
    assert_eq!(audit.facts.repositories.len(), 2);
    assert!(audit.findings.is_empty(), "{:?}", findings(&audit));
}

#[test]
fn replaced_authors_are_reported_in_either_path_order() {
    let copied = build("replaced-authors");
    let original = copied.path().join("beside/library-by-two");
    for paths in [[copied.path(), original.as_path()], [original.as_path(), copied.path()]] {
        let mut asked = options(&[]);
        asked.paths = paths.iter().map(Into::into).collect();
        let found = findings(&scan_with(&asked));
        let expected = ["copied-history", "copied-patches"].map(|h| (h.to_owned(), "Ivo Garber".to_owned(), true));
        assert_eq!(found, expected);
    }
}

#[test]
fn unreachable_commits_are_read_only_with_include_unreachable() {
    let folder = build("quiet-amendment");
    let mut asked = options(&[folder.path()]);
    asked.include_unreachable = false;
    asked.snapshot = None;
    let without = scan_with(&asked);
    assert!(without.facts.commits.iter().all(|c| c.reachable));
    assert_eq!(findings(&without), [("redated-rewrite".into(), "Bent Aagaard".into(), false)]);
    let with = scan(folder.path());
    let lost: Vec<_> = with.facts.commits.iter().filter(|c| !c.reachable).collect();
    assert_eq!(lost.len(), 1, "only the first version of Sofia's commit is unreachable");
    let rewrite = with.findings.iter().find(|f| f.heuristic == "redated-rewrite" && f.counts()).unwrap();
    let marked = rewrite.evidence.iter().find(|e| e.label == "not reachable from any reference").unwrap();
    assert_eq!(marked.value, Value::words(lost[0].oid.to_string()));
    assert!(with.facts.repositories[0].notices.iter().any(|n| n.contains("that no selected reference reaches")));
}

#[test]
fn a_snapshot_reveals_rewritten_refs_in_the_next_scan() {
    let folder = build("library-by-two");
    let beside = tempfile::tempdir().unwrap();
    let (path, file) = (folder.path().to_str().unwrap(), beside.path().join("seen.json"));
    let file_name = file.to_str().unwrap();
    let words = ["scan", path, "--snapshot", file_name, "--only", "integrity", "--verbose"];
    assert!(alibi(&words).status.success());
    let first = std::fs::read_to_string(&file).unwrap();
    assert!(first.contains("git-alibi/snapshot/1") && first.contains("refs/heads/main"));
    assert!(alibi(&words).status.success());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), first, "the snapshot changes only if a reference does");

    let repo = git2::Repository::open_bare(folder.path()).unwrap();
    let tip = repo.head().unwrap().peel_to_commit().unwrap();
    let back = tip.parent(0).unwrap().parent(0).unwrap();
    repo.reference("refs/heads/main", back.id(), true, "back").unwrap();
    let output = text(&alibi(&words).stdout);
    assert!(output.contains("rewritten-ref") && output.contains("the branch main was rewritten"), "{output}");
    assert!(output.contains("2 commits, replaced by 0"), "{output}");
    assert!(!text(&alibi(&words).stdout).contains("rewritten-ref"), "a reported rewrite is not reported again");
}

#[test]
fn skipped_checks_do_not_hide_a_rewrite_from_later_scans() {
    let folder = build("library-by-two");
    let beside = tempfile::tempdir().unwrap();
    let (path, file) = (folder.path().to_str().unwrap(), beside.path().join("seen.json"));
    let scan = |only: &str| {
        text(&alibi(&["scan", path, "--snapshot", file.to_str().unwrap(), "--only", only, "--verbose"]).stdout)
    };
    scan("integrity");
    let repo = git2::Repository::open_bare(folder.path()).unwrap();
    let back = repo.head().unwrap().peel_to_commit().unwrap().parent(0).unwrap();
    repo.reference("refs/heads/main", back.id(), true, "back").unwrap();
    assert!(!scan("content").contains("rewritten-ref"));
    assert!(scan("integrity").contains("rewritten-ref"));
}

#[test]
fn unwritable_snapshot_paths_are_rejected_before_the_scan() {
    let folder = build("library-by-two");
    let path = folder.path().to_str().unwrap();
    let missing = folder.path().join("no/such/folder/seen.json");
    let run = alibi(&["scan", path, "--snapshot", missing.to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).contains("does not exist"));
    let same = folder.path().join("same.json");
    let report = format!("json={}", same.display());
    let run = alibi(&["scan", path, "--snapshot", same.to_str().unwrap(), "--output", &report]);
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).contains("cannot be both"));
}

#[test]
fn trust_heuristics_are_reported_as_untested_without_full_history() {
    let folder = build("fast-hands");
    let mut asked = options(&[folder.path()]);
    asked.since = Some(1_682_000_000.into());
    let audit = scan_with(&asked);
    let output = |heuristic: &str| audit.untested.iter().any(|u| u.heuristic == heuristic && !u.insufficient);
    for heuristic in ["short-tenure-sensitive", "benign-then-sensitive", "dormancy-break", "bulk-removal"] {
        assert!(output(heuristic), "{heuristic}");
        assert!(audit.findings.iter().all(|f| f.heuristic != heuristic), "{heuristic}");
    }
}

#[test]
fn edits_by_a_merge_commit_in_cleanly_merged_files_are_reported() {
    let folder = build("edited-in-the-merge");
    let output = text(&alibi(&["scan", folder.path().to_str().unwrap(), "--only", "evil-merge", "--verbose"]).stdout);
    assert!(output.contains("sides that conflict elsewhere, and were reconciled (not excluded)"), "{output}");
    assert!(output.contains("src/login.c, 3 lines added"), "{output}");
}

#[test]
fn a_damaged_snapshot_fails_the_scan_and_is_left_unchanged() {
    let folder = build("library-by-two");
    let beside = tempfile::tempdir().unwrap();
    let file = beside.path().join("seen.json");
    for damaged in ["", "{\"schema\": \"git-alibi/snap", "{\"schema\": \"git-alibi/snapshot/7\"}", "[1, 2]"] {
        std::fs::write(&file, damaged).unwrap();
        let run = alibi(&["scan", folder.path().to_str().unwrap(), "--snapshot", file.to_str().unwrap()]);
        assert_eq!(run.status.code(), Some(2), "{damaged}");
        assert!(text(&run.stderr).contains("it was not changed"), "{damaged}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), damaged);
    }
}

#[test]
fn unselected_refs_are_kept_in_the_snapshot() {
    let folder = build("lost-past");
    let beside = tempfile::tempdir().unwrap();
    let file = beside.path().join("seen.json");
    let run = |refs: &str| {
        let (path, file) = (folder.path().to_str().unwrap(), file.to_str().unwrap());
        let words = ["scan", path, "--refs", refs, "--snapshot", file, "--only", "integrity", "--quiet"];
        let run = alibi(&words);
        assert!(run.status.success());
        assert!(!text(&run.stdout).contains("no selected reference reaches"), "{refs}");
        std::fs::read_to_string(file).unwrap()
    };
    let both = run("default");
    assert!(both.contains("refs/heads/topic"));
    assert_eq!(run("heads/main"), both);
}

#[test]
fn a_rewritten_ref_is_attributed_to_the_contributor_in_the_reflog() {
    let folder = build("library-by-two");
    let repo = git2::Repository::open_bare(folder.path()).unwrap();
    let tip = repo.head().unwrap().peel_to_commit().unwrap();
    let back = tip.parent(0).unwrap();
    std::fs::create_dir_all(folder.path().join("logs/refs/heads")).unwrap();
    let line =
        format!("{} {} Pavel Roth <pavel@example.org> 1640000000 +0100\tpush: forced-update\n", tip.id(), back.id());
    std::fs::write(folder.path().join("logs/refs/heads/main"), line).unwrap();
    repo.reference("refs/heads/main", back.id(), true, "back").unwrap();
    let mut asked = options(&[folder.path()]);
    assert!(scan_with(&asked).findings.is_empty());
    asked.include_unreachable = true;
    asked.scope = Scope::History(RefChoice::Default);
    assert_eq!(findings(&scan_with(&asked)), [("rewritten-ref".into(), "Pavel Roth".into(), true)]);
}

#[test]
fn who_lists_first_sensitive_changes_and_reviewers() {
    let folder = build("fast-hands");
    let output = text(&alibi(&["who", "dario@example.org", folder.path().to_str().unwrap(), "--quiet"]).stdout);
    assert!(
        output.contains("Trust") && output.contains("pipelines") && output.contains("after 14 days, alone"),
        "{output}"
    );
    let output = text(&alibi(&["who", "leila@example.org", folder.path().to_str().unwrap(), "--quiet"]).stdout);
    assert!(
        output.contains("with others: Ada Kirsch <ada@example.org> (1)") && !output.contains(", alone"),
        "{output}"
    );
}

#[test]
fn sensitive_paths_from_the_configuration_are_used() {
    let folder = build("fast-hands");
    let beside = tempfile::tempdir().unwrap();
    let file = beside.path().join("alibi.toml");
    std::fs::write(&file, "[[sensitive]]\nkind = \"phones\"\nglobs = [\"mobile/**\"]\n").unwrap();
    let (path, config) = (folder.path().to_str().unwrap(), file.to_str().unwrap());
    let output = text(&alibi(&["who", "leila@example.org", path, "--config", config, "--quiet"]).stdout);
    assert!(output.contains("phones"), "{output}");
    std::fs::write(&file, "[[sensitive]]\nkind = \"phones\"\nglobs = [\"mobile/[\"]\n").unwrap();
    let run = alibi(&["scan", path, "--config", config]);
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).contains(":3:9: invalid glob"), "{}", text(&run.stderr));
}
