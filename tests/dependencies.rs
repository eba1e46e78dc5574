//! Tests of dependency changes, and of the detection rate and false positives of the typosquat detectors.
#![allow(clippy::unwrap_used, clippy::panic)] // test helpers are not marked as tests

mod common;
#[path = "common/squats.rs"]
mod squats;

use common::{alibi, build, scan};
use git_alibi::analysis::packages::{Companions, Nearness, Popular, companion, near};
use git_alibi::heuristics::{Catalogue, Kind};
use git_alibi::manifests::Ecosystem;
use git_alibi::testkit::{Person, Step, Story, write};
use serde_json::Value;
use std::collections::BTreeMap;

struct Names {
    nearness: Nearness,
    companions: Companions,
}

impl Names {
    fn new() -> Names {
        fn params<P: serde::de::DeserializeOwned>(catalogue: &Catalogue, id: &str) -> P {
            let Kind::Coded(table, _) = &catalogue.get(id).unwrap().kind else { panic!("coded") };
            table.clone().try_into().unwrap()
        }
        let catalogue = Catalogue::embedded().unwrap();
        Names { nearness: params(&catalogue, "typosquat"), companions: params(&catalogue, "suffix-typosquat") }
    }

    fn flags(&self, name: &str, popular: &Popular) -> bool {
        near(name, popular, &self.nearness).is_some() || companion(name, popular, &self.companions).is_some()
    }
}

/// Uses published incidents. `docs/dependencies.md` describes how they were chosen.
#[test]
fn at_least_75_percent_of_published_typosquats_are_detected() {
    let names = Names::new();
    let (mut output, mut all) = (0, 0);
    for line in include_str!("data/typosquats.tsv").lines() {
        let [ecosystem, name, _, kind, ..] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let ecosystem = Ecosystem::named(ecosystem).unwrap();
        if kind == "slip" {
            all += 1;
            let name = ecosystem.comparable(&ecosystem.normal(name));
            output += usize::from(names.flags(&name, Popular::of(ecosystem).unwrap()));
        }
    }
    assert!(all >= 60 && output * 100 >= all * 75, "{output} of {all}");
}

#[test]
fn at_least_95_percent_of_generated_typosquats_are_detected() {
    let names = Names::new();
    let mut random = fastrand::Rng::with_seed(20_261_122);
    let mut missed = Vec::new();
    for (ecosystem, depth) in [(Ecosystem::Npm, 2000), (Ecosystem::PyPi, 1000)] {
        let popular = Popular::of(ecosystem).unwrap();
        let draw = |random: &mut fastrand::Rng| popular.name(random.usize(..depth)).to_owned();
        let form = |name: &str| ecosystem.comparable(&ecosystem.normal(name));
        let made = squats::squats(150, &mut random, draw, form, |name| popular.contains(name));
        let silent = made.into_iter().filter(|(name, ..)| !names.flags(name, popular));
        missed.extend(silent.map(|(name, target, how)| format!("{name} for {target} ({how})")));
    }
    assert!(missed.len() * 20 <= 300, "{} missed: {}", missed.len(), missed.join(", "));
}

#[test]
fn at_most_1_percent_of_unlisted_legitimate_names_are_flagged() {
    let names = Names::new();
    for ecosystem in [Ecosystem::Npm, Ecosystem::PyPi] {
        let all: Vec<&str> = Popular::of(ecosystem).unwrap().names().collect();
        let held_out = |i: usize| i >= all.len() / 2 && i % 2 == 1;
        let kept = all.iter().enumerate().filter(|(i, _)| !held_out(*i)).map(|(_, name)| *name);
        let popular = Popular::new(ecosystem, kept, true);
        let out: Vec<&str> = all.iter().enumerate().filter(|(i, _)| held_out(*i)).map(|(_, name)| *name).collect();
        let flagged = out.iter().filter(|name| near(name, &popular, &names.nearness).is_some()).count();
        assert!(flagged * 100 <= out.len(), "{ecosystem}: {flagged} of {}", out.len());
    }
}

