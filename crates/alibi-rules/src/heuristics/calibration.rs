//! The results of a calibration: measured weights, and how work is distributed over the day.

use crate::decibans::Decibans;
use serde::{Deserialize, Serialize};

/// The calibration that ships with the heuristics; `git alibi calibrate --write FILE` writes such a file.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Number of repositories.
    pub repositories: usize,
    /// Number of honest contributors with at least a hundred commits and sixty active days.
    pub contributors: usize,
    /// Share of work in each half hour of the local day, over these contributors. The shares sum to one.
    pub day: Vec<f64>,
    /// The smallest sum at which few enough honest contributors need a review; `None` until measured.
    #[serde(default)]
    pub review: Option<Threshold>,
    /// The weights.
    #[serde(default)]
    pub weight: Vec<Weight>,
}

/// A sum of decibans, and the number of honest contributors who reach it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The sum, over at least two groups of evidence.
    pub total_db: f64,
    /// Number of contributors with at least 20 commits who reach the sum by metadata alone, and number of all
    /// contributors with at least 20 commits.
    pub false_alarms: [usize; 2],
}

/// The default threshold until one is measured, in decibans.
const REVIEW: f64 = 20.0;

impl Calibration {
    /// The sum at which a case with at least two groups of evidence needs a review.
    pub fn review(&self) -> Decibans {
        Decibans(self.review.as_ref().map_or(REVIEW, |measured| measured.total_db))
    }
}

/// A measured weight.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    /// The heuristic.
    pub heuristic: String,
    /// The scenario that the weight was measured on.
    pub scenario: String,
    /// Number of injected cases in which the heuristic fired, and number of all injected cases.
    pub detected: [usize; 2],
    /// Number of honest contributors for whom the heuristic fired, and number of all honest contributors.
    pub false_alarms: [usize; 2],
    /// Ten times the decimal logarithm of the ratio of the detection rate to the false-alarm rate, at its lower bound.
    /// It is limited by the number of honest contributors.
    pub weight_db: f64,
}
