//! Derives weights from the detection and false-alarm rates.

use super::figures::Rate;
use alibi_rules::heuristics::Weight;

/// The scenario that each heuristic's weight is measured on. Heuristics without a scenario keep their assigned weight.
pub(super) const MEASURED_ON: [(&str, &str); 7] = [
    ("impossible-travel", "clock 8 h off, 2 % of commits leak the true one"),
    ("leaked-offset", "clock 8 h off, 2 % of commits leak the true one"),
    ("minority-offset", "clock 8 h off, 2 % of commits leak the true one"),
    ("offset-against-rhythm", "clock 8 h off, 0 % of commits leak the true one"),
    ("two-rhythms", "two operators, their own tools, more than 5 h apart"),
    ("hand-change", "another hand takes over, 20 commits on"),
    ("batch-timestamps", "dates forged: office hours"),
];

/// Maximum weight from forgeable metadata, in decibans, regardless of the measured rates.
const MAX_DB: f64 = 20.0;

/// Calculates the weights of heuristics with a scenario. `measured` returns the rates of detection and of false alarms
/// for a heuristic and a scenario.
pub(super) fn weights(measured: impl Fn(&str, &str) -> Option<(Rate, Rate)>) -> Vec<Weight> {
    let weight = |(heuristic, scenario): &(&str, &str)| {
        let (power, alarms) = measured(heuristic, scenario)?;
        // The ratio uses the conservative ends of both intervals. A sample cannot support a ratio above its own size.
        let ratio = (power.low / alarms.high).min(alarms.of as f64 + 1.0);
        let db = if ratio > 1.0 { (20.0 * ratio.log10()).floor() / 2.0 } else { 0.0 };
        Some(Weight {
            heuristic: (*heuristic).to_owned(),
            scenario: (*scenario).to_owned(),
            detected: [power.hits, power.of],
            false_alarms: [alarms.hits, alarms.of],
            weight_db: db.min(MAX_DB),
        })
    };
    MEASURED_ON.iter().filter_map(weight).collect()
}
