//! `typosquat`: a new dependency with a name that resembles a well-known one.

use crate::decibans::Decibans;
use crate::detectors::dependencies::{LONG_DAYS, Removals, new_names};
use crate::detectors::names::{Nearness, Popular, comparable, near};
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::heuristics::{Confidence, Severity};
use crate::history::Stated;

coded!(Typosquat, Nearness, Needs::DEPENDENCIES, ["kept-for-long"]);

/// Weight, severity and confidence if no manifest of the project names it.
const CHOSEN_BY_OTHERS: (Decibans, Severity, Confidence) = (Decibans(5.0), Severity::Low, Confidence::Low);

impl Typosquat {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let removals = Removals::new(facts);
        for new in new_names(facts) {
            let stated = facts.dependencies.get(new.to);
            let name = comparable(stated.ecosystem, &stated.name);
            let Some(popular) = Popular::of(stated.ecosystem) else { continue };
            let Some((known, how)) = near(&name, popular, &self.params) else { continue };
            // A project's own tools are named after it.
            let repository = facts.ledger.commit(new.row.commit).repository;
            if facts.dependencies.is_own(repository, &Stated::new(stated.ecosystem, known, "", stated.purpose)) {
                continue;
            }
            let summary = format!("{} resembles {known}, a well-known package", stated.name);
            let mut draft = new.draft(&self.heuristic, facts, summary);
            draft.saw("well-known name", known);
            draft.saw("likeness", how.words());
            let kept = removals.kept_days(facts, &new);
            draft.saw("kept for", format!("{kept} days"));
            draft.answer("kept-for-long", kept < LONG_DAYS);
            // A dependency of another dependency was chosen by others.
            if !new.row.is_direct {
                (draft.weight, draft.severity, draft.confidence) = CHOSEN_BY_OTHERS;
            }
            sink.push(draft)?;
        }
        Ok(())
    }
}
