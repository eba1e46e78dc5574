//! `dependency-added-then-removed`: a dependency added and removed by the same author within weeks.

use crate::shared::dependencies::draft_of_new;
use crate::shared::pathspec::literal;
use alibi_core::analysis::packages::{Removals, is_package, new_names};
use alibi_core::analysis::tenure::Tenures;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, DependencyRow, FactSet};
use alibi_core::finding::Value;
use alibi_git::history::DAY;
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{Confidence, Severity};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Maximum number of days between addition and removal.
    max_days: i64,
    /// Minimum number of days between addition and removal. A removal on the same day corrects a mistake.
    min_days: i64,
    /// Authors with at least this many days in the project are skipped: they add and remove dependencies when they
    /// refactor.
    tenure_days: i64,
    /// An author who started within this many days of the project's beginning is a founder.
    founder_days: i64,
}

coded!(DependencyAddedThenRemoved, Params, FactSet::DEPENDENCIES, []);

/// Weight, severity and confidence if the project's version did not change between addition and removal, which means
/// that no release included the dependency.
const UNRELEASED: (Decibans, Severity, Confidence) = (Decibans(5.0), Severity::Low, Confidence::Low);

/// Returns the project's version in the manifest after a commit, or before it if `before` is set.
fn version<'f>(view: &View<'f>, row: &DependencyRow, commit: CommitIdx, before: bool) -> &'f str {
    let change = view.facts.changes_of(commit).iter().find(|change| change.path == row.path);
    let blob = change.and_then(|change| if before { change.old } else { change.new });
    view.facts.dependencies.version(blob, row.kind)
}

impl DependencyAddedThenRemoved {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let (tenures, removals) =
            (Tenures::new(view.facts, view.people), Removals::new(view.facts, view.people, view.now));
        for new in new_names(view.facts).into_iter().filter(|new| !new.row.kind.is_lock()) {
            let stated = view.facts.dependencies.get(new.to);
            let who = view.author_of(new.row.commit);
            let tenure = tenures.at(new.row.commit, self.params.founder_days);
            if !is_package(stated)
                || view.people.get(who).bot
                || tenure.is_founder
                || tenure.days >= self.params.tenure_days
            {
                continue;
            }
            let addition = view.facts.commit(new.row.commit);
            let days = |row: &DependencyRow| {
                (view.facts.commit(row.commit).committed.seconds - addition.committed.seconds) / DAY
            };
            // Removing another author's dependency is not suspicious.
            let removal = removals.after(view.facts, &new).find(|row| {
                let in_time = (self.params.min_days..=self.params.max_days).contains(&days(row));
                in_time && view.author_of(row.commit) == who
            });
            let Some(removal) = removal else { continue };
            let removed_in = view.facts.commit(removal.commit);
            let days = days(removal);
            let summary = format!("{} was added and removed within {days} days by the same author", stated.name);
            let mut draft = draft_of_new(&new, &self.heuristic, view, summary);
            draft.saw("removed in", Value::Commit(removal.commit));
            draft.saw("removed on", Value::Day(removed_in.authored.seconds));
            draft.saw("time in the project", Value::words(format!("{} days, {} commits", tenure.days, tenure.commits)));
            // A release in between delivered the dependency to users.
            let (with, without) =
                (version(view, new.row, new.row.commit, false), version(view, new.row, removal.commit, true));
            if with == without {
                (draft.weight, draft.severity, draft.confidence) = UNRELEASED;
            } else {
                draft.saw("the project's version in between", Value::text(format!("{with} to {without}")));
            }
            draft.commits = vec![new.row.commit, removal.commit];
            let (added, removed) = (view.oid(new.row.commit), view.oid(removal.commit));
            let path = literal(view.facts.path(new.row.path));
            draft.reproduce([b"show", added.as_bytes(), removed.as_bytes(), b"--", &path]);
            sink.push(draft)?;
        }
        Ok(())
    }
}
