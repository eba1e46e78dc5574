//! Tests with bare, shallow and damaged repositories, linked work trees, and alternates. A scan reads all readable
//! commits and reports the objects that it could not read.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

mod common;

use common::{alibi, build, findings, object, options, pack, scan, scan_with, text};
use git_alibi::pipeline::Scope;
use git_alibi::repository::{RefChoice, Repository, RepositoryError};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

fn commits(path: &Path) -> usize {
    scan(path).facts.commits.len()
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries.filter(|p| p.extension().is_some_and(|e| e == extension)).collect()
}

/// Clones a repository, with a work tree.
fn clone(from: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    git2::Repository::clone(from.to_str().unwrap(), folder.path().join("clone")).unwrap();
    folder
}

#[test]
fn a_repository_is_found_from_folders_files_worktrees_and_git_dir() {
    let bare = build("honest-team");
    let all = commits(bare.path());
    let folder = clone(bare.path());
    let tree = folder.path().join("clone");
    let repo = git2::Repository::open(&tree).unwrap();
    repo.worktree("linked", &folder.path().join("linked"), None).unwrap();
    for entry in
        [tree.clone(), tree.join("src"), tree.join(".git"), tree.join("README.md"), folder.path().join("linked")]
    {
        assert_eq!(commits(&entry), all, "{}", entry.display());
    }
    let scan = |dir: &Path, git_dir: Option<&Path>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_git-alibi"));
        command.args(["scan", "--format", "json"]).current_dir(dir).env_remove("GIT_DIR");
        if let Some(git_dir) = git_dir {
            command.env("GIT_DIR", git_dir);
        }
        let out = command.output().unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        value["repositories"][0]["commits"].as_u64().unwrap() as usize
    };
    assert_eq!(scan(&tree.join("src"), None), all, "in a folder of the work tree");
    assert_eq!(scan(Path::new("/"), Some(bare.path())), all, "by GIT_DIR");
}

#[test]
fn pull_request_refs_are_scanned_only_with_all_or_a_glob() {
    let bare = build("reordered-source");
    let count = |refs: RefChoice| {
        let mut options = options(&[bare.path()]);
        options.scope = Scope::History(refs);
        scan_with(&options).facts.commits.len()
    };
    let repo = git2::Repository::open_bare(bare.path()).unwrap();
    let first = repo.revparse_single("main~3").unwrap().id();
    repo.reference("refs/heads/main", first, true, "back").unwrap();
    repo.reference("refs/notes/commits", repo.refname_to_id("refs/heads/access").unwrap(), true, "n").unwrap();
    let tip = repo.refname_to_id("refs/heads/access").unwrap();
    repo.find_reference("refs/heads/access").unwrap().delete().unwrap();
    repo.reference("refs/pull/1/head", tip, true, "pull").unwrap();
    let head = count(RefChoice::Head);
    assert_eq!(count(RefChoice::Default), head, "the default excludes pull requests");
    assert_eq!(count(RefChoice::All), head + 1);
    assert_eq!(count(RefChoice::Glob("pull/*".into())), 2);
    assert_eq!(count(RefChoice::Glob("refs/pull/".into())), 2);
    assert_eq!(count(RefChoice::Branches), head);
}

#[test]
fn empty_repositories_and_unborn_or_detached_heads_are_scanned() {
    let folder = tempfile::tempdir().unwrap();
    git2::Repository::init_bare(folder.path()).unwrap();
    let audit = scan(folder.path());
    assert_eq!((audit.facts.commits.len(), audit.findings.len()), (0, 0));
    assert_eq!(alibi(&["scan", folder.path().to_str().unwrap()]).status.code(), Some(0));

    let bare = build("honest-team");
    let all = commits(bare.path());
    let repo = git2::Repository::open_bare(bare.path()).unwrap();
    repo.set_head("refs/heads/nothing-yet").unwrap();
    assert_eq!(commits(bare.path()), all, "the other branches are scanned");
    repo.set_head_detached(repo.refname_to_id("refs/heads/main").unwrap()).unwrap();
    assert_eq!(commits(bare.path()), all);
}

