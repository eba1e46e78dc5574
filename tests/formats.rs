//! Tests of the report formats, with and without pseudonyms.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

mod common;

use common::{alibi, build, rendered, scan, text};
use git_alibi::finding::Value;
use git_alibi::heuristics::Catalogue;
use git_alibi::pipeline::Audit;
use git_alibi::report::{FORMATS, Format, MaskKey, RenderOptions, Report};
use git_alibi::testkit::names;
use std::collections::BTreeSet;
use std::path::Path;
use tempfile::TempDir;

/// Scans a story, and returns the report file in each format, the standard output and the standard error.
fn written(story: &Path, folder: &TempDir, more: &[&str]) -> Vec<(String, String)> {
    let file = |format: &str| folder.path().join(format);
    let outputs: Vec<String> = FORMATS.iter().map(|f| format!("{}={}", f.name, file(f.name).display())).collect();
    let mut words = vec!["scan", story.to_str().unwrap(), "--refs", "all", "--persona", "auditor"];
    words.extend(outputs.iter().flat_map(|o| ["--output", o.as_str()]));
    words.extend(more);
    let out = alibi(&words);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let mut all: Vec<(String, String)> =
        FORMATS.iter().map(|f| (f.name.to_owned(), std::fs::read_to_string(file(f.name)).unwrap())).collect();
    all.push(("standard output".into(), text(&out.stdout)));
    all.push(("standard error".into(), text(&out.stderr)));
    all
}

/// Renders a report in every format and in the gate layout.
fn in_every_format(report: &Report) -> Vec<(&'static str, String)> {
    let options = RenderOptions { all: true, dependencies: true, ..RenderOptions::default() };
    let gate = ("gate", &FORMATS[0], RenderOptions { gate: true, ..options });
    let all = FORMATS.iter().map(|format| (format.name, format, options)).chain([gate]);
    let write = |(name, format, options): (&'static str, &Format, RenderOptions)| {
        let mut bytes = Vec::new();
        format.renderer.render(report, options, &mut bytes).unwrap();
        (name, text(&bytes))
    };
    all.map(write).collect()
}

#[test]
fn every_format_is_valid_and_leaks_no_names_under_pseudonyms() {
    let mut schema: serde_json::Value = serde_json::from_str(include_str!("data/sarif-2.1.0.schema.json")).unwrap();
    // The schema's pattern for languages is not a valid regular expression: it has an extra bracket.
    for part in ["run", "toolComponent"] {
        schema["definitions"][part]["properties"]["language"].as_object_mut().unwrap().remove("pattern").unwrap();
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(
        !validator.is_valid(&serde_json::json!({ "version": "2.1.0", "runs": [{}] })),
        "the schema rejects an invalid log"
    );
    let key = key_of(7);
    let (mut results, mut looked_for) = (0, 0);
    for name in names() {
        let story = build(name);
        let audit = scan(story.path());
        let mut report = Report::new(&audit, Default::default());
        report.add_charts(&audit);
        for (format, output) in in_every_format(&report) {
            match format {
                "sarif" => {
                    let value: serde_json::Value = serde_json::from_str(&output).unwrap();
                    let errors = validator.iter_errors(&value).map(|e| format!("{} {e}", e.instance_path()));
                    assert_eq!(errors.collect::<Vec<_>>(), Vec::<String>::new(), "{name}");
                    results += check_results(&value, audit.findings.len(), name);
                }
                "markdown" => {
                    assert!(output.starts_with("<!-- git-alibi -->\n### git-alibi"), "{name}");
                    assert!(output.chars().count() < 65_000, "{name}");
                    assert_eq!(output.matches("<details>").count(), output.matches("</details>").count(), "{name}");
                }
                _ => {}
            }
        }
        let secrets = secrets(story.path(), &audit);
        looked_for += secrets.len();
        report.mask(&key);
        for (format, output) in in_every_format(&report) {
            assert!(
                !output.contains(story.path().to_str().unwrap()),
                "{name}: {format} contains the path of the repository"
            );
            let words: Vec<&String> = secrets.iter().filter(|secret| contains_word(&output, secret)).collect();
            assert!(words.is_empty(), "{name}: {format} names {words:?}");
        }
    }
    assert!(results > 50, "only {results} results were checked");
    assert!(looked_for > 1_000, "only {looked_for} names were searched for");
}

/// Checks that each result has a location, a fingerprint and a rule with help text; returns the number of results.
fn check_results(sarif: &serde_json::Value, findings: usize, story: &str) -> usize {
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let output = run["results"].as_array().unwrap();
    assert_eq!(output.len(), findings, "{story}");
    for result in output {
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["artifactLocation"]["uri"].as_str().is_some_and(|uri| !uri.is_empty()), "{result}");
        assert!(result["partialFingerprints"]["gitAlibiFinding/v1"].as_str().unwrap().contains(':'));
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("Innocent causes"));
    }
    output.len()
}

