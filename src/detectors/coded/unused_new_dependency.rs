//! `unused-new-dependency`: what somebody new brought in, and nothing in the project names. Which names are looked for, and
//! whether they are there, is worked out before: see `to_be_named`.

use crate::detectors::dependencies::new_names;
use crate::detectors::{DetectError, Facts, Needs, Sink};

coded!(UnusedNewDependency, Needs::MENTIONS, []);

impl UnusedNewDependency {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for new in new_names(facts).into_iter().filter(|new| !new.row.kind.is_lock()) {
            let stated = facts.dependencies.get(new.to);
            let repository = facts.ledger.commit(new.row.commit).repository;
            let Some(how) = facts.unnamed.get(&(repository, stated.ecosystem, stated.name.clone())) else { continue };
            let summary = format!("{} was brought in, and {how}", stated.name);
            let mut draft = new.draft(&self.heuristic, facts, summary);
            draft.saw("at HEAD", how);
            draft.in_head = Some(true);
            sink.push(draft)?;
        }
        Ok(())
    }
}
