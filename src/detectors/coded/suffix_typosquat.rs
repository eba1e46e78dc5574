//! `suffix-typosquat`: a new dependency named like a companion of a well-known package.

use crate::detectors::dependencies::{LONG_DAYS, Removals, new_names};
use crate::detectors::names::{Companions, Popular, companion, comparable};
use crate::detectors::{DetectError, Facts, Needs, Sink};

coded!(SuffixTyposquat, Companions, Needs::DEPENDENCIES, ["kept-for-long"]);

impl SuffixTyposquat {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let removals = Removals::new(facts);
        for new in new_names(facts).into_iter().filter(|new| new.row.is_direct) {
            let stated = facts.dependencies.get(new.to);
            let name = comparable(stated.ecosystem, &stated.name);
            let Some(popular) = Popular::of(stated.ecosystem) else { continue };
            let Some(known) = companion(&name, popular, &self.params) else { continue };
            let summary = format!("{} is named like a companion of {known}", stated.name);
            let mut draft = new.draft(&self.heuristic, facts, summary);
            draft.saw("well-known name", known);
            let kept = removals.kept_days(facts, &new);
            draft.saw("kept for", format!("{kept} days"));
            draft.answer("kept-for-long", kept < LONG_DAYS);
            sink.push(draft)?;
        }
        Ok(())
    }
}