#[test]
fn pseudonymised_runs_leak_no_repository_text_to_any_output() {
    let output = "title = 't'\nstory = 's'\nhead = ''\n\
        [people.ana]\nname = 'Ana Falconer'\nemail = 'ana.falconer@example.org'\nzone = 'Europe/Lisbon'\n\
        [[step]]\nby = 'ana'\nat = '2024-01-01 10:00'\nmessage = 'Project Quicksilver'\nwrite = { 'quick/silver.c' = 'int a;' }\n\
        [[step]]\nby = 'ana'\nat = '2024-01-02 10:00'\nmessage = '192.168.7.9'\nbranch = 'quicksilver'\n\
        write = { '20240102' = \"int a; /*\\u202E*/\\n\", 'b.c' = \"// git-alibi: ignore[bidi-control codename=quicksilver] x\\nint a; /*\\u202E*/\\n\" }\n";
    let story = tempfile::tempdir().unwrap();
    git_alibi::testkit::write(&git_alibi::testkit::Story::parse("t", output).unwrap(), story.path()).unwrap();
    let out = tempfile::tempdir().unwrap();
    let (key, config) = (out.path().join("team.key"), out.path().join("alibi.toml"));
    std::fs::write(&key, [7u8; 32]).unwrap();
    std::fs::write(&config, "[[sensitive]]\nkind = 'quicksilver-vault'\nglobs = ['quick/**']\n").unwrap();
    let (key, config) = (key.to_str().unwrap(), config.to_str().unwrap());
    let (path, nobody) = (story.path().to_str().unwrap(), "ana.falconr@example.org");
    let runs: [&[&str]; 5] = [
        &["scan", path, "--config", config, "--refs", "all"],
        &["scan", path, "--author", nobody],
        &["scan", path, "--refs", "heads/no-quicksilver"],
        &["gate", "main..quicksilver", path],
        &["gate", "quicksilver-is-not-there..main", path],
    ];
    let mut message = Vec::new();
    for words in runs {
        let outputs: Vec<String> =
            FORMATS.iter().map(|f| f.name).map(|f| format!("{f}={}", out.path().join(f).display())).collect();
        let outputs: Vec<&str> = outputs.iter().flat_map(|o| ["--output", o.as_str()]).collect();
        let run = alibi(&[words, &["--pseudonymise", key, "--verbose"], &outputs].concat());
        message.push((format!("{words:?} to standard output"), text(&run.stdout)));
        message.push((format!("{words:?} to standard error"), text(&run.stderr)));
        for format in FORMATS.map(|f| f.name) {
            message.push((
                format!("{words:?} as {format}"),
                std::fs::read_to_string(out.path().join(format)).unwrap_or_default(),
            ));
        }
    }
    assert!(message.iter().filter(|(_, output)| output.len() > 500).count() > 8, "most outputs are not empty");
    for (what, output) in message {
        let lower = output.to_lowercase();
        for secret in ["falcon", "quicksilver", "quick/silver", "192.168.7.9", "20240102", path] {
            assert!(!lower.contains(&secret.to_lowercase()), "{what} contains {secret}");
        }
    }
}

#[test]
fn findings_from_metadata_alone_are_not_sarif_errors() {
    let level = |story: &str| {
        let audit = scan(build(story).path());
        let sarif = rendered(&Report::new(&audit, Default::default()), "sarif");
        let value: serde_json::Value = serde_json::from_str(&sarif).unwrap();
        let results = value["runs"][0]["results"].as_array().unwrap().iter();
        results.map(|r| r["level"].as_str().unwrap().to_owned()).collect::<BTreeSet<String>>()
    };
    assert_eq!(level("reordered-source"), BTreeSet::from(["error".to_owned()]));
    assert!(!level("signature-lost").contains("error"), "findings from metadata alone are not errors");
}

