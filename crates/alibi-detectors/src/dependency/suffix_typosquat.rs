//! `suffix-typosquat`: a new dependency named like a companion of a well-known package.

use crate::shared::dependencies::draft_of_new;
use alibi_core::analysis::packages::{Companions, LONG_DAYS, Popular, Removals, companion, new_names};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::Value;

coded!(SuffixTyposquat, Companions, FactSet::DEPENDENCIES, ["kept-for-long"]);

impl SuffixTyposquat {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let removals = Removals::new(view.facts, view.people, view.now);
        for new in new_names(view.facts).into_iter().filter(|new| new.row.is_direct) {
            let stated = view.facts.dependencies.get(new.to);
            let name = stated.ecosystem.comparable(&stated.name);
            let Some(popular) = Popular::of(stated.ecosystem) else { continue };
            let Some(known) = companion(&name, popular, &self.params) else { continue };
            let summary = format!("{} is named like a companion of {known}", stated.name);
            let mut draft = draft_of_new(&new, &self.heuristic, view, summary);
            draft.saw("well-known name", Value::text(known));
            let kept = removals.kept_days(view.facts, view.people, &new);
            draft.saw("in use for", Value::words(format!("{kept} days")));
            draft.answer("kept-for-long", kept < LONG_DAYS);
            sink.push(draft)?;
        }
        Ok(())
    }
}
