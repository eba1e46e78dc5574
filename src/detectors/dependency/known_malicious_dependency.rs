//! `known-malicious-dependency`: a dependency listed as malicious in the provided advisories.

use crate::detectors::detector_error::DetectError;
use crate::detectors::shared::dependencies::draft;
use crate::detectors::sink::Sink;
use crate::detectors::view::View;
use crate::facts::FactSet;
use crate::finding::Value;
use std::collections::BTreeSet;

coded!(KnownMaliciousDependency, FactSet::ADVISORIES, []);

impl KnownMaliciousDependency {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let mut told = BTreeSet::new();
        for row in &view.facts.dependencies.rows {
            let Some(to) = row.to.map(|to| view.facts.dependencies.get(to)) else { continue };
            let Some(advisory) = view.given.advisories.malicious(to, row.kind.is_lock()) else { continue };
            let repository = view.facts.commit(row.commit).repository;
            if view.facts.dependencies.is_own(repository, to) {
                continue;
            }
            if !told.insert((repository, to.ecosystem, &to.name, advisory)) {
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