#[test]
fn loose_objects_packs_and_alternates_give_the_same_findings() {
    let loose = build("reordered-source");
    let expected = findings(&scan(loose.path()));
    assert_eq!(expected.len(), 1);

    let packed = build("reordered-source");
    pack(packed.path());
    assert_eq!(findings(&scan(packed.path())), expected, "packed");

    let second = build("reordered-source");
    pack(second.path());
    let other = build("honest-team");
    pack(other.path());
    for kind in ["pack", "idx"] {
        let from = files(&other.path().join("objects/pack"), kind).remove(0);
        fs::copy(&from, second.path().join("objects/pack").join(from.file_name().unwrap())).unwrap();
    }
    assert_eq!(findings(&scan(second.path())), expected, "several packs");

    let borrowing = tempfile::tempdir().unwrap();
    let repo = git2::Repository::init_bare(borrowing.path()).unwrap();
    let objects = format!("{}\n", packed.path().join("objects").display());
    fs::create_dir_all(borrowing.path().join("objects/info")).unwrap();
    fs::write(borrowing.path().join("objects/info/alternates"), objects).unwrap();
    let head = git2::Repository::open_bare(packed.path()).unwrap().refname_to_id("refs/heads/main").unwrap();
    drop(repo);
    let repo = git2::Repository::open_bare(borrowing.path()).unwrap();
    repo.reference("refs/heads/main", head, true, "borrowed").unwrap();
    assert_eq!(findings(&scan(borrowing.path())), expected, "alternates");
}

#[test]
fn a_shallow_clone_gives_a_notice_and_no_findings() {
    let bare = build("reordered-source");
    let repo = git2::Repository::open_bare(bare.path()).unwrap();
    let cut = repo.revparse_single("main~1").unwrap().id().to_string();
    fs::write(bare.path().join("shallow"), format!("{cut}\n")).unwrap();
    repo.find_reference("refs/heads/access").unwrap().delete().unwrap();
    for parent in ["main~2", "main~3"] {
        fs::remove_file(object(bare.path(), &repo.revparse_single(parent).unwrap().id().to_string())).unwrap();
    }
    let audit = scan(bare.path());
    assert_eq!(audit.facts.commits.len(), 2);
    let row = &audit.facts.repositories[0];
    assert!(row.skipped.is_empty(), "{:?}", row.skipped);
    assert!(row.notices[0].contains("shallow clone") && row.notices[0].contains("git fetch --unshallow"));
    assert!(audit.findings.is_empty(), "files at the shallow boundary are not new");
}

#[test]
fn blobs_missing_from_a_partial_clone_are_counted() {
    let bare = build("reordered-source");
    pack(bare.path());
    let repo = git2::Repository::open_bare(bare.path()).unwrap();
    let blob = repo.revparse_single("main~2:src/access.c").unwrap().id();
    let pack_file = files(&bare.path().join("objects/pack"), "pack").remove(0);
    fs::write(pack_file.with_extension("promisor"), "").unwrap();
    // Write all objects except the blob as loose objects.
    let mut all = Vec::new();
    {
        let odb = repo.odb().unwrap();
        odb.foreach(|oid| {
            let object = odb.read(*oid).unwrap();
            all.push((*oid, object.kind(), object.data().to_vec()));
            true
        })
        .unwrap();
    }
    for kind in ["pack", "idx"] {
        fs::remove_file(files(&bare.path().join("objects/pack"), kind).remove(0)).unwrap();
    }
    let repo = git2::Repository::open_bare(bare.path()).unwrap();
    for (oid, kind, data) in all.iter().filter(|(oid, ..)| *oid != blob) {
        assert_eq!(repo.odb().unwrap().write(*kind, data).unwrap(), *oid);
    }
    let audit = scan(bare.path());
    let row = &audit.facts.repositories[0];
    assert!(row.skipped.is_empty(), "{:?}", row.skipped);
    assert!(row.notices.iter().any(|n| n.contains("1 blobs were left with the remote")), "{:?}", row.notices);
}

