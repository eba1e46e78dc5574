//! `bulk-removal`: mass deletion or archiving as a contributor leaves.

use alibi_core::analysis::access::rarity;
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, PathId, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::{DAY, Oid};
use rustc_hash::FxHashSet;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of files deleted at once.
    min_files: usize,
    /// Minimum percentage of all files deleted at once.
    percent: usize,
    /// Alternatively, the minimum number of archives added at once.
    min_archives: usize,
    /// Maximum number of days from the deletion or addition to the author's last merged commit.
    leaving_days: i64,
    /// Minimum number of days for which the project continues after the author's last merged commit.
    gone_days: i64,
}

coded!(BulkRemoval, Params, FactSet::SENSITIVE, ["founder", "merged-by-others"]);

/// File extensions of archives.
const ARCHIVES: [&[u8]; 9] =
    [b".zip", b".tar", b".tgz", b".tar.gz", b".tar.xz", b".tar.bz2", b".7z", b".rar", b".dump"];

/// A mass deletion or an addition of archives by a contributor who leaves.
struct Removal {
    commit: CommitIdx,
    who: ContributorId,
    removed: Vec<PathId>,
    total: usize,
    archives: Vec<PathId>,
}

impl BulkRemoval {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        if let Some(why) = view.lacks_the_past() {
            sink.not_run(&self.heuristic, why);
            return Ok(());
        }
        let facts = view.facts;
        for (number, row) in facts.repositories.iter().enumerate() {
            let number = RepositoryIdx::new(number);
            let mut last: BTreeMap<ContributorId, i64> = BTreeMap::new();
            for index in row.commits.clone() {
                let idx = CommitIdx(index as u32);
                if view.standing.merge_point(idx).is_some() {
                    let when = view.standing.when(idx);
                    last.entry(view.author_of(idx)).and_modify(|t| *t = when.max(*t)).or_insert(when);
                }
            }
            let newest = last.values().copied().max().unwrap_or(0).min(view.now);
            let gone: BTreeMap<ContributorId, i64> =
                last.into_iter().filter(|(_, t)| newest.saturating_sub(*t) >= self.params.gone_days * DAY).collect();
            let removals = self.removals(view, sink, number, &gone);
            let removers: BTreeSet<ContributorId> = removals.iter().map(|d| d.who).collect();
            for removal in &removals {
                let commit = facts.commit(removal.commit);
                if !commit.in_scope {
                    continue;
                }
                let weight = rarity(removers.len() - 1, gone.len().saturating_sub(1)).min(self.heuristic.weight);
                let archives = removal.archives.len() >= self.params.min_archives;
                let summary = if archives {
                    format!("added {} archives, then left", removal.archives.len())
                } else {
                    format!("deleted {} of {} files, then left", removal.removed.len(), removal.total)
                };
                let paths = if archives { &removal.archives } else { &removal.removed };
                let key = [commit.subject_hash.to_le_bytes(), (paths.len() as u64).to_le_bytes()];
                let mut draft = Draft::new(&self.heuristic, removal.who, number, key, summary);
                draft.saw("merged on", Value::Day(view.standing.when(removal.commit)));
                draft.saw("contributor's last commit", Value::Day(gone[&removal.who]));
                for path in paths.iter().take(4) {
                    draft.saw(if archives { "archive added" } else { "deleted" }, Value::Path(*path));
                }
                draft.saw(
                    "departing contributors who did the same",
                    Value::of(removers.len() - 1, gone.len().saturating_sub(1)),
                );
                draft.answer("founder", !view.standing.is_founder(number, removal.who));
                draft.answer("merged-by-others", view.standing.is_merged_alone(removal.commit));
                draft.weight = weight;
                let oid = view.oid(removal.commit);
                draft.reproduce(["show", "--format=fuller", "--stat", "--summary", oid.as_str()]);
                draft.commits = vec![removal.commit];
                draft.paths = paths.iter().take(100).copied().collect();
                sink.push(draft)?;
            }
        }
        Ok(())
    }

    /// Finds the mass deletions and additions of archives by departing contributors. Tracks the set of existing files
    /// over all merged commits.
    fn removals(
        &self,
        view: &View<'_>,
        sink: &Sink<'_>,
        number: RepositoryIdx,
        gone: &BTreeMap<ContributorId, i64>,
    ) -> Vec<Removal> {
        let facts = view.facts;
        let mut live: FxHashSet<PathId> = FxHashSet::default();
        let mut removals = Vec::new();
        for index in facts.repositories[number.index()].commits.clone() {
            let idx = CommitIdx(index as u32);
            let commit = facts.commit(idx);
            if commit.parent_count > 1 || view.standing.merge_point(idx).is_none() {
                continue;
            }
            let changes = facts.changes_of(idx);
            let who = view.author_of(idx);
            let leaves = gone
                .get(&who)
                .is_some_and(|last| last.saturating_sub(view.standing.when(idx)) <= self.params.leaving_days * DAY);
            if leaves {
                let blob = |id: alibi_core::facts::BlobId| facts.blobs[id.index()].oid;
                let introduced: FxHashSet<Oid> =
                    changes.iter().filter(|c| !c.is_removed()).filter_map(|c| c.new.map(blob)).collect();
                // Moved files do not count as removed. Generated, third-party and test files are not the project's
                // work.
                let is_work = |path: PathId| !sink.is_guarded(&self.heuristic, path);
                let removed: Vec<PathId> = changes
                    .iter()
                    .filter(|c| {
                        c.is_removed() && !c.old.is_some_and(|old| introduced.contains(&blob(old))) && is_work(c.path)
                    })
                    .map(|c| c.path)
                    .collect();
                let is_archive =
                    |path: PathId| ARCHIVES.iter().any(|end| facts.path(path).to_ascii_lowercase().ends_with(end));
                let archives: Vec<PathId> = changes
                    .iter()
                    .filter(|c| c.is_added() && is_archive(c.path) && is_work(c.path))
                    .map(|c| c.path)
                    .collect();
                // Conversions, moves with edits and restructuring add as many files as they remove.
                let added = changes.iter().filter(|c| c.is_added()).count();
                let is_mass = removed.len().saturating_sub(added) >= self.params.min_files;
                let total = if is_mass { live.iter().filter(|p| is_work(**p)).count() } else { 0 };
                let many = is_mass && removed.len() * 100 >= total * self.params.percent;
                if many || archives.len() >= self.params.min_archives {
                    removals.push(Removal { commit: idx, who, removed, total, archives });
                }
            }
            for change in changes {
                if change.is_removed() {
                    live.remove(&change.path)
                } else {
                    live.insert(change.path)
                };
            }
        }
        removals
    }
}
