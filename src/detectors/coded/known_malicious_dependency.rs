//! `known-malicious-dependency`: a dependency listed as malicious in the provided advisories.

use crate::detectors::dependencies::draft;
use crate::detectors::{DetectError, Facts, Needs, Sink};
use std::collections::BTreeSet;

coded!(KnownMaliciousDependency, Needs::ADVISORIES, []);

impl KnownMaliciousDependency {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let mut told = BTreeSet::new();
        for row in &facts.dependencies.rows {
            let Some(to) = row.to.map(|to| facts.dependencies.get(to)) else { continue };
            let Some(advisory) = facts.advisories.malicious(to, row.kind.is_lock()) else { continue };
            let repository = facts.ledger.commit(row.commit).repository;
            if facts.dependencies.is_own(repository, to) {
                continue;
            }
            if !told.insert((repository, to.ecosystem, &to.name, advisory)) {
                continue;
            }
            let summary = format!("{} is known to be malicious ({advisory})", to.name);
            let mut draft = draft(&self.heuristic, facts, row, summary);
            draft.saw("advisory", advisory);
            sink.push(draft)?;
        }
        Ok(())
    }
}
