//! The formats that people and machines read, and what none of them may say under pseudonyms.

#![allow(clippy::unwrap_used)] // helpers of tests are not marked as tests

mod common;

use common::{alibi, build, scan, text};
use git_alibi::heuristics::Catalogue;
use git_alibi::report::{Charts, MaskKey, Report, html, json, markdown, sarif, table};
use git_alibi::testkit::names;
use std::collections::BTreeSet;
use std::path::Path;
use tempfile::TempDir;

const FORMATS: [&str; 5] = ["table", "json", "sarif", "html", "markdown"];

/// Scans into a file of each format.
fn written(story: &Path, folder: &TempDir, more: &[&str]) -> Vec<(String, String)> {
    let file = |format: &str| folder.path().join(format);
    let outputs: Vec<String> = FORMATS.iter().map(|f| format!("{f}={}", file(f).display())).collect();
    let mut words = vec!["scan", story.to_str().unwrap(), "--refs", "all", "--persona", "auditor"];
    words.extend(outputs.iter().flat_map(|o| ["--output", o.as_str()]));
    words.extend(more);
    let out = alibi(&words);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let mut all: Vec<(String, String)> =
        FORMATS.iter().map(|f| ((*f).to_owned(), std::fs::read_to_string(file(f)).unwrap())).collect();
    all.push(("standard output".into(), text(&out.stdout)));
    all.push(("standard error".into(), text(&out.stderr)));
    all
}

