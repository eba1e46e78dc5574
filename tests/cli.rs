//! Tests of the messages and exit codes of the command line.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

mod common;

use common::{alibi, build, text};

/// Runs a command that must fail, and returns its error message.
fn refusal(words: &[&str], code: i32) -> String {
    let out = alibi(words);
    let message = text(&out.stderr);
    assert_eq!(out.status.code(), Some(code), "{words:?}: {message}");
    assert!(!message.contains("panicked") && !message.contains("RUST_BACKTRACE"), "{message}");
    assert!(out.stdout.is_empty(), "{words:?} printed to standard output");
    message
}

#[test]
fn invalid_arguments_fail_with_a_specific_message_and_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let story = build("honest-team");
    let (empty, path) = (folder.path().to_str().unwrap(), story.path().to_str().unwrap());
    assert!(refusal(&["scan", "/no/such/place"], 3).contains("/no/such/place does not exist"));
    assert!(refusal(&["scan", empty], 3).contains("is not in a Git repository"));
    assert!(refusal(&["scan", path, "--range", "main"], 2).contains("not a range"));
    assert!(refusal(&["scan", path, "--range", "main..nowhere"], 2).contains("'nowhere' cannot be resolved"));
    assert!(refusal(&["scan", path, "--refs", "heads/no-*"], 2).contains("no reference in"));
    assert!(refusal(&["scan", path, "--since", "whenever"], 2).contains("is not a date"));
    assert!(refusal(&["scan", path, "--only", "bidi-controls"], 2).contains("did you mean 'bidi-control'"));
    assert!(refusal(&["scan", path, path], 2).contains("the same repository"));
    assert!(refusal(&["scan", path, "--only", "time", "--skip", "time"], 2).contains("both in"));
    assert!(refusal(&["scan", path, "--since", "2025-01-01", "--until", "2024-01-01"], 2).contains("later than"));
    assert!(refusal(&["scan", path, "--frobnicate"], 2).contains("--frobnicate"));
    assert!(refusal(&["scan", path, "--output", "xml=x"], 2).contains("not a format"));
    assert!(refusal(&["scan", path, "--output", "json=/no/such/folder/x"], 2).contains("cannot be written"));
    assert!(refusal(&["explain", "nothing-like-this"], 2).contains("heuristics list"));
    assert!(refusal(&["heuristics", "show", "nothing-like-this"], 2).contains("heuristics list"));
}

#[test]
fn an_invalid_heuristic_file_is_reported_with_its_position() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine.toml"), "id = \"mine\"\nfamily = \"content\"\ncolour = \"red\"\n").unwrap();
    let message = refusal(&["heuristics", "list", folder.path().to_str().unwrap()], 2);
    assert!(message.contains("mine.toml:3:1") && message.contains("colour"), "{message}");
    let scan = refusal(&["scan", ".", "--heuristics", folder.path().to_str().unwrap()], 2);
    assert!(scan.contains("mine.toml:3:1"), "{scan}");
}

#[test]
fn a_scan_exits_with_1_only_for_cases_at_or_above_the_fail_on_tier() {
    let (bad, good) = (build("reordered-source"), build("honest-team"));
    let code = |path: &tempfile::TempDir, tier: &str| {
        alibi(&["scan", path.path().to_str().unwrap(), "--fail-on", tier]).status.code()
    };
    assert_eq!(code(&bad, "never"), Some(0));
    for tier in ["note", "review", "block"] {
        assert_eq!(code(&bad, tier), Some(1), "{tier}");
        assert_eq!(code(&good, tier), Some(0), "{tier}");
    }
    let extracted = build("unread-archives");
    assert_eq!(code(&extracted, "review"), Some(1));
    assert_eq!(code(&extracted, "block"), Some(0));
}

#[test]
fn the_summary_says_whether_anything_needs_review() {
    let good = build("honest-team");
    let shown = text(&alibi(&["scan", good.path().to_str().unwrap()]).stdout);
    assert!(shown.contains("Nothing to review: no findings."), "{shown}");
    let bad = build("reordered-source");
    let shown = text(&alibi(&["scan", bad.path().to_str().unwrap()]).stdout);
    for part in ["1 contributor with a case", "Hana Moreau", "removed in", "see: git -C", "not testable"] {
        assert!(shown.contains(part), "{part} is missing:\n{shown}");
    }
}

#[test]
fn empty_or_incomplete_scans_are_not_reported_as_clean() {
    let story = build("reordered-source");
    let path = story.path().to_str().unwrap();
    let shown = text(&alibi(&["scan", path, "--since", "2024-12-01"]).stdout);
    assert!(shown.contains("Nothing was checked"), "{shown}");
    let head = git_alibi::testkit::story("reordered-source").unwrap().head;
    let object = |oid: &str| story.path().join("objects").join(&oid[..2]).join(&oid[2..]);
    let repo = git2::Repository::open_bare(story.path()).unwrap();
    repo.find_reference("refs/heads/access").unwrap().delete().unwrap();
    let older = repo.revparse_single("main~2").unwrap().id().to_string();
    std::fs::remove_file(object(&older)).unwrap();
    let shown = text(&alibi(&["scan", path]).stdout);
    assert!(shown.contains("Incomplete:") && shown.contains(&older), "{shown}");
    std::fs::remove_file(object(&head)).unwrap();
    assert!(refusal(&["scan", path], 3).contains("no commit of"));
}

