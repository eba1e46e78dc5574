//! `known-malicious-dependency`: a dependency listed as malicious in the provided advisories.

use crate::shared::dependencies::draft;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::Value;
use std::collections::BTreeSet;

coded!(KnownMaliciousDependency, FactSet::ADVISORIES, []);

impl KnownMaliciousDependency {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let mut reported = BTreeSet::new();
        for row in &view.facts.dependencies.rows {
            let Some(to) = row.to.map(|to| view.facts.dependencies.get(to)) else { continue };
            let Some(advisory) = view.given.advisories.malicious(to, row.kind.is_lock()) else { continue };
            let repository = view.facts.commit(row.commit).repository;
            if view.facts.dependencies.is_own(repository, to) {
                continue;
            }
            if !reported.insert((repository, to.ecosystem, &to.name, advisory)) {
                continue;
            }
            let summary = format!("{} is known to be malicious ({advisory})", to.name);
            let mut draft = draft(&self.heuristic, view, row, summary);
            draft.saw("advisory", Value::text(advisory));
            sink.push(draft)?;
        }
        Ok(())
    }
}
