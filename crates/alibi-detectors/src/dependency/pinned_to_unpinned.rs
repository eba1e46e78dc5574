//! `pinned-to-unpinned`: a dependency pinned to one version or commit now accepts others.

use crate::shared::dependencies::draft;
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, DependencyChange, DependencyRow, FactSet, PathId};
use alibi_core::finding::Value;
use alibi_manifests::manifests::StatedId;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// A commit that unpins more dependencies than this reflects a change of policy.
    max_at_once: usize,
}

/// The dependencies that a commit unpinned, with their files.
type Loosened = Vec<(PathId, Option<StatedId>)>;

coded!(PinnedToUnpinned, Params, FactSet::DEPENDENCIES, ["policy-change"]);

impl PinnedToUnpinned {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let mut of_commit: BTreeMap<CommitIdx, Vec<&DependencyRow>> = BTreeMap::new();
        for row in view.facts.dependencies.rows.iter().filter(|row| row.change == DependencyChange::Loosened) {
            of_commit.entry(row.commit).or_default().push(row);
        }
        let mut reported: BTreeSet<(ContributorId, Loosened)> = BTreeSet::new();
        for (commit, rows) in of_commit {
            // The same change on another branch is not reported again.
            let loosened = rows.iter().map(|row| (row.path, row.to)).collect();
            if !reported.insert((view.author_of(commit), loosened)) {
                continue;
            }
            let names: BTreeSet<&str> =
                rows.iter().filter_map(|row| Some(view.facts.dependencies.subject(row)?.name.as_str())).collect();
            let more = if names.len() > 1 { format!(" and {} more", names.len() - 1) } else { String::new() };
            let name = names.first().copied().unwrap_or_default();
            let mut draft = draft(&self.heuristic, view, rows[0], format!("{name}{more} no longer pinned"));
            draft.saw("loosened in the same commit", Value::count(rows.len()));
            draft.answer("policy-change", rows.len() <= self.params.max_at_once);
            draft.paths.extend(rows.iter().skip(1).map(|row| row.path));
            draft.paths.dedup();
            sink.push(draft)?;
        }
        Ok(())
    }
}
