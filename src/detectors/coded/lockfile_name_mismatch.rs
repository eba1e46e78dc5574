//! `lockfile-name-mismatch`: under the name of one package a lockfile has the address of another, or of another version.

use crate::detectors::dependencies::draft;
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::history::Origin;
use std::collections::BTreeSet;

coded!(LockfileNameMismatch, Needs::DEPENDENCIES, []);

impl LockfileNameMismatch {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let mut told = BTreeSet::new();
        for row in &facts.dependencies.rows {
            let Some(to) = row.to.map(|to| facts.dependencies.get(to)) else { continue };
            let Origin::Misnamed(host, served) = &to.origin else { continue };
            let repository = facts.ledger.commit(row.commit).repository;
            if !told.insert((repository, &to.name, served)) {
                continue;
            }
            let summary = format!("under the name of {} the lockfile has the address of {served}", to.name);
            let mut draft = draft(&self.heuristic, facts, row, summary);
            draft.saw("host", host);
            draft.saw("served instead", served);
            sink.push(draft)?;
        }
        Ok(())
    }
}