#[test]
fn replace_refs_and_grafts_are_noted_but_ignored() {
    let bare = build("reordered-source");
    let expected = commits(bare.path());
    let repo = git2::Repository::open_bare(bare.path()).unwrap();
    let (head, root) = (repo.refname_to_id("refs/heads/main").unwrap(), repo.revparse_single("main~4").unwrap().id());
    repo.reference(&format!("refs/replace/{head}"), root, true, "hide").unwrap();
    fs::create_dir_all(bare.path().join("info")).unwrap();
    fs::write(bare.path().join("info/grafts"), format!("{head}\n")).unwrap();
    let audit = scan(bare.path());
    assert_eq!(audit.facts.commits.len(), expected);
    assert_eq!(findings(&audit).len(), 1);
    let notices = audit.facts.repositories[0].notices.join("\n");
    assert!(notices.contains("1 replace refs") && notices.contains("grafts"), "{notices}");
}

#[test]
fn missing_objects_are_reported_and_the_scan_continues() {
    for (what, reason) in [
        ("main~4", "the object is missing"),
        ("main~1^{tree}", "the tree is missing"),
        ("main:lib/access.c", "the blob is missing"),
    ] {
        let bare = build("reordered-source");
        let repo = git2::Repository::open_bare(bare.path()).unwrap();
        let oid = repo.revparse_single(what).unwrap().id().to_string();
        fs::remove_file(object(bare.path(), &oid)).unwrap();
        let audit = scan(bare.path());
        let skipped = &audit.facts.repositories[0].skipped;
        assert!(skipped.iter().any(|s| s.object == oid && s.reason.contains(reason)), "{what}: {skipped:?}");
        assert!(audit.facts.commits.len() >= 5 - usize::from(what == "main~4"), "{what}");
        assert_eq!(alibi(&["scan", bare.path().to_str().unwrap()]).status.code(), Some(0), "{what}");
    }
}

#[test]
fn damaged_objects_are_reported_without_a_panic() {
    // Damage a loose object by changing bytes, or by truncating it.
    for cut in [false, true] {
        let bare = build("reordered-source");
        let repo = git2::Repository::open_bare(bare.path()).unwrap();
        let oid = repo.revparse_single("main~1").unwrap().id().to_string();
        let file = object(bare.path(), &oid);
        let bytes = fs::read(&file).unwrap();
        let mut permissions = fs::metadata(&file).unwrap().permissions();
        #[allow(clippy::permissions_set_readonly_false)] // a temporary folder of this test
        permissions.set_readonly(false);
        fs::set_permissions(&file, permissions).unwrap();
        fs::write(&file, if cut { bytes[..bytes.len() / 2].to_vec() } else { vec![0x55; bytes.len()] }).unwrap();
        let audit = scan(bare.path());
        let skipped = &audit.facts.repositories[0].skipped;
        assert!(skipped.iter().any(|s| s.object == oid), "{skipped:?}");
    }
    // Damage a pack by truncating it, or by inverting a byte, at several positions.
    let whole = build("honest-team");
    pack(whole.path());
    let pack_file = files(&whole.path().join("objects/pack"), "pack").remove(0);
    let bytes = fs::read(&pack_file).unwrap();
    fs::remove_file(&pack_file).unwrap();
    for step in 1..10 {
        let at = bytes.len() * step / 10;
        for damaged in [bytes[..at].to_vec(), [&bytes[..at], &[!bytes[at]], &bytes[at + 1..]].concat()] {
            fs::write(&pack_file, &damaged).unwrap();
            let opened = Repository::open(whole.path());
            assert!(opened.is_ok());
            let run = git_alibi::pipeline::audit(
                &options(&[whole.path()]),
                &git_alibi::rulebook().unwrap(),
                &git_alibi::progress::Silent,
            );
            fs::remove_file(&pack_file).unwrap();
            // If the newest commit is damaged, the scan fails with an error.
            let audit = match run {
                Ok(audit) => audit,
                Err(e) => {
                    assert!(e.to_string().contains("no object that can be read"), "{e}");
                    continue;
                }
            };
            let row = &audit.facts.repositories[0];
            assert!(audit.facts.commits.len() <= 88);
            assert!(
                audit.facts.commits.len() == 88 || !row.skipped.is_empty(),
                "commits are missing without a report at {step}"
            );
        }
    }
}

