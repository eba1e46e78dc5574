//! Implements `heuristics check`: lints the catalogue and runs every example through the real pipeline.
//!
//! The input is a catalogue, and the output is its problems. Each example becomes a separate repository, which is
//! scanned with only the heuristic of the example.

mod lint;

use crate::pipeline::{AuditOptions, RuleNames, Scope, SnapshotFile, audit};
use crate::progress::Silent;
use crate::testkit::{Person, Step, Story, extras, story, write};
use alibi_core::config::{AlibiFile, Indicators};
use alibi_core::detection::Rulebook;
use alibi_core::finding::Finding;
use alibi_git::repository::RefChoice;
use alibi_rules::heuristics::{Example, ExampleChange, Heuristic, Persona};
use anyhow::Context;
use chrono::DateTime;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A problem with one heuristic.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Failure {
    /// The heuristic's file.
    pub file: String,
    /// A sentence that describes the problem.
    pub message: String,
}

/// The result of a check.
#[derive(Clone, Default, Debug)]
pub struct Checked {
    /// Number of heuristics checked.
    pub heuristics: usize,
    /// Number of examples run.
    pub examples: usize,
    /// The problems, sorted.
    pub failures: Vec<Failure>,
}

/// Lints all heuristics and runs their examples.
pub fn check(catalogue: &Rulebook) -> Checked {
    let all: Vec<&Heuristic> = catalogue.iter().collect();
    let mut failures: Vec<Failure> = all
        .par_iter()
        .flat_map_iter(|h| {
            let mut messages = lint::lint(h, catalogue);
            for (i, example) in h.examples.iter().enumerate() {
                match fires(h, example, catalogue) {
                    Ok(fired) if fired == example.fires() => {}
                    Ok(true) => messages.push(format!("example {} must not fire, but does", i + 1)),
                    Ok(false) => messages.push(format!("example {} must fire, but does not", i + 1)),
                    Err(e) => messages.push(format!("example {} could not be run: {e:#}", i + 1)),
                }
            }
            let file = catalogue.file_of(&h.id).to_owned();
            messages.into_iter().map(move |message| Failure { file: file.clone(), message })
        })
        .collect();
    failures.sort();
    Checked { heuristics: all.len(), examples: all.iter().map(|h| h.examples.len()).sum(), failures }
}

/// Whether an example yields a finding that counts.
pub fn fires(h: &Heuristic, example: &Example, catalogue: &Rulebook) -> anyhow::Result<bool> {
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let story_to_write = match example {
        Example::Story { story: name, .. } => story(name)?,
        Example::Commit { message, changes, .. } => one_commit(message, changes),
    };
    write(&story_to_write, folder.path())?;
    let given = extras(folder.path());
    let paths = std::iter::once(folder.path().to_path_buf()).chain(given.beside).collect();
    let options = AuditOptions {
        scope: Scope::History(RefChoice::All),
        only: RuleNames(vec![h.id.clone()]),
        persona: Persona::Auditor,
        keys: given.keys.into_iter().collect(),
        config: given.alibi.map(|file| AlibiFile::read(&file)).transpose()?,
        imports: given.sarif.into_iter().collect(),
        osv: given.osv.into_iter().collect(),
        // Examples of list heuristics use a fixed list, unless the story has its own.
        indicators: Some(match &given.indicators {
            Some(file) => Indicators::read(file)?,
            None => Indicators::parse("example", LISTS)?,
        }),
        include_unreachable: given.lost,
        snapshot: given.snapshot.map(SnapshotFile::read).transpose()?,
        ..AuditOptions::of(paths, NOW)
    };
    let run = audit(&options, catalogue, &Silent)?;
    // Only findings about the example's change count. The state before the change belongs to another author.
    let last = run.facts.commits.len().saturating_sub(1);
    let is_story = matches!(example, Example::Story { .. });
    let about = |f: &&Finding| is_story || f.commits.iter().any(|c| c.index() == last);
    Ok(run.findings.iter().filter(about).any(Finding::counts))
}

/// The indicators for examples that have none.
const LISTS: &str = "hosts = ['listed.example.org']";

/// The reference time for examples and stories: 2025-01-01T00:00:00Z, after nearly all of them.
pub const NOW: i64 = 1_735_689_600;

/// Creates a story of two commits by two people: the state before the change, and the change.
fn one_commit(message: &str, changes: &[ExampleChange]) -> Story {
    let person = |name: &str, email: &str| Person {
        name: name.into(),
        email: email.into(),
        zone: chrono_tz::Tz::UTC,
        trip: Vec::new(),
    };
    let files = |text: fn(&ExampleChange) -> Option<&String>| -> BTreeMap<String, String> {
        changes.iter().filter_map(|c| text(c).map(|t| (c.path.clone(), t.clone()))).collect()
    };
    let mut before = files(|c| c.before.as_ref());
    before.insert("unrelated.txt".into(), "The state before.\n".into());
    let begin = Step { by: "before".into(), message: "Begin\n".into(), write: before, ..Step::default() };
    let change = Step {
        by: "author".into(),
        message: format!("{message}\n"),
        write: files(|c| c.text.as_ref()),
        remove: changes.iter().filter(|c| c.text.is_none()).map(|c| c.path.clone()).collect(),
        ..Step::default()
    };
    let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap_or_default().fixed_offset();
    let (first, second) = (at(NOW - 400 * 86_400), at(NOW - 30 * 86_400));
    Story {
        name: "example".into(),
        title: String::new(),
        story: String::new(),
        head: String::new(),
        expect: Vec::new(),
        people: BTreeMap::from([
            ("before".into(), person("Before Example", "before@example.org")),
            ("author".into(), person("Author Example", "author@example.org")),
        ]),
        keys: BTreeMap::new(),
        trusted: None,
        alibi: None,
        sarif: None,
        osv: None,
        indicators: None,
        lost: Vec::new(),
        snapshot: None,
        beside: Vec::new(),
        steps: vec![(begin, first, first), (change, second, second)],
    }
}
