//! What each finding weighs, given how many commits could have shown it.

use crate::decibans::Decibans;
use crate::finding::Finding;
use crate::heuristics::{Heuristic, Nature, UNMEASURED_DB};
use std::collections::BTreeMap;

/// Sets the weights of findings. `at_risk` gives the number of commits that could have shown a finding: the more there are, the likelier
/// one of them shows something by chance.
///
/// The weight of a heuristic that a calibration scenario covers stays as it is; that of a measured one follows from its rates;
/// any other is cut to [`UNMEASURED_DB`].
pub fn weigh(findings: &mut [Finding], heuristics: &[Heuristic], at_risk: &dyn Fn(&Finding) -> usize) {
    let by_id: BTreeMap<&str, &Heuristic> = heuristics.iter().map(|h| (h.id.as_str(), h)).collect();
    for finding in findings.iter_mut().filter(|f| f.nature != Nature::Exposure && !f.calibrated) {
        let measured = by_id.get(finding.heuristic.as_str()).and_then(|h| h.measured.as_ref());
        finding.weight = match measured {
            Some(measured) => finding.weight.min(measured.weight(at_risk(finding))),
            // What a list says that was given to the run weighs what it was assigned.
            None if by_id.get(finding.heuristic.as_str()).is_some_and(|h| h.from_list) => finding.weight,
            None => finding.weight.min(Decibans(UNMEASURED_DB)),
        };
        finding.calibrated = measured.is_some();
    }
}
