//! Tests of the HTML report in a browser.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests
#![allow(clippy::print_stderr)] // prints the time of the first view

#[path = "common/browser.rs"]
mod browser;
mod common;

use common::{alibi, build};
use git_alibi::heuristics::Catalogue;
use git_alibi::report::{FORMATS, RenderOptions, Report, read_json};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Scans stories and writes an HTML report to a folder.
fn page(folder: &TempDir, stories: &[&str]) -> PathBuf {
    let file = folder.path().join("report.html");
    let built: Vec<TempDir> = stories.iter().map(|story| build(story)).collect();
    let mut words: Vec<String> = vec!["scan".into(), "--output".into(), format!("html={}", file.display())];
    words.extend(built.iter().map(|story| story.path().display().to_string()));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert_eq!(alibi(&words).status.code(), Some(0));
    file
}

const ROWS: &str = "document.querySelectorAll('#people tbody tr[data-index]').length";

#[test]
fn the_page_can_be_filtered_sorted_and_used_with_the_keyboard() {
    let Some(mut browser) = browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = page(&folder, &["reordered-source", "honest-team", "shared-account", "come-and-gone", "signature-lost"]);
    for width in [1280, 390] {
        browser.resize(width, 900);
        browser.open(&file);
        browser.picture(&format!("list-{width}"));
        let sideways = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
        assert_eq!(browser.eval(sideways), false, "the list scrolls sideways at {width}");
        let all = browser.eval(ROWS).as_u64().unwrap();
        assert!(all > 5, "only {all} contributors are listed");
        // Filter by text and by tier.
        browser.eval("document.getElementById('filter').focus()");
        for key in ["h", "a", "n", "a"] {
            browser.press(key);
        }
        assert_eq!(browser.eval(ROWS), 1, "typing filters the list");
        assert!(browser.text("document.querySelector('#people tbody').textContent").contains("Hana Moreau"));
        assert!(browser.text("document.getElementById('count').textContent").contains('1'));
        browser.eval("{ const f = document.getElementById('filter'); f.value = ''; f.dispatchEvent(new Event('input', { bubbles: true })); }");
        assert_eq!(browser.eval(ROWS).as_u64(), Some(all));
        browser.eval("document.querySelectorAll('input[name=tier]').forEach(t => { if (t.value !== 'block' && t.checked) t.click(); })");
        let blocked = browser.eval(ROWS).as_u64().unwrap();
        assert!(blocked >= 1 && blocked < all, "the tier filter lists {blocked} of {all}");
        browser.eval("document.querySelectorAll('input[name=tier]').forEach(t => { if (!t.checked) t.click(); })");
        // Sort by name and by rank.
        let first = "document.querySelector('#people tbody tr[data-index]').dataset.index";
        let before = browser.text(first);
        browser.eval("document.querySelector('button[data-sort=name]').click()");
        let by_name = browser.text(first);
        browser.eval("document.querySelector('button[data-sort=name]').click()");
        assert_ne!(by_name, browser.text(first), "a second click reverses the order");
        browser.eval("document.querySelector('button[data-sort=rank]').click()");
        assert_eq!(before, browser.text(first), "sorting by rank restores the order");
        // Open a contributor's page with the keyboard, and go back.
        browser.eval("document.activeElement.blur()");
        browser.press("j");
        browser.press("Enter");
        assert_eq!(browser.eval("document.getElementById('person').hidden"), false);
        let person = browser.text("document.getElementById('person').textContent");
        for part in ["git -C", "excluded", "in previously unseen repositories"] {
            assert!(person.contains(part), "{part} is missing");
        }
        assert!(
            browser.eval("document.querySelectorAll('#person svg').length").as_u64() >= Some(2),
            "charts are drawn"
        );
        assert_eq!(browser.eval(sideways), false, "a contributor's page scrolls sideways at {width}");
        browser.picture(&format!("person-{width}"));
        browser.press("Escape");
        assert_eq!(browser.eval("document.getElementById('person').hidden"), true);
        // Shortcut keys are ignored while typing in the filter.
        browser.press("/");
        assert_eq!(browser.text("document.activeElement.id"), "filter");
        browser.press("j");
        assert_eq!(browser.text("document.getElementById('filter').value"), "j");
        browser.press("Escape");
    }
    // Switch to dark mode through the preference and with the button.
    let paper = "getComputedStyle(document.body).backgroundColor";
    browser.prefer("light");
    browser.open(&file);
    let light = browser.text(paper);
    browser.eval("document.getElementById('theme').click()");
    let by_hand = browser.text(paper);
    browser.prefer("dark");
    browser.open(&file);
    let dark = browser.text(paper);
    browser.resize(1280, 900);
    browser.picture("list-dark");
    browser.press("j");
    browser.press("Enter");
    browser.picture("person-dark");
    assert_ne!(light, dark, "the theme follows the preference");
    assert_ne!(light, by_hand, "the button switches the theme");
    assert_eq!(browser.misdeeds, Vec::<String>::new());
}

