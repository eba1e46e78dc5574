//! `unused-new-dependency`: a dependency that a newcomer added and nothing in the project names. The names to search
//! for are determined before: see `to_be_named`.

use crate::detectors::dependencies::new_names;
use crate::detectors::{DetectError, Facts, Needs, Sink};

coded!(UnusedNewDependency, Needs::MENTIONS, []);

impl UnusedNewDependency {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for new in new_names(facts).into_iter().filter(|new| !new.row.kind.is_lock()) {
            let stated = facts.dependencies.get(new.to);
            let repository = facts.ledger.commit(new.row.commit).repository;
            let Some(how) = facts.unnamed.get(&(repository, stated.ecosystem, stated.name.clone())) else { continue };
            let summary = format!("{} was added, but {how}", stated.name);
            let mut draft = new.draft(&self.heuristic, facts, summary);
            draft.saw("at HEAD", how);
            draft.in_head = Some(true);
            sink.push(draft)?;
        }
        Ok(())
    }
}
