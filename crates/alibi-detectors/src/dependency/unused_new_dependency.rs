//! `unused-new-dependency`: a dependency that a newcomer added, but that nothing in the project names. The names to
//! search for are determined beforehand by `newcomer_dependencies`.

use crate::shared::dependencies::draft_of_new;
use alibi_core::analysis::packages::new_names;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;

coded!(UnusedNewDependency, FactSet::MENTIONS, []);

impl UnusedNewDependency {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for new in new_names(view.facts).into_iter().filter(|new| !new.row.kind.is_lock()) {
            let stated = view.facts.dependencies.get(new.to);
            let repository = view.facts.commit(new.row.commit).repository;
            let Some(how) = view.facts.unreferenced.get(&(repository, stated.ecosystem, stated.name.clone())) else {
                continue;
            };
            let summary = format!("{} was added, but {how}", stated.name);
            let mut draft = draft_of_new(&new, &self.heuristic, view, summary);
            draft.saw("at HEAD", *how);
            draft.in_head = Some(true);
            sink.push(draft)?;
        }
        Ok(())
    }
}
