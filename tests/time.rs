//! Tests of clock classification, declared alibis and calibration.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

mod common;

use common::{alibi, build, options, scan, scan_with, text};
use git_alibi::analysis::people::ContributorId;
use git_alibi::analysis::time::{Clock, Reading};
use git_alibi::calibrate::{CalibrateOptions, calibrate};
use git_alibi::heuristics::Catalogue;
use git_alibi::progress::Silent;
use git_alibi::report::{calibration_json, calibration_plot, calibration_weights};
use git_alibi::testkit::{Story, write};
use std::path::Path;

fn contributor(audit: &git_alibi::pipeline::Audit, name: &str) -> ContributorId {
    audit.people.iter().find(|(_, c)| audit.facts.identity(c.earliest()).0 == name.as_bytes()).unwrap().0
}

#[test]
fn offsets_set_by_a_committer_or_rebase_are_excluded() {
    let folder = build("borrowed-clocks");
    let audit = scan(folder.path());
    let jun = contributor(&audit, "Jun Hasegawa");
    let timeline = audit.clocks.timeline(jun);
    let of = |clock| timeline.moments.iter().filter(|m| m.clock == clock).count();
    assert_eq!((of(Clock::Committer), of(Clock::Neighbour)), (4, 1));
    assert!(timeline.kept().all(|m| m.offset == 540), "the remaining commits have a single offset");
    assert!(audit.findings.is_empty());
    let shown = text(&alibi(&["who", "Jun Hasegawa", folder.path().to_str().unwrap()]).stdout);
    assert!(shown.contains("committer's clock: +0200, +0300"), "{shown}");
    assert!(shown.contains("committer's clock, by a rebase: +0300"), "{shown}");
}

#[test]
fn the_same_offsets_are_reported_if_author_and_committer_are_equal() {
    // Without this test, the test above would also pass if these offsets were never reported.
    let text = git_alibi::testkit::story("borrowed-clocks").unwrap();
    let mut steps = text.steps.clone();
    for (step, authored, committed) in steps.iter_mut().filter(|(s, _, _)| s.by == "jun-applied") {
        step.committer = None;
        *committed = *authored;
    }
    let output = Story { steps, ..text };
    let folder = tempfile::tempdir().unwrap();
    write(&output, folder.path()).unwrap();
    let audit = scan(folder.path());
    assert!(audit.findings.iter().any(|f| f.heuristic == "impossible-travel"), "{:?}", audit.findings.len());
}

#[test]
fn commits_on_a_single_day_give_no_time_zone_and_no_findings() {
    let one = r#"
title = "One"
story = "."
head = ""
[people.a]
name = "Ana Duarte"
email = "ana@example.org"
zone = "Pacific/Kiritimati"
[[work]]
by = ["a"]
from = "2024-03-01"
to = "2024-03-01"
per_day = 1
"#;
    for (count, offset) in
        [(1, "Pacific/Kiritimati"), (60, "Asia/Kathmandu"), (60, "Pacific/Chatham"), (60, "Etc/GMT+12")]
    {
        let output = one.replace("per_day = 1", &format!("per_day = {count}")).replace("Pacific/Kiritimati", offset);
        let folder = tempfile::tempdir().unwrap();
        write(&Story::parse("one", &output).unwrap(), folder.path()).unwrap();
        let audit = scan(folder.path());
        assert!(audit.findings.is_empty(), "{count} at {offset}");
        assert!(matches!(audit.clocks.path(ContributorId(0)), Reading::Insufficient(_)));
        let is_listed = audit.untested.iter().any(|t| t.heuristic == "impossible-travel" && t.insufficient);
        assert_eq!(is_listed, count >= 20, "the test is listed as insufficient only from 20 commits");
    }
}