#[test]
fn markdown_comments_stay_within_the_size_limit() {
    // Far more findings than fit into a comment.
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
    let output = rendered(&serde_json::from_value(report).unwrap(), "markdown");
    assert!(output.chars().count() < 65_000, "{}", output.chars().count());
    assert!(output.contains("more findings"), "omitted findings are counted");
}

/// Returns the strings that pseudonyms must hide: names, addresses, subjects, paths, references and dependencies.
fn secrets(folder: &Path, audit: &Audit) -> BTreeSet<String> {
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
    let dependencies = &audit.facts.dependencies;
    let stated = dependencies.rows.iter().flat_map(|row| [row.from, row.to]).flatten().map(|id| dependencies.get(id));
    all.extend(stated.map(|stated| stated.name.clone()));
    for evidence in audit.findings.iter().flat_map(|f| &f.evidence).filter(|e| e.label == "well-known name") {
        assert!(matches!(evidence.value, Value::Text(_)), "{:?}: a package's name is text", evidence.value);
        if let Value::Text(name) = &evidence.value {
            all.insert(String::from_utf8_lossy(name).into_owned());
        }
    }
    // Text from the heuristics can appear in any report, and reveals nothing about the repository.
    let own = Catalogue::embedded().unwrap().iter().fold(String::from(".mailmap"), |all, h| {
        let causes: String = h.innocent.iter().map(|i| format!(" {}", i.cause)).collect();
        format!("{all} {} {} {}{causes}", h.title, h.rationale, h.remediation)
    });
    all.retain(|text| text.len() >= 5 && !contains_word(&own, text));
    all
}

/// Whether a string contains another as a separate word: `domain.config` does not contain `main.c`.
fn contains_word(output: &str, secret: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "-_./".contains(c));
    output.match_indices(secret).any(|(at, _)| {
        !is_part(output[..at].chars().next_back()) && !is_part(output[at + secret.len()..].chars().next())
    })
}

#[test]
fn pseudonyms_are_determined_by_the_key() {
    let (once, again, other) = (key_of(1), key_of(1), key_of(2));
    let audit = scan(build("reordered-source").path());
    let masked = |key: &MaskKey| {
        let mut report = Report::new(&audit, Default::default());
        report.add_charts(&audit);
        report.mask(key);
        let value: serde_json::Value = serde_json::from_str(&rendered(&report, "json")).unwrap();
        (value["contributors"][0]["id"].clone(), value["findings"][0]["id"].clone(), value["pseudonymised"].clone())
    };
    assert_eq!(masked(&once), masked(&again));
    assert_ne!(masked(&once).0, masked(&other).0);
    assert_ne!(masked(&once).1, masked(&other).1);
    assert_eq!(masked(&once).2, true);
    let mut report = Report::new(&audit, Default::default());
    report.add_charts(&audit);
    report.mask(&once);
    assert!(rendered(&report, "html").contains("\"masked\":true"));
    assert!(
        rendered(&report, "table").contains("commit ids can still identify"),
        "the report warns that commit ids can still identify people"
    );
}

fn key_of(byte: u8) -> MaskKey {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, [byte; 32]).unwrap();
    MaskKey::read(&file).unwrap()
}

#[test]
fn pseudonym_keys_under_16_bytes_are_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let short = folder.path().join("short");
    std::fs::write(&short, "secret").unwrap();
    let out = alibi(&["scan", ".", "--pseudonymise", short.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("16 or more"), "{}", text(&out.stderr));
}

#[cfg(unix)]
#[test]
fn report_files_are_readable_only_by_their_owner() {
    use std::os::unix::fs::PermissionsExt;
    let (story, folder) = (build("reordered-source"), tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("html"), "an older report that anybody could read").unwrap();
    written(story.path(), &folder, &[]);
    for format in FORMATS.map(|f| f.name) {
        let mode = std::fs::metadata(folder.path().join(format)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{format}");
    }
}
