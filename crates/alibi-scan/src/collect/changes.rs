//! Compares the trees of commits in scope with their parents'.

use super::collector::{Collector, Context};
use super::error::CollectError;
use super::unscanned::note_unscanned;
use crate::progress::Progress;
use alibi_core::facts::{ChangeNotes, CommitIdx, FactSet, Facts, RepositoryIdx};
use alibi_git::history::Oid;
use alibi_git::repository::{Repository, Skipped, TreeDiff};
use rayon::prelude::*;
use std::sync::Mutex;

/// Collects the paths that each commit in scope changed.
pub(super) struct Changes;

impl Collector for Changes {
    fn phase(&self) -> &'static str {
        "changes"
    }

    fn provides(&self) -> FactSet {
        FactSet::CHANGES
    }

    fn collect(&self, context: &mut Context<'_>) -> Result<(), CollectError> {
        for (number, repository) in context.repositories.iter().enumerate() {
            add_changes(context.facts, RepositoryIdx::new(number), repository, context.progress);
            note_unscanned(context.facts, RepositoryIdx::new(number), repository);
        }
        Ok(())
    }
}

/// Compares the trees of all commits in scope.
fn add_changes(facts: &mut Facts, number: RepositoryIdx, repository: &Repository, progress: &dyn Progress) {
    /// Number of commits that a thread processes at a time. Neighbouring commits share trees, so few trees are decoded
    /// twice.
    const CHUNK: usize = 256;
    let commits = facts.repositories[number.index()].commits.clone();
    progress.phase("changes", Some(commits.len() as u64));
    let workers: Vec<_> = (0..rayon::current_num_threads())
        .map(|_| Mutex::new((TreeDiff::new(repository), ChangeNotes::default())))
        .collect();
    let places: Vec<usize> = commits.collect();
    places.par_chunks(CHUNK).for_each(|chunk| {
        let Ok(mut worker) = workers[rayon::current_thread_index().unwrap_or(0)].lock() else { return };
        let (diff, notes) = &mut *worker;
        for &place in chunk {
            let commit = &facts.commits[place];
            let parents = facts.parents(commit);
            // If a parent were missing, a commit would seem to add every file.
            if commit.in_scope && parents.len() == usize::from(commit.parent_count) {
                let trees: Vec<Oid> = parents.iter().map(|p| facts.commit(*p).tree).collect();
                let idx = CommitIdx(place as u32);
                diff.compare(&commit.tree, &trees, &mut |change| notes.note(idx, &change));
            }
        }
        progress.advance(chunk.len() as u64);
    });
    let (mut all, mut skipped): (Vec<ChangeNotes>, Vec<Skipped>) = Default::default();
    for worker in workers {
        if let Ok((diff, notes)) = worker.into_inner() {
            all.push(notes);
            skipped.extend(diff.into_skipped());
        }
    }
    skipped.sort();
    skipped.dedup();
    facts.add_changes(number, all);
    facts.repositories[number.index()].skip("trees", skipped);
}
