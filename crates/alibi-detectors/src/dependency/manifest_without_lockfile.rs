//! `manifest-without-lockfile`: a manifest gains a dependency, but the lockfile next to it, which is otherwise kept in
//! sync, does not.

use crate::shared::dependencies::draft_of_new;
use alibi_core::analysis::packages::new_names;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, PathId, RepositoryIdx};
use alibi_core::finding::Value;
use alibi_manifests::manifests::FileKind;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum share (0 to 1) of the manifest's earlier changes that also changed the lockfile; below it, the lockfile
    /// is not kept in sync.
    in_step: f64,
    /// Minimum number of earlier changes to the manifest.
    min_changes: usize,
}

coded!(ManifestWithoutLockfile, Params, FactSet::DEPENDENCIES, []);

/// A manifest and the lockfile in its folder: the commits that changed each, and whether the lockfile exists.
#[derive(Default)]
struct Pair {
    manifest: BTreeSet<CommitIdx>,
    lock: BTreeSet<CommitIdx>,
    lock_exists: bool,
}

fn folder(path: &[u8]) -> &[u8] {
    path.iter().rposition(|b| *b == b'/').map_or(&[], |at| &path[..at])
}

impl ManifestWithoutLockfile {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let kinds: Vec<Option<FileKind>> =
            (0..view.facts.path_count() as u32).map(|p| FileKind::of(view.facts.path(PathId(p)))).collect();
        let news: BTreeMap<(CommitIdx, PathId), _> =
            new_names(view.facts).into_iter().rev().map(|new| ((new.row.commit, new.row.path), new)).collect();
        let mut pairs: BTreeMap<(RepositoryIdx, &[u8], FileKind), Pair> = BTreeMap::new();
        for rows in view.facts.changes.chunk_by(|a, b| a.commit == b.commit) {
            let commit = view.facts.commit(rows[0].commit);
            if commit.parent_count > 1 {
                continue;
            }
            for row in rows {
                let Some(kind) = kinds[row.path.0 as usize] else { continue };
                let here = folder(view.facts.path(row.path));
                for manifest in kind.manifests() {
                    let pair = pairs.entry((commit.repository, here, manifest)).or_default();
                    pair.lock.insert(row.commit);
                    pair.lock_exists = !row.is_removed();
                }
            }
            for row in rows.iter().filter(|r| kinds[r.path.0 as usize].is_some_and(|k| !k.is_lock())) {
                let Some(kind) = kinds[row.path.0 as usize] else { continue };
                let here = folder(view.facts.path(row.path));
                let Some(pair) = pairs.get_mut(&(commit.repository, here, kind)) else { continue };
                let both = pair.manifest.intersection(&pair.lock).count();
                let kept = both as f64 >= self.params.in_step * pair.manifest.len() as f64;
                let in_step = pair.manifest.len() >= self.params.min_changes && kept;
                let alone = pair.lock_exists && !pair.lock.contains(&row.commit);
                pair.manifest.insert(row.commit);
                if let Some(new) = news.get(&(row.commit, row.path)).filter(|_| in_step && alone) {
                    let name = &view.facts.dependencies.get(new.to).name;
                    let summary = format!("{name} was added to the manifest, but not to the lockfile next to it");
                    let mut draft = draft_of_new(new, &self.heuristic, view, summary);
                    draft.saw(
                        "earlier changes of the manifest, and with the lockfile",
                        Value::words(format!("{}, {both}", pair.manifest.len() - 1)),
                    );
                    sink.push(draft)?;
                }
            }
        }
        Ok(())
    }
}