#[test]
fn every_story_is_valid_sarif_with_a_place_and_a_fingerprint_for_each_result() {
    let mut schema: serde_json::Value = serde_json::from_str(include_str!("data/sarif-2.1.0.schema.json")).unwrap();
    // As published, the pattern of a language has a bracket too many, and no reader of expressions takes it.
    for part in ["run", "toolComponent"] {
        schema["definitions"][part]["properties"]["language"].as_object_mut().unwrap().remove("pattern").unwrap();
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut results = 0;
    for name in names() {
        let audit = scan(build(name).path());
        let mut bytes = Vec::new();
        sarif(&Report::new(&audit, Default::default()), &audit.heuristics, &mut bytes).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{} {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        let run = &value["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let told = run["results"].as_array().unwrap();
        assert_eq!(told.len(), audit.findings.len(), "{name}");
        for result in told {
            results += 1;
            let place = &result["locations"][0]["physicalLocation"];
            assert!(place["artifactLocation"]["uri"].as_str().is_some_and(|uri| !uri.is_empty()), "{result}");
            assert!(result["partialFingerprints"]["gitAlibiFinding/v1"].as_str().unwrap().contains(':'));
            let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
            assert_eq!(rule["id"], result["ruleId"]);
            assert!(rule["help"]["markdown"].as_str().unwrap().contains("What else explains it"));
        }
    }
    assert!(results > 50, "only {results} results were looked at");
    let broken = serde_json::json!({ "version": "2.1.0", "runs": [{}] });
    assert!(!validator.is_valid(&broken), "the schema can fail");
}

#[test]
fn only_what_blocks_is_an_error_and_what_does_not_count_is_a_note() {
    let level = |story: &str| {
        let audit = scan(build(story).path());
        let mut bytes = Vec::new();
        sarif(&Report::new(&audit, Default::default()), &audit.heuristics, &mut bytes).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let results = value["runs"][0]["results"].as_array().unwrap().iter();
        results.map(|r| r["level"].as_str().unwrap().to_owned()).collect::<BTreeSet<String>>()
    };
    assert_eq!(level("reordered-source"), BTreeSet::from(["error".to_owned()]));
    assert!(!level("signature-lost").contains("error"), "metadata alone is no error");
}

#[test]
fn a_comment_stays_short_however_much_there_is_and_links_nothing() {
    for name in names() {
        let audit = scan(build(name).path());
        let mut bytes = Vec::new();
        markdown(&Report::new(&audit, Default::default()), &audit.heuristics, &mut bytes).unwrap();
        let told = text(&bytes);
        assert!(told.starts_with("<!-- git-alibi -->\n### git-alibi"), "{name}");
        assert!(told.chars().count() < 65_000, "{name}");
        assert_eq!(told.matches("<details>").count(), told.matches("</details>").count(), "{name}");
    }
    // Far more findings than a comment holds.
    let audit = scan(build("reordered-source").path());
    let mut report = serde_json::to_value(Report::new(&audit, Default::default())).unwrap();
    let finding = report["findings"][0].clone();
    let ids: Vec<String> = (0..500).map(|i| format!("bidi-control:{i:016x}")).collect();
    report["findings"] = ids
        .iter()
        .map(|id| {
            let mut one = finding.clone();
            one["id"] = id.as_str().into();
            one
        })
        .collect();
    report["cases"][0]["findings"] = ids.iter().map(String::as_str).collect();
    let mut bytes = Vec::new();
    markdown(&serde_json::from_value(report).unwrap(), &audit.heuristics, &mut bytes).unwrap();
    let told = text(&bytes);
    assert!(told.chars().count() < 65_000, "{}", told.chars().count());
    assert!(told.contains("more findings"), "what is left out is counted");
}

/// What a repository calls people, places and things.
fn secrets(folder: &Path) -> BTreeSet<String> {
    let repository = git2::Repository::open_bare(folder).unwrap();
    let mut all = BTreeSet::new();
    let mut walk = repository.revwalk().unwrap();
    walk.push_glob("*").unwrap();
    for commit in walk.flatten().filter_map(|oid| repository.find_commit(oid).ok()) {
        for who in [commit.author(), commit.committer()] {
            for part in [String::from_utf8_lossy(who.name_bytes()), String::from_utf8_lossy(who.email_bytes())] {
                all.insert(part.trim().to_owned());
            }
        }
        all.insert(String::from_utf8_lossy(commit.summary_bytes().unwrap_or_default()).trim().to_owned());
        commit
            .tree()
            .unwrap()
            .walk(git2::TreeWalkMode::PreOrder, |parent, entry| {
                if entry.kind() == Some(git2::ObjectType::Blob) {
                    all.insert(format!("{parent}{}", String::from_utf8_lossy(entry.name_bytes())));
                }
                git2::TreeWalkResult::Ok
            })
            .unwrap();
    }
    for reference in repository.references().unwrap().flatten() {
        all.insert(String::from_utf8_lossy(reference.name_bytes()).into_owned());
    }
    // What the program says by itself, whatever the repository, tells nothing of it.
    let own = Catalogue::embedded().unwrap().iter().fold(String::from(".mailmap"), |all, h| {
        let causes: String = h.innocent.iter().map(|i| format!(" {}", i.cause)).collect();
        format!("{all} {} {} {}{causes}", h.title, h.rationale, h.remediation)
    });
    all.retain(|text| text.len() >= 5 && !says(&own, text));
    all
}

#[test]
fn under_pseudonyms_no_format_names_anybody_or_anything() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("team.key");
    std::fs::write(&key, [7u8; 32]).unwrap();
    let mut looked_for = 0;
    for name in names() {
        let story = build(name);
        let out = tempfile::tempdir().unwrap();
        let secrets = secrets(story.path());
        looked_for += secrets.len();
        for (format, told) in written(story.path(), &out, &["--pseudonymise", key.to_str().unwrap(), "--verbose"]) {
            let path = story.path().to_str().unwrap();
            assert!(!told.contains(path), "{name}: the path of the repository is in {format}");
            let words: Vec<&String> = secrets.iter().filter(|secret| says(&told, secret)).collect();
            assert!(words.is_empty(), "{name}: {format} names {words:?}");
        }
    }
    assert!(looked_for > 1_000, "only {looked_for} names were looked for");
}

/// Whether a text holds another as a word of its own: `main.c` in `domain.config` is none.
fn says(told: &str, secret: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "-_./".contains(c));
    told.match_indices(secret)
        .any(|(at, _)| !is_part(told[..at].chars().next_back()) && !is_part(told[at + secret.len()..].chars().next()))
}

#[test]
fn pseudonyms_are_the_same_with_the_same_key_and_others_with_another() {
    let (once, again, other) = (key_of(1), key_of(1), key_of(2));
    let audit = scan(build("reordered-source").path());
    let masked = |key: &MaskKey| {
        let mut report = Report::new(&audit, Default::default());
        report.mask(key);
        let mut bytes = Vec::new();
        json(&report, &mut bytes).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        (value["contributors"][0]["id"].clone(), value["findings"][0]["id"].clone(), value["pseudonymised"].clone())
    };
    assert_eq!(masked(&once), masked(&again));
    assert_ne!(masked(&once).0, masked(&other).0);
    assert_ne!(masked(&once).1, masked(&other).1);
    assert_eq!(masked(&once).2, true);
    let mut page = Vec::new();
    let mut report = Report::new(&audit, Default::default());
    report.mask(&once);
    html(&report, &Charts::new(&audit, &report), &audit.heuristics, &mut page).unwrap();
    assert!(text(&page).contains("\"masked\":true"));
    let mut shown = Vec::new();
    table(&report, Default::default(), &mut shown).unwrap();
    assert!(text(&shown).contains("commit ids can still tell"), "what pseudonyms cannot hide is said");
}

fn key_of(byte: u8) -> MaskKey {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, [byte; 32]).unwrap();
    MaskKey::read(&file).unwrap()
}

#[test]
fn a_key_that_can_be_guessed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let short = folder.path().join("short");
    std::fs::write(&short, "secret").unwrap();
    let out = alibi(&["scan", ".", "--pseudonymise", short.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("16 or more"), "{}", text(&out.stderr));
}

#[cfg(unix)]
#[test]
fn report_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (story, folder) = (build("reordered-source"), tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("html"), "an older report that anybody could read").unwrap();
    written(story.path(), &folder, &[]);
    for format in FORMATS {
        let mode = std::fs::metadata(folder.path().join(format)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{format}");
    }
}
