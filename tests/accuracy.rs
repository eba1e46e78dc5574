//! Tests against false accusations and missed findings: suppressions, exposures, linked identities and redaction.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

mod common;

use common::{report, scan, text};
use git_alibi::testkit::{Story, write};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Invented keys that follow the documented formats of their issuers.
const KEYS: [&str; 3] = ["AKIAZQ3T7WKX2NLB4MHD", "sk_live_q7Xn2LbVt5KzRw9YcHs4MgPd", "AKIAX7WQ2KTZ5NBL3MHC"];

/// Builds a repository in which Ines commits each of these sets of files, one set per day.
fn project(steps: &[&[(&str, &str)]]) -> TempDir {
    let mut story = String::from(
        "title = 'a'\nstory = 'a'\nhead = ''\nexpect = []\n[people.ines]\nname = 'Ines Castro'\nemail = 'ines@example.org'\n",
    );
    story += "[[step]]\nby = 'ines'\nat = '2024-01-01 10:00'\nmessage = 'Begin'\nwrite = { 'a.txt' = 'a' }\n";
    for (day, files) in steps.iter().enumerate() {
        story +=
            &format!("[[step]]\nby = 'ines'\nat = '2024-01-{:02} 10:00'\nmessage = 'Change'\n[step.write]\n", day + 2);
        for (path, text) in *files {
            story += &format!("{} = {}\n", toml::Value::from(*path), toml::Value::from(*text));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    write(&Story::parse("a", &story).unwrap(), folder.path()).unwrap();
    folder
}

fn run(words: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_git-alibi"))
        .current_dir(std::env::temp_dir())
        .args(words)
        .arg(folder)
        .env_remove("GIT_DIR")
        .env("SOURCE_DATE_EPOCH", git_alibi::check::NOW.to_string())
        .output()
        .unwrap()
}

fn findings(folder: &TempDir) -> Vec<Value> {
    report(&scan(folder.path()))["findings"].as_array().unwrap().clone()
}

#[test]
fn a_suppression_covers_only_its_own_token() {
    let text = format!(
        "# git-alibi: ignore[secret-committed owner=ines] revoked in spring\nA='{}'\nx=1\ny=2\nB='{}'\nz=1\n\nC='{}'\n",
        KEYS[0], KEYS[1], KEYS[2]
    );
    let folder = project(&[&[("k.py", &text)]]);
    let mut lines: Vec<(u64, bool)> =
        findings(&folder).iter().map(|f| (f["line"].as_u64().unwrap(), f["counts"].as_bool().unwrap())).collect();
    lines.sort_unstable();
    assert_eq!(lines, [(2, false), (5, true), (8, true)]);
}

#[test]
fn every_location_of_a_repeated_secret_is_listed() {
    let line = format!("KEY='{}'\n", KEYS[0]);
    let folder = project(&[&[("k.py", &format!("{line}x=1\n{line}"))]]);
    let found = findings(&folder);
    assert_eq!(found.len(), 1, "the secret in several places is a single finding");
    let places: Vec<u64> = found[0]["places"].as_array().unwrap().iter().map(|p| p["line"].as_u64().unwrap()).collect();
    assert_eq!(places, [1, 3]);
}

#[test]
fn tokens_in_suppression_reasons_are_redacted_in_every_format() {
    let line = format!("key = '{0}' # git-alibi: ignore[secret-committed owner=ines] was {0} once\n", KEYS[1]);
    let folder = project(&[&[("k.py", &line)]]);
    assert_eq!(findings(&folder)[0]["suppressed"]["by"], "inline");
    for format in ["table", "json", "sarif", "html", "markdown"] {
        let out = run(&["scan", "--verbose", "--format", format], folder.path());
        assert_eq!(out.status.code(), Some(0));
        assert!(!text(&out.stdout).contains(&KEYS[1][..9]), "{format} prints the token");
    }
}

#[test]
fn notebook_images_do_not_mark_cells_as_generated() {
    let picture = "iVBORw0KGgoAAAANSUhEUgAA".repeat(3_000);
    let notebook = format!(
        "{{\"cells\": [{{\"outputs\": [{{\"data\": {{\"image/png\": \"{picture}\"}}}}],\n\"source\": [\"key = '{}'\"]}}], \"nbformat\": 4}}\n",
        KEYS[0]
    );
    let folder = project(&[&[("a.ipynb", &notebook)]]);
    let found = findings(&folder);
    assert_eq!((&found[0]["heuristic"], &found[0]["confidence"]), (&"secret-committed".into(), &"medium".into()));
}

#[test]
fn exposures_are_listed_under_to_fix_and_form_no_case() {
    let owners = "* @org/all\nsrc/ @org/security\n";
    let folder = project(&[&[("CODEOWNERS", owners)], &[("src/k.py", &format!("A='{}'\n", KEYS[0]))]]);
    let report = report(&scan(folder.path()));
    assert_eq!(report["cases"], serde_json::json!([]));
    let exposure = &report["exposures"][0];
    assert_eq!((&exposure["path"], &exposure["severity"]), (&"src/k.py".into(), &"high".into()));
    assert_eq!(exposure["owners"], serde_json::json!(["@org/security"]));
    assert_eq!(exposure["lines"], serde_json::json!([1]));
    assert_eq!(report["findings"][0]["weight_db"], 0.0);
    let table = text(&run(&["scan"], folder.path()).stdout);
    assert!(table.contains("To fix") && table.contains("src/k.py:1") && table.contains("@org/security"), "{table}");
}

#[test]
fn an_exposed_token_fails_the_gate_unless_fail_on_exposure_is_none() {
    let folder = project(&[&[("k.py", &format!("A='{}'\n", KEYS[0]))]]);
    let gate = |words: &[&str]| run(&[&["gate", "HEAD~1..HEAD"], words].concat(), folder.path());
    let stopped = gate(&[]);
    assert_eq!(stopped.status.code(), Some(1), "{}", text(&stopped.stdout));
    assert!(text(&stopped.stdout).contains("fix 1 exposure before merging"), "{}", text(&stopped.stdout));
    assert_eq!(gate(&["--fail-on-exposure", "none"]).status.code(), Some(0));
    assert_eq!(run(&["scan"], folder.path()).status.code(), Some(0), "by default, an exposure does not fail a scan");
    assert_eq!(run(&["scan", "--fail-on-exposure", "high"], folder.path()).status.code(), Some(1));
}

#[test]
fn agents_with_role_names_add_no_contributors_and_link_no_one() {
    let folder = common::build("roles-of-agents");
    let people = report(&scan(folder.path()))["contributors"].as_array().unwrap().len();
    assert_eq!(people, 2);
}

#[test]
fn a_commit_that_mixes_the_name_and_address_of_two_people_does_not_link_them() {
    let folder = common::build("crossed-commit");
    let output = report(&scan(folder.path()));
    let mut names: Vec<(String, u64)> = output["contributors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["name"].as_str().unwrap().to_owned(), c["commits"].as_u64().unwrap()))
        .collect();
    names.sort();
    let only: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(only, ["Lena Vogt", "amberfox", "github-actions", "takeomori"]);
}

#[test]
fn a_forged_commit_creates_no_case_against_its_named_author() {
    let folder = common::build("rewritten-tip");
    let output = report(&scan(folder.path()));
    let about: Vec<&str> =
        output["cases"].as_array().unwrap().iter().map(|c| c["contributor"].as_str().unwrap()).collect();
    assert!(
        !about.is_empty() && about.iter().all(|who| who.starts_with("unknown author using the name ")),
        "{about:?}"
    );
    assert_eq!(output["cases"][0]["tier"], "block", "the forged commit contains an attack");
    let html = text(&run(&["scan", "--format", "html"], folder.path()).stdout);
    assert!(html.contains("unknown author using the name Mira Holt"));
}

#[test]
fn a_copied_forgery_creates_no_case_against_its_named_author() {
    let payload = "const p = 'Y29uc29sZS5sb2coMSk7Y29uc29sZS5sb2coMik7';\\neval(atob(p));\\n";
    let story = format!(
        "title = 'a'\nstory = 'a'\nhead = ''\nexpect = []\n\
         [people.ana]\nname = 'Ana Ruiz'\nemail = 'ana@example.org'\n\
         [people.ben]\nname = 'Ben Holm'\nemail = 'ben@example.org'\n\
         [people.nameless]\nname = 'x'\nemail = 'null'\n\
         [[step]]\nby = 'ana'\nat = '2024-01-01 10:00'\nmessage = 'Begin'\nwrite = {{ 'a.txt' = 'a' }}\n\
         [[step]]\nby = 'ana'\ncommitter = 'nameless'\nat = '2024-01-02 10:00'\nmessage = 'Add a library'\n\
         write = {{ 'lib/a.js' = \"{payload}\" }}\n\
         [[step]]\nby = 'ben'\nat = '2024-01-03 10:00'\nmessage = 'Copy the library'\n\
         write = {{ 'lib2/a.js' = \"{payload}\" }}\n"
    );
    let folder = tempfile::tempdir().unwrap();
    write(&Story::parse("a", &story).unwrap(), folder.path()).unwrap();
    let report = report(&scan(folder.path()));
    let hidden = report["findings"].as_array().unwrap().iter().filter(|f| f["heuristic"] == "decode-exec");
    let hidden: Vec<&Value> = hidden.collect();
    assert_eq!(hidden.len(), 1);
    assert_eq!(hidden[0]["forged"], true, "{}", hidden[0]);
    for case in report["cases"].as_array().unwrap() {
        assert!(case["forged"] == true || case["tier"] == "note", "{case}");
    }
}
