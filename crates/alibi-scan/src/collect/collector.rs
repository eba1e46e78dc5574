//! The trait of a collector, and its inputs.

use super::error::CollectError;
use crate::progress::Progress;
use crate::sarif::Reported;
use alibi_core::analysis::access::AccessHistory;
use alibi_core::analysis::people::People;
use alibi_core::config::Snapshot;
use alibi_core::facts::{CommitObserver, FactSet, Facts};
use alibi_git::repository::{RefChoice, Repository, Skipped};
use alibi_rules::heuristics::{Heuristic, PathGuards};
use std::path::PathBuf;

/// Reads facts from the repositories into the store.
pub(crate) trait Collector: Sync {
    /// The phase of the run that its time counts towards.
    fn phase(&self) -> &'static str;

    /// The facts that it provides. The collector runs if the run needs any of these facts.
    fn provides(&self) -> FactSet;

    /// The facts that it reads, which must be collected first.
    fn needs(&self) -> FactSet {
        FactSet::COMMITS
    }

    /// Collects the facts.
    ///
    /// # Errors
    /// [`CollectError`]
    fn collect(&self, context: &mut Context<'_>) -> Result<(), CollectError>;
}

/// The inputs of a collector.
pub(crate) struct Context<'c> {
    /// The store.
    pub facts: &'c mut Facts,
    /// The open repositories, in the order passed.
    pub repositories: &'c [Repository],
    /// The collection plan.
    pub plan: &'c Plan<'c>,
    /// The contributors; empty before they are resolved.
    pub people: &'c People,
    /// The merges and who made them; computed on first use.
    pub access: &'c AccessHistory,
    /// Receives the progress.
    pub progress: &'c dyn Progress,
}

/// The collection plan of a run.
pub(crate) struct Plan<'p> {
    /// The facts that the run needs.
    pub needs: FactSet,
    /// The paths of the repositories, as the user passed them.
    pub paths: &'p [PathBuf],
    /// The commits to read.
    pub selection: CommitSelection<'p>,
    /// Reads the messages and signatures of commits.
    pub observer: &'p CommitObserver,
    /// The selected heuristics.
    pub heuristics: &'p [Heuristic],
    /// The heuristics whose text rules are matched: the selected ones, and those that a selected one watches.
    pub searched: &'p [Heuristic],
    /// The path sets of guards.
    pub guards: &'p PathGuards,
    /// The results of other scanners.
    pub reports: &'p [Reported],
    /// Whether every pattern is matched against every line, instead of only near its literals.
    pub exhaustive: bool,
}

/// The commits to read, and which of them are in scope.
pub(crate) struct CommitSelection<'p> {
    /// The references to start from.
    pub refs: &'p RefChoice,
    /// The range in scope; earlier commits are context.
    pub range: Option<&'p str>,
    /// The start of the period in scope: committer date, seconds since 1970, UTC.
    pub since: Option<i64>,
    /// The end of the period in scope, in the same form.
    pub until: Option<i64>,
    /// Whether to read stored commits that no reference reaches, and the reflogs.
    pub include_unreachable: bool,
    /// The references at an earlier scan.
    pub snapshot: Option<&'p Snapshot>,
}

impl Context<'_> {
    /// Records blobs that could not be read, each once. Each comes with its repository's number.
    pub(super) fn note_skipped(&mut self, skipped: Vec<(usize, Skipped)>) {
        for (number, skip) in skipped {
            let row = &mut self.facts.repositories[number];
            if !row.skipped.contains(&skip) {
                row.skip("blobs", vec![skip]);
            }
        }
    }
}
