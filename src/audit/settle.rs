//! Decides which findings count: those of the selected contributors, without those that the team suppressed.

use super::inline::inline;
use super::options::{AuditError, AuditOptions};
use super::sensitive::OWNERS;
use crate::config::Suppression;
use crate::finding::Finding;
use crate::heuristics::Catalogue;
use crate::ledger::Ledger;
use crate::people::{ContributorId, People, named, nearest, shown};
use crate::repository::Repository;
use crate::scoring::{Scope, Stale, suppress};
use chrono::DateTime;
use std::collections::BTreeSet;

/// The files with a team's decisions. A range must not change them in its own favour.
const DECIDING: [&[u8]; 3] = [b"alibi.toml", b"alibi-baseline.toml", b".mailmap"];

/// The contributors that findings are limited to; `None` for all.
///
/// # Errors
/// [`AuditError::UnknownAuthor`] and [`AuditError::AmbiguousAuthor`]
pub(super) fn asked(
    queries: &[String],
    ledger: &Ledger,
    people: &People,
) -> Result<Option<BTreeSet<ContributorId>>, AuditError> {
    let mut asked = BTreeSet::new();
    for query in queries {
        match named(query.trim(), ledger, people).as_slice() {
            [one] => {
                asked.insert(*one);
            }
            [] => {
                let hint =
                    nearest(query, ledger, people).map_or(String::new(), |near| format!("; did you mean '{near}'?"));
                return Err(AuditError::UnknownAuthor(query.clone(), hint));
            }
            several => {
                let names = several.iter().map(|who| shown(ledger, people.get(*who).earliest())).collect();
                return Err(AuditError::AmbiguousAuthor(query.clone(), names));
            }
        }
    }
    Ok((!queries.is_empty()).then_some(asked))
}

/// Marks the findings that the team suppressed; returns the decisions that have no effect.
pub(super) fn decide(
    findings: &mut [Finding],
    ledger: &mut Ledger,
    repositories: &[Repository],
    options: &AuditOptions,
    catalogue: &Catalogue,
) -> Vec<Stale> {
    if options.gate {
        note_own_judges(ledger);
    }
    if !options.suppressions {
        return Vec::new();
    }
    let today = DateTime::from_timestamp(options.now, 0).unwrap_or_default().date_naive();
    let written = options.alibi.iter().flat_map(|file| &file.suppressions);
    let accepted = options.baseline.iter().flat_map(|file| &file.suppressions);
    let all: Vec<Suppression> = written.chain(accepted).cloned().collect();
    let is_known = |id: &str| catalogue.get(id).is_some();
    let mut stale = suppress(findings, &all, today, &Scope { is_whole: options.is_whole(), is_known: &is_known });
    stale.extend(inline(findings, ledger, repositories, today));
    stale
}

/// Adds a notice for each decision file that the range changes: those changes have no effect on this run.
fn note_own_judges(ledger: &mut Ledger) {
    let names: BTreeSet<(usize, String)> = ledger
        .changes
        .iter()
        .filter(|change| ledger.commit(change.commit).judged)
        .map(|change| (usize::from(ledger.commit(change.commit).repository), ledger.path(change.path)))
        .filter(|(_, path)| DECIDING.contains(path) || OWNERS.contains(path))
        .map(|(number, path)| (number, String::from_utf8_lossy(path).into_owned()))
        .collect();
    for (number, name) in names {
        let said = format!("the range changes {name}: the version before the range was used");
        ledger.repositories[number].notices.push(said);
    }
}
