//! `typosquat`: a dependency that is new to the project, with a name that looks like a well-known one's.

use crate::detectors::dependencies::{LONG_DAYS, kept_days, new_names};
use crate::detectors::names::{Nearness, Popular, comparable, near};
use crate::detectors::{DetectError, Facts, Needs, Sink};

coded!(Typosquat, Nearness, Needs::DEPENDENCIES, ["kept-for-long"]);

impl Typosquat {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for new in new_names(facts) {
            let stated = facts.dependencies.get(new.to);
            let name = comparable(stated.ecosystem, &stated.name);
            let Some(popular) = Popular::of(stated.ecosystem) else { continue };
            let Some((known, how)) = near(&name, popular, &self.params) else { continue };
            let summary = format!("{} looks like {known}, which is well known", stated.name);
            let mut draft = new.draft(&self.heuristic, facts, summary);
            draft.saw("well-known name", known);
            draft.saw("likeness", how.words());
            let kept = kept_days(facts, &new);
            draft.saw("kept for", format!("{kept} days"));
            draft.answer("kept-for-long", kept < LONG_DAYS);
            sink.push(draft)?;
        }
        Ok(())
    }
}
