//! Runs the stages of an audit in order.

use super::audit::Audit;
use super::clock::Clock;
use super::decide::{Detected, decide};
use super::derive::{Source, derive};
use super::error::AuditError;
use super::options::AuditOptions;
use super::quotes::add_quotes;
use super::{coverage, inputs, open, select};
use crate::progress::Progress;
use alibi_core::analysis::access::Standing;
use alibi_core::detection::{Rulebook, View, detect};
use alibi_rules::content::Redactor;
use alibi_rules::heuristics::{Catalogue, PathGuards};

/// Runs a scan on the threads of the current rayon pool.
///
/// # Errors
/// [`AuditError`]
pub fn audit(options: &AuditOptions, catalogue: &Rulebook, progress: &dyn Progress) -> Result<Audit, AuditError> {
    let mut clock = Clock::new();
    let mut selected = select::select(options, catalogue)?;
    let inputs = inputs::read(options, selected.messages.take())?;
    let repositories = open::open(options)?;
    let guards = PathGuards::new(catalogue.path_sets());
    let source = Source { options, catalogue, repositories: &repositories, guards: &guards, progress };
    let mut derived = derive(&source, &selected, &inputs, &mut clock)?;

    progress.phase("detecting", None);
    let view = View {
        facts: &derived.facts,
        people: &derived.people,
        standing: &Standing::new(&derived.facts, &derived.people, &derived.access),
        sensitive: &derived.sensitive,
        clocks: &derived.clocks,
        contradicted: &derived.contradicted,
        given: &derived.given,
        now: options.now,
    };
    let (findings, untested) = detect(&selected.detectors, &view, &guards)?;
    let detected = Detected { findings, untested };
    let mut decided = decide(detected, &mut derived, &repositories, &selected.heuristics, (options, catalogue))?;
    let redactor = Redactor::new(catalogue.secrets())?;
    add_quotes(&mut decided.findings, &derived.facts, &repositories, &redactor);
    clock.lap("judging");

    for row in &mut derived.facts.repositories {
        row.skipped.sort();
        row.skipped.dedup();
    }
    let unseen = coverage::unseen(&derived.facts);
    Ok(Audit {
        facts: derived.facts,
        people: derived.people,
        access: derived.access,
        clocks: derived.clocks,
        roster: derived.given.roster,
        findings: decided.findings,
        cases: decided.cases,
        testable: decided.testable,
        review: catalogue.calibration().review(),
        stale: decided.stale,
        unseen,
        sensitive: derived.sensitive,
        untested: decided.untested,
        heuristics: selected.heuristics,
        built_in_kinds: Catalogue::built_in_kinds(),
        measurement: catalogue.measurement().clone(),
        redactor,
        key_owners: inputs.observer.keyring.owners(),
        seconds: clock.laps,
    })
}