#[test]
fn hostile_text_is_never_rendered_as_html() {
    let Some(mut browser) = browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let hostile = "</script><img src=x onerror=alert(1)>{{SCRIPT}}";
    let output = format!(
        "title = 't'\nstory = 's'\nhead = ''\n[people.eve]\nname = '''{}'''\nemail = 'eve@example.org'\nzone = 'Europe/Lisbon'\n\
         [people.ana]\nname = 'Ana Example'\nemail = 'ana@example.org'\nzone = 'Europe/Lisbon'\n\
         [[step]]\nby = 'ana'\nat = '2024-01-01 10:00'\nmessage = 'Begin'\nwrite = {{ 'a.txt' = 'x' }}\n\
         [[step]]\nby = 'eve'\nat = '2024-01-02 10:00'\nmessage = '''{hostile}'''\n\
         write = {{ '<b onclick=alert(1)>.js' = \"x /*\\u202E<script>alert(2)</script>*/\\n\" }}\n",
        // Git removes angle brackets from names; escaped markup must also stay text.
        "Eve &lt;img src=x onerror=alert(1)&gt; javascript:alert(3)"
    );
    let story = git_alibi::testkit::Story::parse("hostile", &output).unwrap();
    let repository = tempfile::tempdir().unwrap();
    git_alibi::testkit::write(&story, repository.path()).unwrap();
    let file = folder.path().join("report.html");
    let out = alibi(&["scan", repository.path().to_str().unwrap(), "--output", &format!("html={}", file.display())]);
    assert_eq!(out.status.code(), Some(0));
    let raw = std::fs::read_to_string(&file).unwrap();
    assert_eq!(raw.matches("</script>").count(), 2, "data ends a script element");
    browser.open(&file);
    assert!(browser.text("document.querySelector('#people tbody').textContent").contains("Eve &lt;img src=x"));
    browser.press("j");
    browser.press("Enter");
    let person = browser.text("document.getElementById('person').textContent");
    for part in [hostile, "<b onclick=alert(1)>.js", "\\u{202e}<script>alert(2)</script>"] {
        assert!(person.contains(part), "{part} is not shown as text: {person}");
    }
    assert_eq!(browser.eval("document.querySelectorAll('img, b[onclick], a[href^=javascript]').length"), 0);
    assert_eq!(browser.misdeeds, Vec::<String>::new());
}

