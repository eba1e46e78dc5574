//! Sets the weight of each finding, given the number of commits at risk.

use crate::finding::Finding;
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{Heuristic, Nature, UNMEASURED_DB};
use std::collections::BTreeMap;

/// Sets the weights of findings. `at_risk` gives the number of commits that could have shown a finding. The more there
/// are, the likelier one shows it by chance.
///
/// A heuristic with a calibration scenario keeps its weight. A measured one gets its weight from its rates. The weight
/// of any other is capped at [`UNMEASURED_DB`].
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
