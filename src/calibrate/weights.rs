//! The weights that follow from what was noticed and from the false alarms.

use super::figures::Rate;
use crate::heuristics::Weight;

/// What each heuristic's weight is measured on; what no scenario covers stays assigned.
pub(super) const MEASURED_ON: [(&str, &str); 7] = [
    ("impossible-travel", "clock 8 h off, 2 % of commits leak the true one"),
    ("leaked-offset", "clock 8 h off, 2 % of commits leak the true one"),
    ("minority-offset", "clock 8 h off, 2 % of commits leak the true one"),
    ("offset-against-rhythm", "clock 8 h off, 0 % of commits leak the true one"),
    ("two-rhythms", "two operators, their own tools, more than 5 h apart"),
    ("hand-change", "another hand takes over, 20 commits on"),
    ("batch-timestamps", "dates forged: office hours"),
];

/// Metadata that anybody can write says no more than this, whatever a scenario makes of it, in decibans.
const MOST_DB: f64 = 20.0;

/// The weights of the heuristics that a scenario covers; `measured` gives the rates of detection and of false alarms.
pub(super) fn weights(measured: impl Fn(&str, &str) -> Option<(Rate, Rate)>) -> Vec<Weight> {
    let weight = |(heuristic, scenario): &(&str, &str)| {
        let (power, alarms) = measured(heuristic, scenario)?;
        // The cautious ends of both intervals; no sample shows more than its own size.
        let ratio = (power.low / alarms.high).min(alarms.of as f64 + 1.0);
        let db = if ratio > 1.0 { (20.0 * ratio.log10()).floor() / 2.0 } else { 0.0 };
        Some(Weight {
            heuristic: (*heuristic).to_owned(),
            scenario: (*scenario).to_owned(),
            detected: [power.hits, power.of],
            false_alarms: [alarms.hits, alarms.of],
            weight_db: db.min(MOST_DB),
        })
    };
    MEASURED_ON.iter().filter_map(weight).collect()
}
