//! Tests of baselines, inline suppressions, author filters, report differences and indicators.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

mod common;

use common::{alibi, build, text};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Runs the program in a folder that contains the configuration and baseline.
fn scan_in(folder: &Path, story: &Path, words: &[&str]) -> (Option<i32>, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_git-alibi"))
        .current_dir(folder)
        .args(words)
        .arg(story)
        .env_remove("GIT_DIR")
        .env("SOURCE_DATE_EPOCH", git_alibi::check::NOW.to_string())
        .output()
        .unwrap();
    (out.status.code(), text(&out.stdout), text(&out.stderr))
}

fn json(folder: &Path, story: &Path, words: &[&str]) -> Value {
    let (_, output, message) = scan_in(folder, story, &[&["scan", "--format", "json"], words].concat());
    assert!(message.is_empty(), "{message}");
    serde_json::from_str(&output).unwrap()
}

#[test]
fn a_baseline_suppresses_old_findings_and_reports_stale_entries() {
    let (team, bad, other) = (tempfile::tempdir().unwrap(), build("reordered-source"), build("come-and-gone"));
    let (code, output, _) =
        scan_in(team.path(), bad.path(), &["baseline", "write", "--reason", "seen in spring", "--owner", "ana"]);
    assert_eq!(code, Some(0));
    assert!(output.contains("1 finding accepted in alibi-baseline.toml"), "{output}");
    let report = json(team.path(), bad.path(), &[]);
    assert_eq!(report["findings"][0]["suppressed"]["by"], "baseline");
    assert_eq!(report["findings"][0]["suppressed"]["reason"], "seen in spring");
    assert_eq!(report["cases"][0]["tier"], "note");
    assert_eq!(report["options"]["baseline"], "alibi-baseline.toml");
    let (code, output, _) = scan_in(team.path(), bad.path(), &["scan", "--fail-on", "review"]);
    assert_eq!(code, Some(0));
    assert!(output.contains("1 finding (1 suppressed)"), "{output}");
    assert_eq!(scan_in(team.path(), bad.path(), &["scan", "--fail-on", "block", "--no-suppressions"]).0, Some(1));
    // In another repository, the accepted findings do not occur: its findings count, and the decisions are stale.
    let report = json(team.path(), other.path(), &[]);
    assert!(report["findings"].as_array().unwrap().iter().any(|f| f["suppressed"].is_null()));
    assert_eq!(report["stale"][0]["by"], "baseline");
    assert!(scan_in(team.path(), other.path(), &["scan"]).1.contains("stale bidi-control:6061fca0a7e885c6"));
    // A partial scan cannot detect stale decisions.
    assert_eq!(json(team.path(), other.path(), &["--only", "time"])["stale"], serde_json::json!([]));
    // Writing the baseline again accepts the same findings.
    let file = team.path().join("alibi-baseline.toml");
    let before = std::fs::read_to_string(&file).unwrap();
    scan_in(team.path(), bad.path(), &["baseline", "write", "--reason", "seen in spring", "--owner", "ana"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    let (code, _, message) = scan_in(team.path(), bad.path(), &["baseline", "write", "--reason", " "]);
    assert_eq!(code, Some(2), "{message}");
}

#[test]
fn inline_suppressions_need_a_matching_heuristic_and_a_reason() {
    let with = |comment: &str| {
        let output = format!(
            "title = 't'\nstory = 's'\nhead = ''\n[people.ana]\nname = 'Ana Example'\nemail = 'ana@example.org'\nzone = 'Europe/Lisbon'\n\
             [[step]]\nby = 'ana'\nat = '2024-01-01 10:00'\nmessage = 'Begin'\nwrite = {{ 'a.c' = \"int a; /*\\u202E*/\\n\" }}\n\
             [[step]]\nby = 'ana'\nat = '2024-01-02 10:00'\nmessage = 'Explain'\nwrite = {{ 'a.c' = \"{comment}\\nint a; /*\\u202E*/\\n\" }}\n"
        );
        let folder = tempfile::tempdir().unwrap();
        git_alibi::testkit::write(&git_alibi::testkit::Story::parse("t", &output).unwrap(), folder.path()).unwrap();
        folder
    };
    let team = tempfile::tempdir().unwrap();
    let excused = with("// git-alibi: ignore[bidi-control] a fixture of the reader's");
    let report = json(team.path(), excused.path(), &[]);
    assert_eq!(report["findings"][0]["suppressed"]["by"], "inline", "{report}");
    assert_eq!(report["findings"][0]["suppressed"]["reason"], "a fixture of the reader's");
    for comment in
        ["// git-alibi: ignore[bidi-control]", "// git-alibi: ignore[reverse-shell] not this one", "// nothing"]
    {
        let report = json(team.path(), with(comment).path(), &[]);
        assert!(report["findings"][0]["suppressed"].is_null(), "{comment}");
    }
    let report = json(team.path(), with("// git-alibi: ignore[bidi-control]").path(), &[]);
    assert!(report["stale"][0]["why"].as_str().unwrap().contains("no reason"), "{}", report["stale"]);
}

#[test]
fn the_author_option_limits_findings_to_one_contributor() {
    let (team, story) = (tempfile::tempdir().unwrap(), build("reordered-source"));
    let of = |who: &str| json(team.path(), story.path(), &["--author", who])["findings"].as_array().unwrap().len();
    assert_eq!((of("hana@example.org"), of("Hana Moreau <hana@example.org>"), of("ivo petrov")), (1, 1, 0));
    let (code, _, message) = scan_in(team.path(), story.path(), &["scan", "--author", "hanna@example.org"]);
    assert_eq!(code, Some(2));
    assert!(message.contains("did you mean 'Hana Moreau <hana@example.org>'"), "{message}");
}

#[test]
fn diff_reports_new_and_removed_findings() {
    let (team, story) = (tempfile::tempdir().unwrap(), build("reordered-source"));
    let save = |name: &str, words: &[&str]| {
        let file = team.path().join(name);
        std::fs::write(&file, json(team.path(), story.path(), words).to_string()).unwrap();
        file.to_str().unwrap().to_owned()
    };
    // The reports are from before and after the addition of the hidden line.
    let (old, new) = (save("old.json", &["--until", "2024-04-01"]), save("new.json", &[]));
    let out = alibi(&["diff", &old, &new]);
    let output = text(&out.stdout);
    assert!(output.contains("New: 1") && output.contains("bidi-control:6061fca0a7e885c6"), "{output}");
    assert!(output.contains("none 0.0 dB to block 20.0 dB"), "{output}");
    assert_eq!(out.status.code(), Some(0));
    assert_eq!(alibi(&["diff", &old, &new, "--fail-on-new"]).status.code(), Some(1));
    assert_eq!(alibi(&["diff", &new, &old, "--fail-on-new"]).status.code(), Some(0), "a removed finding is not new");
    assert!(text(&alibi(&["diff", &new, &new]).stdout).contains("No differences"));
    let output: Value = serde_json::from_slice(&alibi(&["diff", &new, &old, "--format", "json"]).stdout).unwrap();
    assert_eq!((output["gone"].as_array().unwrap().len(), output["new"].as_array().unwrap().len()), (1, 0));
    assert_eq!(alibi(&["diff", &old, "/nowhere.json"]).status.code(), Some(2));
}

#[test]
fn invalid_indicator_lists_are_reported_with_their_position() {
    let (team, story) = (tempfile::tempdir().unwrap(), build("on-our-lists"));
    let file = team.path().join("lists.toml");
    std::fs::write(&file, "hosts = [\n  'https://drop.example.net/x',\n]\n").unwrap();
    let (code, _, message) = scan_in(team.path(), story.path(), &["scan", "--indicators", "lists.toml"]);
    assert_eq!(code, Some(2));
    assert!(message.contains("lists.toml:2:3: write a host"), "{message}");
    let silent = json(team.path(), story.path(), &[]);
    let heuristics = silent["findings"].as_array().unwrap().iter().map(|f| f["heuristic"].as_str().unwrap().to_owned());
    assert!(
        heuristics.into_iter().all(|h| !h.starts_with("listed-")),
        "without a list, there are no findings from lists"
    );
}