#[test]
fn commands_and_hooks_in_the_repository_configuration_are_never_run() {
    let bare = build("honest-team");
    let folder = clone(bare.path());
    let tree = folder.path().join("clone");
    let trap = folder.path().join("trapped");
    let command = format!("touch {}", trap.display());
    let mut config = git2::Repository::open(&tree).unwrap().config().unwrap();
    for key in [
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "filter.x.smudge",
        "filter.x.clean",
        "core.sshCommand",
        "core.editor",
        "gpg.program",
    ] {
        config.set_str(key, &command).unwrap();
    }
    for hook in ["post-checkout", "pre-commit", "post-index-change", "reference-transaction"] {
        fs::create_dir_all(tree.join(".git/hooks")).unwrap();
        fs::write(tree.join(".git/hooks").join(hook), format!("#!/bin/sh\n{command}\n")).unwrap();
    }
    let out = alibi(&["scan", tree.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert!(!trap.exists());
}

#[cfg(unix)]
#[test]
fn repositories_owned_by_other_users_are_scanned() {
    let bare = build("honest-team");
    // Only root can change the owner of files; otherwise the test prints that it was skipped.
    let given = Command::new("chown").args(["-R", "65534:65534"]).arg(bare.path()).status();
    if !given.is_ok_and(|s| s.success()) {
        let _ =
            std::io::Write::write_all(&mut std::io::stderr(), b"not root: the test of foreign ownership did not run\n");
        return;
    }
    assert_eq!(commits(bare.path()), 88);
}

#[test]
fn sha256_and_reftable_repositories_are_scanned_or_rejected_with_an_error() {
    for arguments in
        [["--object-format=sha256", "--ref-format=files"], ["--object-format=sha1", "--ref-format=reftable"]]
    {
        let folder = tempfile::tempdir().unwrap();
        let git = |words: &[&str]| {
            Command::new("git")
                .current_dir(folder.path())
                .args([
                    "-c",
                    "user.name=Ana Duarte",
                    "-c",
                    "user.email=ana@example.org",
                    "-c",
                    "init.defaultBranch=main",
                ])
                .args(words)
                .output()
        };
        if !git(&["init", "-q", arguments[0], arguments[1], "."]).is_ok_and(|out| out.status.success()) {
            let message = format!("no git that knows {arguments:?}: this test did not run\n");
            let _ = std::io::Write::write_all(&mut std::io::stderr(), message.as_bytes());
            continue;
        }
        fs::write(folder.path().join("a.js"), "x = 'a\u{202e}b'\n").unwrap();
        git(&["add", "a.js"]).unwrap();
        git(&["commit", "-q", "-m", "Begin"]).unwrap();
        match Repository::open(folder.path()) {
            Ok(_) => {
                let audit = scan(folder.path());
                assert_eq!(audit.facts.commits.len(), 1, "{arguments:?}");
                let hidden = audit.findings.iter().filter(|f| f.heuristic == "bidi-control").count();
                assert_eq!(hidden, 1, "{arguments:?}");
            }
            Err(e) => {
                assert!(matches!(e, RepositoryError::Reftable(..)), "{arguments:?}: {e}");
                assert!(!e.to_string().contains('\n'));
                let out = alibi(&["scan", folder.path().to_str().unwrap()]);
                assert_eq!(out.status.code(), Some(3));
            }
        }
    }
}

#[test]
fn packed_blobs_are_read_exactly_once_and_unchanged() {
    use git_alibi::history::Copied;
    use git_alibi::history::Oid;
    use git_alibi::repository::BlobVisitor;
    use std::sync::Mutex;
    let folder = build("shared-mailbox");
    pack(folder.path());
    let repo = git2::Repository::open_bare(folder.path()).unwrap();
    let odb = repo.odb().unwrap();
    let mut wanted = Vec::new();
    odb.foreach(|oid| {
        if odb.read_header(*oid).unwrap().1 == git2::ObjectType::Blob {
            wanted.push(Oid::from_bytes(oid.as_bytes()).unwrap());
        }
        true
    })
    .unwrap();
    let asked: Vec<(Oid, u32)> = wanted.iter().enumerate().map(|(i, oid)| (*oid, i as u32)).collect();
    assert!(asked.len() > 50);
    /// Records the visited blobs, and compares each reported copy with its base.
    struct Notes<'w> {
        wanted: &'w [Oid],
        seen: Mutex<Vec<u32>>,
    }
    impl BlobVisitor for Notes<'_> {
        type Memo = Vec<u8>;
        fn visit(&self, number: Option<u32>, bytes: &[u8], base: Option<(&Vec<u8>, &[Copied])>) -> Vec<u8> {
            for (base, run) in base.iter().flat_map(|(base, copied)| copied.iter().map(move |run| (base, run))) {
                assert_eq!(base[run.from..run.from + run.len], bytes[run.to..run.to + run.len]);
            }
            if let Some(number) = number {
                let oid = git2::Oid::hash_object(git2::ObjectType::Blob, bytes).unwrap();
                assert_eq!(oid.as_bytes(), self.wanted[number as usize].as_bytes());
                self.seen.lock().unwrap().push(number);
            }
            bytes.to_vec()
        }
        fn weight(&self, memo: &Vec<u8>) -> usize {
            memo.len()
        }
        fn withdraw(&self, number: u32) {
            self.seen.lock().unwrap().retain(|seen| *seen != number);
        }
    }
    let notes = Notes { wanted: &wanted, seen: Mutex::default() };
    let opened = Repository::open(folder.path()).unwrap();
    let (bytes, skipped) = opened.read_blobs(&asked, &notes);
    let mut seen = notes.seen.into_inner().unwrap();
    seen.sort_unstable();
    assert_eq!(seen, (0..asked.len() as u32).collect::<Vec<_>>(), "each blob is visited once");
    assert!(bytes > 0 && skipped.is_empty());
}

#[test]
fn files_in_trees_with_zero_padded_modes_are_scanned() {
    let bare = build("moved-into-code");
    let repo = git2::Repository::open_bare(bare.path()).unwrap();
    let blob = repo.blob("x /*\u{202e}*/\n".as_bytes()).unwrap();
    let mut tree = Vec::new();
    for name in ["a.js", "b.js"] {
        tree.extend_from_slice(format!("00100644 {name}\0").as_bytes());
        tree.extend_from_slice(blob.as_bytes());
    }
    let tree = repo.odb().unwrap().write(git2::ObjectType::Tree, &tree).unwrap();
    let raw = format!(
        "tree {tree}\nauthor Sly Fox <sly@example.org> 1700000000 +0000\ncommitter Sly Fox <sly@example.org> 1700000000 +0000\n\nPad\n"
    );
    let commit = repo.odb().unwrap().write(git2::ObjectType::Commit, raw.as_bytes()).unwrap();
    repo.reference("refs/heads/padded", commit, true, "p").unwrap();
    let audit = scan(bare.path());
    assert!(findings(&audit).iter().any(|(heuristic, who, _)| heuristic == "bidi-control" && who == "Sly Fox"));
}
