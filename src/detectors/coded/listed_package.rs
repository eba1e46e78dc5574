//! `listed-package`: packages on the team's lists.

use crate::detectors::dependencies::draft;
use crate::detectors::{DetectError, Facts, Needs, Sink};
use std::collections::BTreeSet;

coded!(ListedPackage, Needs::INDICATORS | Needs::DEPENDENCIES, []);

impl ListedPackage {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let mut told = BTreeSet::new();
        for row in &facts.dependencies.rows {
            let Some(to) = row.to.map(|to| facts.dependencies.get(to)) else { continue };
            let repository = facts.ledger.commit(row.commit).repository;
            if !facts.indicators.package(to.ecosystem, &to.name) || facts.dependencies.is_own(repository, to) {
                continue;
            }
            if told.insert((repository, to.ecosystem, &to.name)) {
                let summary = format!("{} is on the team's list", to.name);
                sink.push(draft(&self.heuristic, facts, row, summary))?;
            }
        }
        Ok(())
    }
}
