//! Collects the facts, and derives the contributors, their clocks and their access from them.

use super::clock::Clock;
use super::error::AuditError;
use super::inputs::Inputs;
use super::options::AuditOptions;
use super::select::Selected;
use crate::collect::{COLLECTORS, CommitSelection, Context, Plan, note_since};
use crate::progress::Progress;
use alibi_core::analysis::access::{AccessHistory, SensitivePaths};
use alibi_core::analysis::people::{People, Trace, contradicted};
use alibi_core::analysis::roster::Roster;
use alibi_core::analysis::time::{Clocks, PopulationDay};
use alibi_core::config::Snapshot;
use alibi_core::detection::Given;
use alibi_core::facts::{CommitIdx, FactSet, Facts};
use alibi_git::repository::{Mailmap, Repository};
use alibi_manifests::osv::{Advisories, Wanted};
use alibi_rules::heuristics::{Catalogue, PathGuards};
use std::collections::BTreeMap;

/// The facts of a run, and the analyses derived from them.
pub(super) struct Derived {
    pub facts: Facts,
    pub people: People,
    pub access: AccessHistory,
    pub clocks: Clocks,
    pub sensitive: SensitivePaths,
    pub contradicted: BTreeMap<CommitIdx, Vec<Trace>>,
    /// The team's inputs.
    pub given: Given,
}

/// The inputs of collection.
pub(super) struct Source<'s> {
    pub options: &'s AuditOptions,
    pub catalogue: &'s Catalogue,
    pub repositories: &'s [Repository],
    pub guards: &'s PathGuards,
    pub progress: &'s dyn Progress,
}

/// Collects the facts and derives the analyses.
///
/// # Errors
/// [`AuditError`]
pub(super) fn derive(
    source: &Source<'_>,
    selected: &Selected,
    inputs: &Inputs,
    clock: &mut Clock,
) -> Result<Derived, AuditError> {
    let Source { options, catalogue, repositories, guards, progress } = *source;
    let plan = plan(options, selected, inputs, guards);
    let mut facts = Facts::with_patterns(selected.message_bits.clone());
    let (no_one, access) = (People::default(), AccessHistory::default());
    let context = Context { facts: &mut facts, repositories, plan: &plan, people: &no_one, access: &access, progress };
    collect(context, clock, |needs| !needs.contains(FactSet::PEOPLE))?;

    progress.phase("people", None);
    let mut mailmap = Mailmap::default();
    if options.mailmap.0 {
        repositories.iter().for_each(|repository| {
            mailmap.add(repository);
        });
    }
    let people = People::resolve(&facts, &mailmap);
    note_since(&mut facts, repositories, snapshot(options), &people);
    clock.lap("people");

    let given = given(&mut facts, &people, options, selected)?;
    let clocks = Clocks::new(&facts, &people, &PopulationDay::new(&catalogue.calibration().day));
    clock.lap("clocks");

    progress.phase("access", None);
    let context = Context { facts: &mut facts, repositories, plan: &plan, people: &people, access: &access, progress };
    collect(context, clock, |needs| needs.contains(FactSet::PEOPLE))?;
    let is_needed = selected.needs.contains(FactSet::SENSITIVE);
    let sensitive = if is_needed {
        SensitivePaths::of_run(&facts, catalogue, options.config.as_ref())
    } else {
        SensitivePaths::default()
    };
    clock.lap("access");
    let contradicted = contradicted(&facts, &people);
    Ok(Derived { facts, people, access, clocks, sensitive, contradicted, given })
}

fn plan<'p>(options: &'p AuditOptions, selected: &'p Selected, inputs: &'p Inputs, guards: &'p PathGuards) -> Plan<'p> {
    Plan {
        needs: selected.needs,
        paths: &options.paths,
        selection: CommitSelection {
            refs: options.scope.refs(),
            range: options.scope.range(),
            since: options.since.as_ref().map(|moment| moment.seconds),
            until: options.until.as_ref().map(|moment| moment.seconds),
            include_unreachable: options.include_unreachable,
            snapshot: snapshot(options),
        },
        observer: &inputs.observer,
        heuristics: &selected.heuristics,
        searched: &selected.searched,
        guards,
        reports: &inputs.reports,
        exhaustive: options.exhaustive,
    }
}

/// The references at an earlier scan.
fn snapshot(options: &AuditOptions) -> Option<&Snapshot> {
    options.snapshot.as_ref()?.seen.as_ref()
}

/// Calls the collectors that the run needs and that read facts accepted by `is_due`.
fn collect(mut context: Context<'_>, clock: &mut Clock, is_due: impl Fn(FactSet) -> bool) -> Result<(), AuditError> {
    let wanted = context.plan.needs;
    for collector in COLLECTORS.iter().filter(|c| is_due(c.needs())) {
        let is_needed = collector.provides() == FactSet::COMMITS || wanted.intersects(collector.provides());
        if is_needed {
            collector.collect(&mut context)?;
            clock.lap(collector.phase());
        }
    }
    Ok(())
}

/// Reads the team's inputs, and matches them with the facts.
fn given(facts: &mut Facts, people: &People, options: &AuditOptions, selected: &Selected) -> Result<Given, AuditError> {
    let advisories = Advisories::read(&options.osv, &Wanted::new(facts.dependencies.table.names()))?;
    if !options.osv.is_empty() {
        facts.notices.push(advisories.notice());
    }
    let roster = match &options.config {
        Some(file) => {
            let (roster, unknown) = Roster::bind(file, facts, people, options.scope.gate().is_some())?;
            facts.notices.extend(unknown);
            roster
        }
        None => Roster::default(),
    };
    let indicators = options.indicators.clone().unwrap_or_default();
    Ok(Given { roster, indicators, advisories, heuristics: selected.searched.clone() })
}
