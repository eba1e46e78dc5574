//! Tests of the documentation: generated pages are up to date, and linked pages exist.

#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

#[path = "common/detectors.rs"]
mod detectors;

use git_alibi::cli::reference;
use git_alibi::heuristics::Catalogue;
use git_alibi::report::heuristic_pages;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    // A checkout may have other line endings.
    std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n")
}

#[test]
fn generated_pages_are_up_to_date() {
    let hint = "`cargo run --example docs` writes it";
    let folder = root().join("docs/heuristics");
    let pages = heuristic_pages(&Catalogue::embedded().unwrap());
    for (name, page) in &pages {
        assert_eq!(&read(&folder.join(name)), page, "docs/heuristics/{name} is out of date: {hint}");
    }
    let there: BTreeSet<String> =
        std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(there, pages.keys().cloned().collect(), "{hint}");
    assert_eq!(read(&root().join("docs/cli.md")), reference(), "docs/cli.md is out of date: {hint}");
}

#[test]
fn generated_lists_of_coded_detectors_are_up_to_date() {
    for (file, list) in detectors::detector_lists(&root()).unwrap() {
        assert_eq!(read(&file), list, "{} is out of date: `cargo run --example docs` writes it", file.display());
    }
}

#[test]
fn every_linked_page_exists() {
    let mut pages: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"].map(|p| root().join(p)).into();
    pages.extend(std::fs::read_dir(root().join("docs")).unwrap().map(|e| e.unwrap().path()));
    pages.extend(std::fs::read_dir(root().join("docs/heuristics")).unwrap().map(|e| e.unwrap().path()));
    let mut links = 0;
    for page in pages.iter().filter(|p| p.extension().is_some_and(|e| e == "md")) {
        for link in read(page).split("](").skip(1).filter_map(|rest| rest.split(')').next().map(str::to_owned)) {
            let file = link.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            links += 1;
            assert!(
                page.parent().unwrap().join(file).exists(),
                "{} links {link}, which does not exist",
                page.display()
            );
        }
    }
    assert!(links > 100, "only {links} links were checked");
}