#[test]
fn explain_reads_a_finding_from_a_saved_report_without_the_repository() {
    let bad = build("reordered-source");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let destination = format!("json={}", file.display());
    alibi(&["scan", bad.path().to_str().unwrap(), "--output", &destination]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let value: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let id = value["findings"][0]["id"].as_str().unwrap();
    drop(bad);
    let shown = text(&alibi(&["explain", id, "--report", file.to_str().unwrap()]).stdout);
    assert!(shown.contains(id) && shown.contains("20.0 dB") && shown.contains("Hana Moreau"), "{shown}");
    let missing = refusal(&["explain", "bidi-control:0000000000000000", "--report", file.to_str().unwrap()], 2);
    assert!(missing.contains("has no finding"));
}

#[test]
fn the_reproduce_command_prints_the_reported_character() {
    // Unlike the scanner, the command needs the `git` program.
    if std::process::Command::new("git").arg("--version").output().is_err() {
        return;
    }
    let bad = build("reordered-source");
    let out = alibi(&["scan", bad.path().to_str().unwrap(), "--format", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let command = value["findings"][0]["reproduce"].as_str().unwrap();
    let out = std::process::Command::new("bash").args(["-c", command]).output().unwrap();
    assert!(text(&out.stdout).contains("\u{202e}"), "{command}");
}

#[test]
fn a_closed_output_pipe_ends_the_run_without_an_error() {
    use std::io::Read;
    use std::process::{Command, Stdio};
    let story = build("shared-mailbox");
    let mut child = Command::new(env!("CARGO_BIN_EXE_git-alibi"))
        .args(["scan", story.path().to_str().unwrap(), "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut message = String::new();
    child.stderr.take().unwrap().read_to_string(&mut message).unwrap();
    assert_eq!((child.wait().unwrap().code(), message.as_str()), (Some(0), ""));
}

#[test]
fn help_completions_and_manual_pages_are_printed() {
    for words in [&["--help"][..], &["scan", "--help"], &["explain", "--help"]] {
        let shown = text(&alibi(words).stdout);
        assert!(shown.contains("Examples:"), "{words:?}");
    }
    assert!(text(&alibi(&["completions", "bash"]).stdout).contains("git-alibi"));
    assert!(text(&alibi(&["man"]).stdout).contains(".TH"));
    let shown = text(&alibi(&["explain", "date-anomaly"]).stdout);
    assert!(shown.contains("Innocent causes") && shown.contains("https://"), "{shown}");
}

#[test]
fn the_embedded_catalogue_passes_heuristics_check() {
    let out = alibi(&["heuristics", "check"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stdout));
    assert!(text(&out.stdout).contains(" 0 failures"));
}

#[test]
fn heuristics_check_reports_missing_fields_and_failing_examples() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let rule = |id: &str, more: &str| {
        format!(
            "id = \"{id}\"\nfamily = \"content\"\ngroup = \"g\"\ntitle = \"t\"\nseverity = \"low\"\nconfidence = \"low\"\n\
             weight_db = 5\nremediation = \"r\"\nkind = \"path\"\n{more}\n[path]\npaths = [\"*.odd\"]\nchanges = [\"added\"]\n"
        )
    };
    let whole = "rationale = \"why\"\nreferences = [\"https://example.org\"]\ninnocent = [{ cause = \"c\" }]";
    let examples = "[[example]]\nfires = true\npath = \"a.odd\"\ntext = \"x\"\n[[example]]\nfires = false\npath = \"a.even\"\ntext = \"x\"\n";
    file("other-name.toml", &(rule("misnamed", whole) + examples));
    file("bare.toml", &rule("bare", "rationale = \"\"\nreferences = []\ninnocent = []"));
    file(
        "wrong.toml",
        &(rule("wrong", whole) + &examples.replace("true", "maybe").replace("false", "true").replace("maybe", "false")),
    );
    file(
        "guarded.toml",
        &(rule("guarded", &whole.replace("cause = \"c\"", "cause = \"c\", test = \"nobody\"")) + examples),
    );
    let out = alibi(&["heuristics", "check", folder.path().to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(1));
    let message = text(&out.stdout);
    for part in [
        "other-name.toml: the file is not named after its id",
        "bare.toml: it has no rationale",
        "bare.toml: it has no reference",
        "bare.toml: it lists no innocent cause",
        "bare.toml: it has no example that fires",
        "bare.toml: it has no example that must not fire",
        "wrong.toml: example 1 must not fire, but does",
        "wrong.toml: example 2 must fire, but does not",
        "guarded.toml: unknown guard 'nobody'",
    ] {
        assert!(message.contains(part), "{part} is missing:\n{message}");
    }
    file("twice.toml", &(rule("bare", whole) + examples));
    assert!(refusal(&["heuristics", "check", folder.path().to_str().unwrap()], 2).contains("already used"));
}

#[test]
fn who_lists_linked_identities_with_reasons() {
    let story = build("honest-team");
    let path = story.path().to_str().unwrap();
    let shown = text(&alibi(&["who", "Ana Duarte", path]).stdout);
    for part in [
        "ana@example.org",
        "4101+ana-d@users.noreply.github.com",
        "Why these identities are linked",
        "the same name",
        "No finding",
    ] {
        assert!(shown.contains(part), "{part} is missing:\n{shown}");
    }
    let by_address = text(&alibi(&["who", "BEN@example.org", path]).stdout);
    assert!(by_address.contains("Ben Okoro") && by_address.contains("Ben Lindqvist-Okoro"), "{by_address}");
    let out = alibi(&["who", "mira", path, "--format", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(value["contributor"]["identities"][0]["email"], "mira@example.org");
    let several = refusal(&["who", "example.org", path], 2);
    assert!(several.contains("matches several") && several.contains("Mira Novak"), "{several}");
    assert!(refusal(&["who", "nobody-here", path], 2).contains("no contributor in the scanned history"));
}
