//! Selects the heuristics of a run, and the facts that they need.

use super::error::AuditError;
use super::options::AuditOptions;
use super::patterns::{PatternBits, message_patterns};
use crate::collect::with_requirements;
use alibi_core::config::Indicators;
use alibi_core::detection::{Detector, Rulebook};
use alibi_core::facts::FactSet;
use alibi_rules::heuristics::{Catalogue, Family, Heuristic, Kind, LISTED_TEXT, Persona, Severity, listing};
use alibi_rules::messages::MessagePatterns;

/// The heuristics of a run, and the facts that they need.
pub(super) struct Selected {
    /// The selected heuristics.
    pub heuristics: Vec<Heuristic>,
    /// Their detectors.
    pub detectors: Vec<Box<dyn Detector>>,
    /// The heuristics whose text rules are matched: the selected ones, and those that a selected one watches.
    pub searched: Vec<Heuristic>,
    /// The facts that the detectors need.
    pub needs: FactSet,
    /// The message patterns of the commit rules, if any.
    pub messages: Option<MessagePatterns>,
    /// Each commit heuristic's bit in a commit's patterns.
    pub message_bits: PatternBits,
}

/// Selects the heuristics of a run.
///
/// # Errors
/// [`AuditError`] if an option contradicts another, or a heuristic cannot be used.
pub(super) fn select(options: &AuditOptions, catalogue: &Rulebook) -> Result<Selected, AuditError> {
    let mut heuristics = choose(catalogue, &options.only.0, &options.skip.0)?;
    // A heuristic that is named explicitly runs regardless of its persona.
    let is_shown = |h: &Heuristic| h.persona <= options.persona || options.only.0.contains(&h.id);
    heuristics.retain(|h| h.severity >= options.min_severity && is_shown(h));
    // The same name must not be both chosen and skipped. A family without heuristics is not an error.
    let contradicts = |name: &&String| options.skip.0.contains(name);
    if let Some(name) = options.only.0.iter().find(contradicts) {
        return Err(AuditError::Contradiction(name.clone()));
    }
    list_texts(&mut heuristics, options.indicators.as_ref())?;
    let mut detectors: Vec<Box<dyn Detector>> =
        heuristics.iter().map(|h| catalogue.detector_for(h)).collect::<Result<_, _>>()?;
    // Detectors that need reports, advisories or indicators run only if these were provided.
    for (is_given, need) in [
        (!options.imports.is_empty(), FactSet::IMPORTED),
        (!options.osv.is_empty(), FactSet::ADVISORIES),
        (options.indicators.is_some(), FactSet::INDICATORS),
    ] {
        detectors.retain(|d| is_given || !d.needs().contains(need));
    }
    heuristics.retain(|h| detectors.iter().any(|d| d.heuristic().id == h.id));
    let needs = with_requirements(detectors.iter().fold(FactSet::COMMITS, |all, d| all | d.needs()));
    let (messages, message_bits) = message_patterns(&heuristics)?;
    let searched = searched(&heuristics, catalogue, needs);
    Ok(Selected { heuristics, detectors, searched, needs, messages, message_bits })
}

/// Gives the team's strings to the heuristic that searches for them; removes the heuristic if there are none.
fn list_texts(heuristics: &mut Vec<Heuristic>, indicators: Option<&Indicators>) -> Result<(), AuditError> {
    let texts = indicators.map_or(&[][..], |indicators| &indicators.texts);
    heuristics.retain(|h| h.id != LISTED_TEXT || !texts.is_empty());
    if let Some(listed) = heuristics.iter_mut().find(|h| h.id == LISTED_TEXT) {
        *listed = listing(listed, texts).map_err(AuditError::Indicators)?;
    }
    Ok(())
}

/// The heuristics whose text rules are matched.
fn searched(heuristics: &[Heuristic], catalogue: &Catalogue, needs: FactSet) -> Vec<Heuristic> {
    let mut searched = heuristics.to_vec();
    if needs.contains(FactSet::WATCHED) {
        let is_watched = |h: &&Heuristic| h.severity >= Severity::Medium && h.persona == Persona::Default;
        let others = catalogue
            .iter()
            .filter(is_watched)
            .filter(|h| h.id != LISTED_TEXT)
            .filter(|h| matches!(h.kind, Kind::Text(_)) && !heuristics.iter().any(|o| o.id == h.id));
        searched.extend(others.cloned());
    }
    searched
}

/// The heuristics that remain after a run's `only` and `skip`.
///
/// # Errors
/// [`AuditError::UnknownHeuristic`]
fn choose(catalogue: &Catalogue, only: &[String], skip: &[String]) -> Result<Vec<Heuristic>, AuditError> {
    for name in only.iter().chain(skip) {
        let known = Family::ALL.iter().any(|f| f.name() == name) || catalogue.get(name).is_some();
        if !known {
            let nearest = catalogue
                .iter()
                .map(|h| h.id.as_str())
                .chain(Family::ALL.iter().map(|f| f.name()))
                .max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)))
                .filter(|n| strsim::jaro_winkler(n, name) > 0.8);
            let hint = nearest.map_or(String::new(), |n| format!("; did you mean '{n}'?"));
            return Err(AuditError::UnknownHeuristic(name.clone(), hint));
        }
    }
    let named = |names: &[String], h: &Heuristic| names.iter().any(|n| *n == h.id || n == h.family.name());
    Ok(catalogue.iter().filter(|h| (only.is_empty() || named(only, h)) && !named(skip, h)).cloned().collect())
}
