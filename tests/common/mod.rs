//! Functions shared by the integration tests: they build repositories from stories, scan them, and run the program.
#![allow(dead_code)] // each test file uses only some of the functions
#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

use git_alibi::config::{AlibiFile, Indicators};
use git_alibi::pipeline::{Audit, AuditOptions, Scope, SnapshotFile, audit};
use git_alibi::progress::Silent;
use git_alibi::report::{FORMATS, RenderOptions, Report, ReportOptions};
use git_alibi::repository::RefChoice;
use git_alibi::testkit;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Builds a story in a temporary folder, which is deleted when the value is dropped.
pub(crate) fn build(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    testkit::write(&testkit::story(name).unwrap(), folder.path()).unwrap();
    folder
}

pub(crate) fn options(paths: &[&Path]) -> AuditOptions {
    let given: Vec<testkit::Extras> = paths.iter().map(|p| testkit::extras(p)).collect();
    let paths = paths.iter().map(PathBuf::from).chain(given.iter().flat_map(|g| g.beside.clone())).collect();
    AuditOptions {
        scope: Scope::History(RefChoice::All),
        keys: given.iter().filter_map(|g| g.keys.clone()).collect(),
        config: given.iter().find_map(|g| g.alibi.clone()).map(|f| AlibiFile::read(&f).unwrap()),
        imports: given.iter().filter_map(|g| g.sarif.clone()).collect(),
        osv: given.iter().filter_map(|g| g.osv.clone()).collect(),
        indicators: given.iter().find_map(|g| g.indicators.clone()).map(|f| Indicators::read(&f).unwrap()),
        include_unreachable: given.iter().any(|g| g.lost),
        snapshot: given.iter().find_map(|g| g.snapshot.clone()).map(|f| SnapshotFile::read(f).unwrap()),
        ..AuditOptions::of(paths, git_alibi::check::NOW)
    }
}

pub(crate) fn scan_with(options: &AuditOptions) -> Audit {
    audit(options, &git_alibi::rulebook().unwrap(), &Silent).unwrap()
}

pub(crate) fn scan(path: &Path) -> Audit {
    scan_with(&options(&[path]))
}

/// Returns each finding as its heuristic, its contributor's name and whether it counts; sorted.
pub(crate) fn findings(audit: &Audit) -> Vec<(String, String, bool)> {
    let mut all: Vec<_> = audit
        .findings
        .iter()
        .map(|f| {
            let (name, _) = audit.facts.identity(audit.people.get(f.contributor).earliest());
            {
                let name = String::from_utf8_lossy(name);
                let forged = if f.is_forged { "unknown author using the name " } else { "" };
                (f.heuristic.clone(), format!("{forged}{name}"), f.counts())
            }
        })
        .collect();
    all.sort();
    all
}

/// Returns the JSON report of a run as a parsed value.
pub(crate) fn report(audit: &Audit) -> serde_json::Value {
    serde_json::from_str(&rendered(&Report::new(audit, ReportOptions::default()), "json")).unwrap()
}

/// Renders a report in a format.
pub(crate) fn rendered(report: &Report, format: &str) -> String {
    let format = FORMATS.iter().find(|f| f.name == format).unwrap();
    let mut bytes = Vec::new();
    format.renderer.render(report, RenderOptions::default(), &mut bytes).unwrap();
    text(&bytes)
}

/// Runs the program with a fixed clock, and without environment variables that affect it.
pub(crate) fn alibi(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_git-alibi"))
        .args(words)
        .env_remove("GIT_DIR")
        .env_remove("RUST_BACKTRACE")
        .env("SOURCE_DATE_EPOCH", git_alibi::check::NOW.to_string())
        .output()
        .unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Returns the path of the loose object with this id.
pub(crate) fn object(repo: &Path, oid: &str) -> PathBuf {
    repo.join("objects").join(&oid[..2]).join(&oid[2..])
}

/// Moves all loose objects into a single pack.
pub(crate) fn pack(folder: &Path) {
    let repo = git2::Repository::open_bare(folder).unwrap();
    let mut builder = repo.packbuilder().unwrap();
    let odb = repo.odb().unwrap();
    let mut all = Vec::new();
    odb.foreach(|oid| {
        all.push(*oid);
        true
    })
    .unwrap();
    for oid in &all {
        builder.insert_object(*oid, None).unwrap();
    }
    builder.write(&folder.join("objects/pack"), 0o444).unwrap();
    for oid in &all {
        let file = object(folder, &oid.to_string());
        if file.exists() {
            std::fs::remove_file(file).unwrap();
        }
    }
}