/// Builds a report with this many contributors, of whom every tenth has a case.
fn large(people: usize) -> Report {
    let id = |i: usize| format!("Person Number{i} <person{i}@example.org>");
    let moment = |i: usize| format!("20{:02}-0{}-1{}T10:00:00Z", 10 + i % 14, 1 + i % 9, i % 9);
    let contributor = |i: usize| {
        json!({ "id": id(i), "name": format!("Person Number{i}"), "bot": i % 50 == 49, "commits": 1 + i % 700, "active_days": 1 + i % 300,
            "first": moment(i), "last": moment(i + 1), "keys": [],
            "identities": [{ "name": format!("Person Number{i}"), "email": format!("person{i}@example.org"), "commits": 1 + i % 700,
                "first": moment(i), "last": moment(i + 1), "repositories": ["r1"] }] })
    };
    let finding = |i: usize| {
        json!({ "id": format!("bidi-control:{i:016x}"), "heuristic": "bidi-control", "family": "content", "group": "hidden-code",
            "severity": "high", "confidence": "high", "weight_db": 20.0, "counted_db": 20.0, "calibrated": false,
            "contributor": id(i / 2 * 10 % people), "repository": "r1", "commits": [format!("{i:040x}")], "paths": [format!("src/file{i}.c")],
            "line": i, "in_head": true, "removed_in": null, "summary": format!("Bidirectional control characters in source code in src/file{i}.c"),
            "evidence": [{ "label": "introduced by", "value": format!("{i:040x}") }, { "label": "text", "value": "x".repeat(200) }],
            "innocent": [{ "cause": "a test of the handling of such characters", "tested": true, "excluded": true }],
            "suppressed": null, "reproduce": format!("git -C /srv/large show {i:040x}") })
    };
    let case = |k: usize| {
        json!({ "contributor": id(k * 10 % people), "tier": if k.is_multiple_of(9) { "block" } else { "note" }, "total_db": 20.0, "verbal": "strong support",
            "ppv": { "1_in_100": 0.5 }, "survives_fdr": false, "families": { "content": 20.0 },
            "findings": [format!("bidi-control:{:016x}", k * 2), format!("bidi-control:{:016x}", k * 2 + 1)] })
    };
    let all: Value = json!({
        "schema": "git-alibi/report/1", "tool": { "name": "git-alibi", "version": "0.0.0" },
        "options": { "paths": ["/srv/large"], "refs": "default", "range": null, "since": null, "until": null, "only": [], "skip": [],
            "min_severity": "info", "persona": "default", "mailmap": true, "keys": [], "imports": [], "heuristics_run": 126, "heuristics": null },
        "repositories": [{ "id": "r1", "path": "/srv/large", "head": null, "commits": 100_000, "judged": 100_000, "refs": 10, "first": null,
            "last": null, "shallow": false, "skipped": [], "skipped_count": 0, "notices": [] }],
        "contributors": (0..people).map(contributor).collect::<Vec<_>>(),
        "links": (0..people / 2).map(|i| json!({ "a": id(i), "b": id(people - 1 - i), "bits": 12.5, "status": "possible",
            "reasons": [{ "kind": "same-name", "bits": 12.5, "detail": "the same name" }] })).collect::<Vec<_>>(),
        "dependencies": (0..people * 4).map(|i| json!({ "contributor": id(i % people), "repository": "r1", "commit": format!("{i:040x}"),
            "date": moment(i), "ecosystem": "npm", "name": format!("package-{}", i % 900), "purl": null, "change": "added", "from": null,
            "to": { "version": "^1.2.3", "source": "", "hash": "", "purpose": "runtime" }, "path": "package.json", "file": "manifest",
            "direct": true, "new": true })).collect::<Vec<_>>(),
        "findings": (0..people / 5).map(finding).collect::<Vec<_>>(), "cases": (0..people / 10).map(case).collect::<Vec<_>>(),
        "tests": [], "stats": { "commits": 0, "changes": 0, "blobs": 0, "bytes": 0, "seconds": {} }, "charts": charts(people)
    });
    read_json(&all.to_string()).unwrap()
}

/// Builds chart data for this many contributors: full weeks, three years of months, and a few sensitive paths.
fn charts(people: usize) -> Value {
    let chart = |i: usize| {
        let week: Vec<Value> = (0..40 + i % 60).map(|hour| json!([hour + 8, 1 + (i + hour) % 9])).collect();
        let months: Vec<Value> = (0..36)
            .map(|m| {
                json!([format!("20{}-{:02}", 21 + m / 12, 1 + m % 12), 60 * (i % 24) as i64 - 660, 1 + (i + m) % 30])
            })
            .collect();
        let places: Vec<Value> = (0..i % 4)
            .map(|p| {
                json!([
                    (["build", "pipeline", "policy"][p]),
                    format!("2022-0{}-11", p + 1),
                    100 * p,
                    "path/to/file",
                    "0123456789ab",
                    p == 1
                ])
            })
            .collect();
        json!({ "p": week, "o": months, "s": places })
    };
    (0..people).map(chart).collect()
}

fn written(report: Report, file: &Path) {
    let report = report.with_heuristics(Catalogue::embedded().unwrap().iter().cloned().collect());
    let html = FORMATS.iter().find(|format| format.name == "html").unwrap();
    let mut bytes = Vec::new();
    html.renderer.render(&report, RenderOptions::default(), &mut bytes).unwrap();
    std::fs::write(file, bytes).unwrap();
}

#[test]
fn a_page_with_5000_contributors_opens_within_two_seconds() {
    let Some(mut browser) = browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.html");
    written(large(5_000), &file);
    assert!(std::fs::metadata(&file).unwrap().len() < 15_000_000);
    browser.resize(1280, 900);
    let took = browser.open(&file);
    eprintln!(
        "{} bytes; the first view of 5,000 contributors took {took:.0} ms",
        std::fs::metadata(&file).unwrap().len()
    );
    assert!(took < 2_000.0, "the first view took {took:.0} ms");
    assert!(
        browser.text("document.getElementById('count').textContent").replace(',', "").contains("4900"),
        "bots are hidden by default"
    );
    browser.eval("document.getElementById('filter').focus()");
    for key in "number4321".chars() {
        browser.press(&key.to_string());
    }
    assert_eq!(browser.eval(ROWS), 1, "the filter also searches rows that are not drawn");
    assert_eq!(browser.misdeeds, Vec::<String>::new());
}
