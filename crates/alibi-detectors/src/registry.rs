//! Selects the detector of a heuristic.

use super::declarative::{CommitDetector, PathDetector, TextDetector};
use super::{content, dependency, identity, integrity, rhythm, surface, time, trust};
use alibi_core::detection::{Build, DetectError, Detector};
use alibi_rules::heuristics::{Heuristic, Kind};

/// The coded detectors, by family.
const CODED: [&[(&str, Build)]; 8] = [
    content::DETECTORS,
    dependency::DETECTORS,
    identity::DETECTORS,
    integrity::DETECTORS,
    rhythm::DETECTORS,
    surface::DETECTORS,
    time::DETECTORS,
    trust::DETECTORS,
];

/// Creates the detector of a heuristic.
///
/// # Errors
/// Returns a [`DetectError`] if a coded heuristic has no detector, or if its parameters are invalid.
pub fn detector_for(heuristic: &Heuristic) -> Result<Box<dyn Detector>, DetectError> {
    Ok(match &heuristic.kind {
        Kind::Text(rule) => Box::new(TextDetector::new(heuristic.clone(), rule)),
        Kind::Path(rule) => Box::new(PathDetector::new(heuristic.clone(), rule.clone())),
        Kind::Commit(rule) => Box::new(CommitDetector::new(heuristic.clone(), rule.clone())),
        Kind::Coded(..) => {
            let (_, build) = CODED
                .iter()
                .copied()
                .flatten()
                .find(|(id, _)| *id == heuristic.id)
                .ok_or_else(|| DetectError::NoCode(heuristic.id.clone()))?;
            build(heuristic.clone())?
        }
    })
}
