//! `newcomer-adds-dependency`: a newcomer adds a dependency that is new to the project.

use crate::detectors::dependencies::new_names;
use crate::detectors::tenure::{Tenures, is_by_newcomer};
use crate::detectors::{DetectError, Facts, Needs, Sink};

coded!(NewcomerAddsDependency, Needs::DEPENDENCIES, []);

impl NewcomerAddsDependency {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let tenures = Tenures::new(facts.ledger, facts.people);
        for new in new_names(facts).into_iter().filter(|new| !new.row.kind.is_lock()) {
            if !is_by_newcomer(&tenures, new.row.commit) {
                continue;
            }
            let tenure = tenures.at(new.row.commit, 0);
            let name = &facts.dependencies.get(new.to).name;
            let mut draft = new.draft(&self.heuristic, facts, format!("{name} was added by a newcomer"));
            draft.saw("with the project for", format!("{} days, {} commits", tenure.days, tenure.commits));
            sink.push(draft)?;
        }
        Ok(())
    }
}
