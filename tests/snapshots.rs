//! Snapshots of every report format for three stories, and of the help of every command. After a deliberate change,
//! review the difference and run the tests with `INSTA_UPDATE=always`.

#![allow(clippy::unwrap_used)] // helpers of tests are not marked as tests

mod common;

use common::{build, scan};
use git_alibi::report::{FORMATS, RenderOptions, Report};
use regex::Regex;

const STORIES: [&str; 3] = ["reordered-source", "traveller", "ordinary-practice"];

/// What differs between machines and versions of the page's own script, replaced.
fn stable(text: &str, folder: &str) -> String {
    let text = text.replace(folder, "[REPOSITORY]");
    let text = Regex::new(r"(?s)<style>.*?</style>").unwrap().replace_all(&text, "<style>[STYLE]</style>").into_owned();
    let text = Regex::new(r"(?s)(<script>).*?(</script>)").unwrap().replace_all(&text, "$1[SCRIPT]$2").into_owned();
    let text = Regex::new(r"sha256-[A-Za-z0-9+/=]+").unwrap().replace_all(&text, "[HASH]").into_owned();
    Regex::new(r#"(?s)"seconds": \{.*?\}"#).unwrap().replace_all(&text, "\"seconds\": {}").into_owned()
}

#[test]
fn each_format_is_as_reviewed() {
    let options = RenderOptions { all: true, dependencies: true, width: Some(100), ..RenderOptions::default() };
    for story in STORIES {
        let folder = build(story);
        let audit = scan(folder.path());
        let mut report = Report::new(&audit, Default::default());
        report.add_charts(&audit);
        for format in &FORMATS {
            let mut bytes = Vec::new();
            format.renderer.render(&report, options, &mut anstream::StripStream::new(&mut bytes)).unwrap();
            let text = stable(&String::from_utf8(bytes).unwrap(), &folder.path().display().to_string());
            insta::assert_snapshot!(format!("{story}-{}", format.name), text);
        }
    }
}

#[test]
fn the_help_of_each_command_is_as_reviewed() {
    let mut pages = 0;
    for page in git_alibi::cli::reference().split("\n## ").skip(1) {
        let (command, text) = page.split_once('\n').unwrap();
        insta::assert_snapshot!(format!("help-{}", command.replace(' ', "-")), text);
        pages += 1;
    }
    assert!(pages > 12, "only {pages} commands");
}
