//! `newcomer-adds-dependency`: a newcomer adds a dependency that is new to the project.

use crate::shared::dependencies::draft_of_new;
use alibi_core::analysis::packages::new_names;
use alibi_core::analysis::tenure::{Tenures, is_by_newcomer};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::Value;

coded!(NewcomerAddsDependency, FactSet::DEPENDENCIES, []);

impl NewcomerAddsDependency {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let tenures = Tenures::new(view.facts, view.people);
        for new in new_names(view.facts).into_iter().filter(|new| !new.row.kind.is_lock()) {
            if !is_by_newcomer(&tenures, new.row.commit) {
                continue;
            }
            let tenure = tenures.at(new.row.commit, 0);
            let name = &view.facts.dependencies.get(new.to).name;
            let mut draft = draft_of_new(&new, &self.heuristic, view, format!("{name} was added by a newcomer"));
            draft.saw("time in the project", Value::words(format!("{} days, {} commits", tenure.days, tenure.commits)));
            sink.push(draft)?;
        }
        Ok(())
    }
}
