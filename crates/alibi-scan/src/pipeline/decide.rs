//! Decides which findings count, and how much. Findings are weighed and limited to the selected contributors, and
//! findings that the team suppressed do not count.

use super::attribute::mark_forged;
use super::derive::Derived;
use super::error::AuditError;
use super::inline::inline;
use super::options::AuditOptions;
use crate::collect::CODEOWNERS;
use alibi_core::analysis::people::{ContributorId, People, named, nearest, shown};
use alibi_core::detection::Untested;
use alibi_core::facts::{CommitRow, Facts};
use alibi_core::finding::Finding;
use alibi_core::finding::Suppression;
use alibi_core::scoring::{Case, Rules, Scope, Stale, cases, suppress, weigh};
use alibi_git::repository::Repository;
use alibi_rules::heuristics::{Catalogue, Heuristic};
use chrono::DateTime;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The decisions of a run.
pub(super) struct Decided {
    pub findings: Vec<Finding>,
    pub untested: Vec<Untested>,
    /// The cases, most urgent first.
    pub cases: Vec<Case>,
    /// Number of contributors who wrote commits.
    pub testable: usize,
    /// Suppressions that have no effect.
    pub stale: Vec<Stale>,
}

/// The results of detection, which a run decides on.
pub(super) struct Detected {
    pub findings: Vec<Finding>,
    pub untested: Vec<Untested>,
}

/// Weighs the findings, applies the team's decisions and builds the cases.
///
/// # Errors
/// [`AuditError::UnknownAuthor`] and [`AuditError::AmbiguousAuthor`]
pub(super) fn decide(
    detected: Detected,
    derived: &mut Derived,
    repositories: &[Repository],
    heuristics: &[Heuristic],
    (options, catalogue): (&AuditOptions, &Catalogue),
) -> Result<Decided, AuditError> {
    let Detected { mut findings, mut untested } = detected;
    let (facts, people) = (&mut derived.facts, &derived.people);
    let forged = mark_forged(&mut findings, facts, people, derived.contradicted.keys().copied().collect());
    let at_risk = commits_by_author(people, facts.commits.iter().filter(|c| c.in_scope));
    // The unknown author who used someone's name wrote only the forged commits, not that person's other commits.
    let forged_by = commits_by_author(people, forged.iter().map(|commit| facts.commit(*commit)));
    weigh(&mut findings, heuristics, &|finding| {
        let of = if finding.is_forged { &forged_by } else { &at_risk };
        of.get(&finding.contributor).copied().unwrap_or(0)
    });
    let selected = selected_contributors(&options.authors, facts, people)?;
    findings.retain(|f| selected.as_ref().is_none_or(|selected| selected.contains(&f.contributor)));
    untested
        .retain(|t| selected.as_ref().is_none_or(|selected| t.contributor.is_none_or(|who| selected.contains(&who))));
    let stale = suppressed(&mut findings, facts, repositories, options, catalogue);
    // An author filter does not change how many contributors could have a finding.
    let testable =
        people.iter().filter(|(_, c)| c.identities.iter().any(|i| people.uses[i.index()].authored > 0)).count();
    let review = catalogue.calibration().review();
    let rules =
        Rules { review, combinations: catalogue.combinations(), is_range: options.scope.gate().is_some(), testable };
    let cases = cases(&findings, &rules);
    Ok(Decided { findings, untested, cases, testable, stale })
}

/// Counts how many of these commits each contributor wrote.
fn commits_by_author<'c>(
    people: &People,
    commits: impl Iterator<Item = &'c CommitRow>,
) -> FxHashMap<ContributorId, usize> {
    let mut by_author: FxHashMap<ContributorId, usize> = FxHashMap::default();
    for commit in commits {
        *by_author.entry(people.contributor_of(commit.author)).or_default() += 1;
    }
    by_author
}

/// The files that contain a team's decisions. A range must not change them in its own favour.
const DECIDING: [&[u8]; 3] = [b"alibi.toml", b"alibi-baseline.toml", b".mailmap"];

/// The contributors that findings are limited to; `None` for all.
///
/// # Errors
/// [`AuditError::UnknownAuthor`] and [`AuditError::AmbiguousAuthor`]
fn selected_contributors(
    queries: &[String],
    facts: &Facts,
    people: &People,
) -> Result<Option<BTreeSet<ContributorId>>, AuditError> {
    let mut selected = BTreeSet::new();
    for query in queries {
        match named(query.trim(), facts, people).as_slice() {
            [one] => {
                selected.insert(*one);
            }
            [] => {
                let hint =
                    nearest(query, facts, people).map_or(String::new(), |near| format!("; did you mean '{near}'?"));
                return Err(AuditError::UnknownAuthor(query.clone(), hint));
            }
            several => {
                let names = several.iter().map(|who| shown(facts, people.get(*who).earliest())).collect();
                return Err(AuditError::AmbiguousAuthor(query.clone(), names));
            }
        }
    }
    Ok((!queries.is_empty()).then_some(selected))
}

/// Marks the findings that the team suppressed; returns the decisions that have no effect.
fn suppressed(
    findings: &mut [Finding],
    facts: &mut Facts,
    repositories: &[Repository],
    options: &AuditOptions,
    catalogue: &Catalogue,
) -> Vec<Stale> {
    if options.scope.gate().is_some() {
        note_changed_decisions(facts);
    }
    if !options.suppressions.0 {
        return Vec::new();
    }
    let today = DateTime::from_timestamp(options.now, 0).unwrap_or_default().date_naive();
    let written = options.config.iter().flat_map(|file| &file.suppressions);
    let accepted = options.baseline.iter().flat_map(|file| &file.suppressions);
    let all: Vec<Suppression> = written.chain(accepted).cloned().collect();
    let is_known = |id: &str| catalogue.get(id).is_some();
    let mut stale = suppress(findings, &all, today, &Scope { is_whole: options.is_whole(), is_known: &is_known });
    stale.extend(inline(findings, facts, repositories, today));
    stale
}

/// Adds a notice for each decision file that the range changes: those changes have no effect on this run.
fn note_changed_decisions(facts: &mut Facts) {
    let names: BTreeSet<(usize, String)> = facts
        .changes
        .iter()
        .filter(|change| facts.commit(change.commit).in_scope)
        .map(|change| (facts.commit(change.commit).repository.index(), facts.path(change.path)))
        .filter(|(_, path)| DECIDING.contains(path) || CODEOWNERS.contains(path))
        .map(|(number, path)| (number, String::from_utf8_lossy(path).into_owned()))
        .collect();
    for (number, name) in names {
        let notice = format!("the range changes {name}: the version before the range was used");
        facts.repositories[number].notices.push(notice);
    }
}
