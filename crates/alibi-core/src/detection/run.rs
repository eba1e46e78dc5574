//! Runs detectors.

use super::detector::{DetectError, Detector};
use super::sink::{Sink, Untested};
use super::view::View;
use crate::finding::Finding;
use alibi_rules::heuristics::PathGuards;

/// Runs detectors on the facts. Returns the findings in a total order, with their final ids, and the tests without a
/// result.
///
/// # Errors
/// [`DetectError`] if a detector fails.
pub fn detect(
    detectors: &[Box<dyn Detector>],
    view: &View<'_>,
    path_guards: &PathGuards,
) -> Result<(Vec<Finding>, Vec<Untested>), DetectError> {
    use rayon::prelude::*;
    let results: Vec<_> = detectors
        .par_iter()
        .map(|detector| {
            let mut sink = Sink::new(view, path_guards);
            detector.detect(view, &mut sink).map(|()| sink.into_results())
        })
        .collect::<Result<_, _>>()?;
    let (mut findings, mut untested) = (Vec::new(), Vec::new());
    for (f, u) in results {
        findings.extend(f);
        untested.extend(u);
    }
    crate::finding::assign_ids(&mut findings);
    untested.sort();
    Ok((findings, untested))
}