/// Builds a story in which one person commits each of these sets of files.
fn story_of(steps: &[&[(&str, &str)]]) -> Story {
    let person =
        Person { name: "Ana".into(), email: "ana@example.org".into(), zone: chrono_tz::Tz::UTC, trip: Vec::new() };
    let at = |i: usize| chrono::DateTime::from_timestamp(1_700_000_000 + i as i64 * 86_400, 0).unwrap().fixed_offset();
    let step = |(i, files): (usize, &&[(&str, &str)])| {
        let write: BTreeMap<String, String> = files.iter().map(|(p, t)| ((*p).to_owned(), (*t).to_owned())).collect();
        let step = Step { by: "ana".into(), message: format!("Step {i}\n"), write, ..Step::default() };
        (step, at(i), at(i))
    };
    Story {
        steps: steps.iter().enumerate().map(step).collect(),
        people: BTreeMap::from([("ana".into(), person)]),
        ..git_alibi::testkit::story("honest-team").unwrap()
    }
}

#[test]
fn unreadable_dependency_files_are_reported_as_skipped() {
    let huge = format!("{{\"packages\": {{\"a\": \"{}\"}}}}", "x".repeat(33 << 20));
    let deep = "[".repeat(100_000);
    let story = story_of(&[
        &[("package.json", "{ broken"), ("Cargo.lock", "= broken"), ("web/package-lock.json", &huge)],
        &[("api/package.json", &deep), ("good/package.json", "{\"dependencies\": {\"express\": \"1\"}}")],
    ]);
    let folder = tempfile::tempdir().unwrap();
    write(&story, folder.path()).unwrap();
    let audit = scan(folder.path());
    let reasons: Vec<&str> = audit.facts.repositories[0].skipped.iter().map(|s| s.reason.as_str()).collect();
    assert_eq!(reasons.iter().filter(|r| r.contains("dependency file")).count(), 4, "{reasons:?}");
    assert_eq!(audit.facts.dependencies.rows.len(), 1);
}

#[test]
fn scan_and_who_list_dependency_changes() {
    let folder = build("come-and-gone");
    let json = alibi(&["scan", folder.path().to_str().unwrap(), "--refs", "all", "--format", "json", "--quiet"]);
    let report: Value = serde_json::from_slice(&json.stdout).unwrap();
    let of = |name: &str| -> Vec<(String, String, String)> {
        let all = report["dependencies"].as_array().unwrap();
        let text = |d: &Value, key: &str| d[key].as_str().unwrap().to_owned();
        let named = all.iter().filter(|d| d["name"] == name);
        named.map(|d| (text(d, "change"), text(d, "purl"), text(d, "contributor"))).collect()
    };
    let radek = "Radek Holub <radek@example.org>";
    let purl = "pkg:npm/stream-flat-map";
    let expected = ["added", "removed"].map(|change| (change.into(), purl.into(), radek.into()));
    assert_eq!(of("stream-flat-map"), expected);
    let who = alibi(&["who", "radek", folder.path().to_str().unwrap(), "--refs", "all", "--quiet"]);
    let text = String::from_utf8(who.stdout).unwrap();
    assert!(text.contains("added     npm        stream-flat-map ^0.1.0"), "{text}");
    let list = alibi(&["scan", folder.path().to_str().unwrap(), "--refs", "all", "--dependencies", "--quiet"]);
    let text = String::from_utf8(list.stdout).unwrap();
    assert!(text.contains("removed   npm        stream-flat-map"), "{text}");
}

#[test]
fn missing_advisories_are_rejected_and_listed_packages_are_blocked() {
    let folder = build("known-bad");
    let path = folder.path().to_str().unwrap();
    let missing = alibi(&["scan", path, "--refs", "all", "--osv", "/no/such/folder", "--quiet"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("/no/such/folder"));
    let given = folder.path().join("advisories.json");
    let found =
        alibi(&["scan", path, "--refs", "all", "--osv", given.to_str().unwrap(), "--fail-on", "block", "--quiet"]);
    assert_eq!(found.status.code(), Some(1));
}
