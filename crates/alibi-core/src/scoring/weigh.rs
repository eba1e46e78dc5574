//! Sets the weight of each finding, given the number of commits at risk.

use crate::finding::Finding;
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{Heuristic, Nature, UNMEASURED_DB};
use std::collections::BTreeMap;

/// Sets the weights of findings. `at_risk` returns the number of commits that could have caused a finding: the more
/// there are, the likelier one of them causes it by chance.
///
/// Findings of a heuristic with a calibration scenario keep their weights. A heuristic with measured rates limits the
/// weights of its findings according to the rates. Matches of a list passed to the run keep their assigned weights. All
/// other weights are capped at [`UNMEASURED_DB`].
pub fn weigh(findings: &mut [Finding], heuristics: &[Heuristic], at_risk: &dyn Fn(&Finding) -> usize) {
    let by_id: BTreeMap<&str, &Heuristic> = heuristics.iter().map(|h| (h.id.as_str(), h)).collect();
    for finding in findings.iter_mut().filter(|f| f.nature != Nature::Exposure && !f.calibrated) {
        let measured = by_id.get(finding.heuristic.as_str()).and_then(|h| h.measured.as_ref());
        finding.weight = match measured {
            Some(measured) => finding.weight.min(measured.weight(at_risk(finding))),
            // A match of a list passed to the run keeps its assigned weight.
            None if by_id.get(finding.heuristic.as_str()).is_some_and(|h| h.from_list) => finding.weight,
            None => finding.weight.min(Decibans(UNMEASURED_DB)),
        };
        finding.calibrated = measured.is_some();
    }
}
