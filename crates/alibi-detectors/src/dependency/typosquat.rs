//! `typosquat`: a new dependency with a name that resembles a well-known one.

use crate::shared::dependencies::draft_of_new;
use alibi_core::analysis::packages::{LONG_DAYS, Nearness, Popular, Removals, near, new_names};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::Value;
use alibi_manifests::Stated;
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{Confidence, Severity};

coded!(Typosquat, Nearness, FactSet::DEPENDENCIES, ["kept-for-long"]);

/// Weight, severity and confidence if no manifest of the project names the dependency.
const CHOSEN_BY_OTHERS: (Decibans, Severity, Confidence) = (Decibans(5.0), Severity::Low, Confidence::Low);

impl Typosquat {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let removals = Removals::new(view.facts, view.people, view.now);
        for new in new_names(view.facts) {
            let stated = view.facts.dependencies.get(new.to);
            let name = stated.ecosystem.comparable(&stated.name);
            let Some(popular) = Popular::of(stated.ecosystem) else { continue };
            let Some((known, how)) = near(&name, popular, &self.params) else { continue };
            // In the repository of a well-known package, similarly named packages are its tools.
            let repository = view.facts.commit(new.row.commit).repository;
            if view.facts.dependencies.is_own(repository, &Stated::new(stated.ecosystem, known, "", stated.purpose)) {
                continue;
            }
            let summary = format!("{} resembles {known}, a well-known package", stated.name);
            let mut draft = draft_of_new(&new, &self.heuristic, view, summary);
            draft.saw("well-known name", Value::text(known));
            draft.saw("likeness", how.words());
            let kept = removals.kept_days(view.facts, view.people, &new);
            draft.saw("in use for", Value::words(format!("{kept} days")));
            draft.answer("kept-for-long", kept < LONG_DAYS);
            // An indirect dependency was chosen by another dependency, not by the project.
            if !new.row.is_direct {
                (draft.weight, draft.severity, draft.confidence) = CHOSEN_BY_OTHERS;
            }
            sink.push(draft)?;
        }
        Ok(())
    }
}