#[test]
fn declared_alibis_are_supported_contradicted_or_insufficient() {
    let folder = build("declared-elsewhere");
    let path = folder.path().to_str().unwrap();
    let file = folder.path().join("alibi.toml");
    let config = file.to_str().unwrap();
    let checked = alibi(&["roster", "check", path, "--config", config]);
    assert_eq!(checked.status.code(), Some(1), "{}", text(&checked.stderr));
    let shown = text(&checked.stdout);
    for line in [
        "contradicted Dana Petrov",
        "contradicted Otto Brandt",
        "supported    Ines Paz",
        "insufficient Rolf Adler",
        "declared +0200, shown -0400",
    ] {
        assert!(shown.contains(line), "{line} is missing:\n{shown}");
    }
    let report = common::report(&scan(folder.path()));
    let verdicts: Vec<&str> =
        report["contributors"].as_array().unwrap().iter().filter_map(|c| c["alibi"]["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["supported", "contradicted", "contradicted", "insufficient"]);

    // Addresses and keys are checked if they are declared.
    let declared = "[[contributor]]\nwho = \"Ines Paz\"\naddresses = [\"other@example.org\"]\n";
    std::fs::write(&file, declared).unwrap();
    let checked = alibi(&["roster", "check", path, "--config", config]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(text(&checked.stdout).contains("address not declared: ines@example.org"));
}

#[test]
fn a_drafted_roster_is_valid_and_has_blank_zones() {
    let folder = build("declared-elsewhere");
    let path = folder.path().to_str().unwrap();
    let file = folder.path().join("draft.toml");
    let config = file.to_str().unwrap();
    let drafted = alibi(&["roster", "init", path, "--output", config]);
    assert_eq!(drafted.status.code(), Some(0), "{}", text(&drafted.stderr));
    let draft = std::fs::read_to_string(&file).unwrap();
    assert!(draft.contains("# offsets: +0100/+0200, clocks change in March and October"), "{draft}");
    assert!(draft.contains("zone = \"\"") && !draft.contains("zone = \"Europe"), "zones are left blank");
    let checked = alibi(&["roster", "check", path, "--config", config]);
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stderr));
    let again = alibi(&["roster", "init", path, "--output", config]);
    assert_eq!(again.status.code(), Some(2), "a draft does not overwrite a file");
}

#[test]
fn alibi_file_errors_are_reported_with_their_position() {
    let folder = build("declared-elsewhere");
    let file = folder.path().join("wrong.toml");
    let check = |text_of: &str| {
        std::fs::write(&file, text_of).unwrap();
        let run = alibi(&["roster", "check", folder.path().to_str().unwrap(), "--config", file.to_str().unwrap()]);
        assert_eq!(run.status.code(), Some(2));
        text(&run.stderr)
    };
    assert!(check("[[contributor]]\nwho = \"Dana Petrof\"\n").contains(
        "wrong.toml:2:7: no contributor matches 'Dana Petrof'; did you mean 'Dana Petrov <dana@example.org>'?"
    ));
    assert!(
        check("[[contributor]]\nwho = \"Dana Petrov\"\n[[contributor]]\nwho = \"dana@example.org\"\n")
            .contains(":4:7:")
    );
    assert!(check("[[contributor]\n").contains("wrong.toml:1:"));
}

#[test]
fn an_audited_repository_cannot_declare_its_own_alibis() {
    let folder = build("declared-elsewhere");
    let run = alibi(&["scan", folder.path().to_str().unwrap(), "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    assert!(report["options"]["config"].is_null(), "the alibi.toml in the scanned folder is not read");
    assert!(report["contributors"].as_array().unwrap().iter().all(|c| c["alibi"].is_null()));
}

#[test]
fn clock_results_are_identical_for_any_thread_count() {
    for story in ["leaking-laptop", "shared-account", "borrowed-clocks"] {
        let folder = build(story);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let audit = pool.install(|| scan_with(&options(&[folder.path()])));
            let mut report = common::report(&audit);
            report["stats"] = serde_json::Value::Null;
            report.to_string()
        };
        assert_eq!(with(1), with(4), "{story}");
    }
}

fn figures(path: &Path) -> git_alibi::calibrate::Calibrated {
    let options = CalibrateOptions { paths: vec![path.into()], seed: 7, now: git_alibi::check::NOW };
    calibrate(&options, &git_alibi::rulebook().unwrap(), &Silent).unwrap()
}

#[test]
fn calibration_is_repeatable_and_detects_large_clock_shifts() {
    let folder = build("no-night");
    let (once, again) = (figures(folder.path()), figures(folder.path()));
    let json = |c| {
        let mut bytes = Vec::new();
        calibration_json(c, &mut bytes).unwrap();
        text(&bytes)
    };
    assert_eq!(json(&once), json(&again));
    assert_eq!((once.repositories, once.testable), (1, 2));
    let far = once.scenarios.iter().find(|s| s.name.starts_with("clock 12 h off, 5 %")).unwrap();
    assert_eq!((far.injected, far.fired.hits), (2, 2), "{far:?}");
    assert!(calibration_plot(&once).starts_with("<svg") && !calibration_plot(&once).contains("Max Holm"));
    assert!(calibration_weights(&once).unwrap().contains("heuristic = \"leaked-offset\""));
}

#[test]
fn heuristic_weights_match_the_calibration() {
    let catalogue = Catalogue::embedded().unwrap();
    let measured = catalogue.calibration();
    assert!(measured.repositories >= 15 && measured.contributors >= 300);
    assert!((measured.day.iter().sum::<f64>() - 1.0).abs() < 0.001 && measured.day.len() == 48);
    for weight in &measured.weight {
        let heuristic = catalogue.get(&weight.heuristic).unwrap();
        assert_eq!((heuristic.weight.0, heuristic.calibrated), (weight.weight_db, true), "{}", heuristic.id);
    }
    for heuristic in catalogue.iter().filter(|h| h.calibrated) {
        assert!(measured.weight.iter().any(|w| w.heuristic == heuristic.id), "{} was not measured", heuristic.id);
    }
}
