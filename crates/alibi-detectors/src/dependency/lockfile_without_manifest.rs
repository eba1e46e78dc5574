//! `lockfile-without-manifest`: a lockfile gains an entry that no manifest and no other entry requires.

use crate::shared::dependencies::draft;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{DependencyChange, FactSet, RepositoryIdx};
use alibi_manifests::Ecosystem;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// A file with more unrequired entries than this comes from a tool that does not record requirements.
    max_orphans: usize,
}

coded!(LockfileWithoutManifest, Params, FactSet::DEPENDENCIES, []);

impl LockfileWithoutManifest {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let mut named: BTreeMap<RepositoryIdx, BTreeSet<(Ecosystem, &str)>> = BTreeMap::new();
        let mut reported = BTreeSet::new();
        for row in &view.facts.dependencies.rows {
            let Some(id) = row.to else { continue };
            let to = view.facts.dependencies.get(id);
            let repository = view.facts.commit(row.commit).repository;
            let named = named.entry(repository).or_default();
            if !row.kind.is_lock() {
                named.insert((to.ecosystem, &to.name));
                continue;
            }
            if row.change != DependencyChange::Added || named.contains(&(to.ecosystem, to.name.as_str())) {
                continue;
            }
            let changes = view.facts.changes_of(row.commit);
            // If the commit also changes a manifest, or adds the lockfile, the lockfile was not edited by hand.
            let manifest = |c: &alibi_core::facts::ChangeRow| {
                let kind = alibi_manifests::manifests::FileKind::of(view.facts.path(c.path));
                kind.is_some_and(|kind| row.kind.is_lock_of(kind))
            };
            let Some(change) = changes.iter().find(|c| c.path == row.path) else { continue };
            let (Some(old), Some(new)) = (change.old, change.new) else { continue };
            if changes.iter().any(manifest) || view.facts.commit(row.commit).parent_count > 1 {
                continue;
            }
            let orphans = view.facts.dependencies.orphans(new, row.kind);
            let orphans_before = view.facts.dependencies.orphans(old, row.kind).len();
            if !orphans.contains(&id) || orphans.len() > self.params.max_orphans || orphans_before >= orphans.len() {
                continue;
            }
            if !reported.insert((repository, to.ecosystem, &to.name)) {
                continue;
            }
            let summary = format!("{} is in the lockfile, but nothing requires it", to.name);
            let mut draft = draft(&self.heuristic, view, row, summary);
            draft.saw("manifest in the same commit", "none");
            draft.saw("required by another entry", "no");
            sink.push(draft)?;
        }
        Ok(())
    }
}
