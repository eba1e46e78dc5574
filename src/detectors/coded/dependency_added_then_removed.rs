//! `dependency-added-then-removed`: a dependency added and removed by the same author within weeks.

use crate::decibans::Decibans;
use crate::detectors::dependencies::{Removals, is_package, new_names};
use crate::detectors::tenure::Tenures;
use crate::detectors::words::day;
use crate::detectors::{DetectError, Facts, Needs, Sink, literal};
use crate::heuristics::{Confidence, Severity};
use crate::ledger::{CommitIdx, DependencyRow};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Maximum number of days between addition and removal.
    most_days: i64,
    /// Minimum number of days: a removal on the same day is the correction of a mistake.
    least_days: i64,
    /// Authors with this many days in the project are skipped: they have refactored before.
    tenure_days: i64,
    /// An author who started within this many days of the project's beginning is a founder.
    founder_days: i64,
}

coded!(DependencyAddedThenRemoved, Params, Needs::DEPENDENCIES, []);

/// Weight, severity and confidence if no version of the project included it.
const UNRELEASED: (Decibans, Severity, Confidence) = (Decibans(5.0), Severity::Low, Confidence::Low);

/// The project's version in the manifest after a commit, or before it.
fn version<'f>(facts: &Facts<'f>, row: &DependencyRow, commit: CommitIdx, before: bool) -> &'f str {
    let change = facts.ledger.changes_of(commit).iter().find(|change| change.path == row.path);
    let blob = change.and_then(|change| if before { change.old } else { change.new });
    facts.dependencies.version(blob, row.kind)
}

impl DependencyAddedThenRemoved {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        const DAY: i64 = 86_400;
        let (tenures, removals) = (Tenures::new(facts.ledger, facts.people), Removals::new(facts));
        for new in new_names(facts).into_iter().filter(|new| !new.row.kind.is_lock()) {
            let stated = facts.dependencies.get(new.to);
            let who = facts.author_of(new.row.commit);
            let tenure = tenures.at(new.row.commit, self.params.founder_days);
            if !is_package(stated)
                || facts.people.get(who).bot
                || tenure.is_founder
                || tenure.days >= self.params.tenure_days
            {
                continue;
            }
            let came = facts.ledger.commit(new.row.commit);
            let days = |row: &DependencyRow| {
                (facts.ledger.commit(row.commit).committed.seconds - came.committed.seconds) / DAY
            };
            // Removing another author's dependency is not suspicious.
            let went = removals.after(facts, &new).find(|row| {
                let in_time = (self.params.least_days..=self.params.most_days).contains(&days(row));
                in_time && facts.author_of(row.commit) == who
            });
            let Some(went) = went else { continue };
            let gone = facts.ledger.commit(went.commit);
            let days = days(went);
            let summary = format!("{} was added and removed within {days} days by the same author", stated.name);
            let mut draft = new.draft(&self.heuristic, facts, summary);
            draft.saw("removed in", facts.oid(went.commit));
            draft.saw("removed on", day(gone.authored.seconds));
            draft.saw("with the project for", format!("{} days, {} commits", tenure.days, tenure.commits));
            // A release in between delivered it to users.
            let (with, without) =
                (version(facts, new.row, new.row.commit, false), version(facts, new.row, went.commit, true));
            if with == without {
                (draft.weight, draft.severity, draft.confidence) = UNRELEASED;
            } else {
                draft.saw("the project's version in between", format!("{with} to {without}"));
            }
            draft.commits = vec![new.row.commit, went.commit];
            let (came, went) = (facts.oid(new.row.commit), facts.oid(went.commit));
            let path = literal(facts.ledger.path(new.row.path));
            draft.reproduce([b"show", came.as_bytes(), went.as_bytes(), b"--", &path]);
            sink.push(draft)?;
        }
        Ok(())
    }
}
