//! `dependency-over-http`: a dependency newly fetched over an unencrypted connection.

use crate::shared::dependencies::{draft, in_words};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{DependencyChange, FactSet, RepositoryIdx};
use alibi_core::finding::Value;
use alibi_manifests::Origin;
use std::collections::BTreeSet;

coded!(DependencyOverHttp, FactSet::DEPENDENCIES, ["checked-by-hash"]);

impl DependencyOverHttp {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let mut known: BTreeSet<(RepositoryIdx, String)> = BTreeSet::new();
        for row in &view.facts.dependencies.rows {
            let Some(to) = row.to.map(|to| view.facts.dependencies.get(to)) else { continue };
            let (_, place) = to.origin.words();
            let host: String = place.split('/').take(3).collect::<Vec<_>>().join("/");
            let repository = view.facts.commit(row.commit).repository;
            if !to.origin.is_plain() {
                continue;
            }
            // A lockfile pins a repository to a commit id, which is a hash of its content.
            if row.kind.is_lock() && matches!(to.origin, Origin::Git(_)) {
                continue;
            }
            if !matches!(row.change, DependencyChange::Added | DependencyChange::Repointed) {
                continue;
            }
            // Report only one finding per host.
            if !known.insert((repository, host)) {
                continue;
            }
            let summary = format!("{} is fetched over an unencrypted connection", to.name);
            let mut draft = draft(&self.heuristic, view, row, summary);
            draft.saw("declared as", Value::text(in_words(to)));
            draft.answer("checked-by-hash", to.hash.is_empty());
            sink.push(draft)?;
        }
        Ok(())
    }
}
