//! Snapshots of every report format for three stories, and of the help of every command. After a deliberate change,
//! review the difference and run the tests with `INSTA_UPDATE=always`.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

mod common;

use common::{build, scan};
use git_alibi::report::{FORMATS, RenderOptions, Report};
use regex::Regex;
use serde_json::Value;

const STORIES: [&str; 3] = ["reordered-source", "traveller", "ordinary-practice"];

/// Replaces text that differs between runs, and the script and style of the HTML page.
fn stable(text: &str, folder: &str) -> String {
    let text = text.replace(folder, "[REPOSITORY]");
    let text = Regex::new(r"(?s)<style>.*?</style>").unwrap().replace_all(&text, "<style>[STYLE]</style>").into_owned();
    let text = Regex::new(r"(?s)(<script>).*?(</script>)").unwrap().replace_all(&text, "$1[SCRIPT]$2").into_owned();
    let text = Regex::new(r"sha256-[A-Za-z0-9+/=]+").unwrap().replace_all(&text, "[HASH]").into_owned();
    // The number of heuristics changes with every new one.
    let number = Regex::new(r#"("heuristics_run": |\["heuristics run",")\d+"#).unwrap();
    let text = number.replace_all(&text, "${1}0").into_owned();
    Regex::new(r#"(?s)"seconds": \{.*?\}"#).unwrap().replace_all(&text, "\"seconds\": {}").into_owned()
}

/// Removes the rules without results from a SARIF log, so that changes to them do not change the snapshots.
fn only_used_rules(text: &str) -> String {
    let mut log: Value = serde_json::from_str(text).unwrap();
    let run = &mut log["runs"][0];
    let used: Vec<Value> = run["results"].as_array().unwrap().iter().map(|result| result["ruleId"].clone()).collect();
    let rules = run["tool"]["driver"]["rules"].as_array_mut().unwrap();
    let all = rules.len();
    rules.retain(|rule| used.contains(&rule["id"]));
    assert!(rules.len() < all, "all rules have results");
    serde_json::to_string_pretty(&log).unwrap()
}

#[test]
fn each_format_matches_its_snapshot() {
    let options = RenderOptions { all: true, dependencies: true, width: Some(100), ..RenderOptions::default() };
    for story in STORIES {
        let folder = build(story);
        let audit = scan(folder.path());
        let mut report = Report::new(&audit, Default::default());
        report.add_charts(&audit);
        for format in &FORMATS {
            let mut bytes = Vec::new();
            format.renderer.render(&report, options, &mut anstream::StripStream::new(&mut bytes)).unwrap();
            let mut text = stable(&String::from_utf8(bytes).unwrap(), &folder.path().display().to_string());
            if format.name == "sarif" {
                text = only_used_rules(&text);
            }
            insta::assert_snapshot!(format!("{story}-{}", format.name), text);
        }
    }
}

#[test]
fn the_help_of_each_command_matches_its_snapshot() {
    let mut pages = 0;
    for page in git_alibi::cli::reference().split("\n## ").skip(1) {
        let (command, text) = page.split_once('\n').unwrap();
        insta::assert_snapshot!(format!("help-{}", command.replace(' ', "-")), text);
        pages += 1;
    }
    assert!(pages > 12, "only {pages} commands have help");
}
