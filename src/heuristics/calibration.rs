//! What was measured: the weights that a calibration gave, and the day that most people keep.

use crate::decibans::Decibans;
use serde::{Deserialize, Serialize};

/// The figures of the calibration that ships with the heuristics; `git alibi calibrate --write FILE` writes such a file.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// How many repositories and honest contributors it was made with.
    pub repositories: usize,
    /// Contributors with a hundred commits and sixty active days or more.
    pub contributors: usize,
    /// Shares of a day's work in each half hour of the local day, over those contributors; sums to one.
    pub day: Vec<f64>,
    /// The least sum for which few enough honest contributors would be looked at; nothing before it is measured.
    #[serde(default)]
    pub review: Option<Threshold>,
    /// The weights.
    #[serde(default)]
    pub weight: Vec<Weight>,
}

/// A sum of decibans, and how many honest contributors reach it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The sum, over two groups of evidence or more.
    pub total_db: f64,
    /// How many of how many contributors with 20 commits or more reach it by metadata alone.
    pub false_alarms: [usize; 2],
}

/// What counts as enough until it is measured, in decibans.
const REVIEW: f64 = 20.0;

impl Calibration {
    /// From this sum on, with two groups of evidence or more, somebody should look.
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
    /// The scenario it was measured on.
    pub scenario: String,
    /// In how many of how many injected cases it fired.
    pub detected: [usize; 2],
    /// On how many of how many honest contributors it fired.
    pub false_alarms: [usize; 2],
    /// Ten times the decimal logarithm of the ratio of the two rates, the lower of its bounds; never above what so many
    /// honest contributors can show.
    pub weight_db: f64,
}
