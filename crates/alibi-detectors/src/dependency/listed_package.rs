//! `listed-package`: packages on the configured indicator lists.

use crate::shared::dependencies::draft;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use std::collections::BTreeSet;

coded!(ListedPackage, FactSet::INDICATORS | FactSet::DEPENDENCIES, []);

impl ListedPackage {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let mut reported = BTreeSet::new();
        for row in &view.facts.dependencies.rows {
            let Some(to) = row.to.map(|to| view.facts.dependencies.get(to)) else { continue };
            let repository = view.facts.commit(row.commit).repository;
            if !view.given.indicators.package(to.ecosystem, &to.name) || view.facts.dependencies.is_own(repository, to)
            {
                continue;
            }
            if reported.insert((repository, to.ecosystem, &to.name)) {
                let summary = format!("{} is on the team's list", to.name);
                sink.push(draft(&self.heuristic, view, row, summary))?;
            }
        }
        Ok(())
    }
}
