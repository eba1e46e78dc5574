//! The measured rates of heuristics: how often each fires on ordinary history and on its examples. They decide a
//! finding's weight and the tier it may cause. `git alibi calibrate --measure FILE` writes them.

use crate::decibans::Decibans;
use serde::{Deserialize, Serialize};

/// The maximum weight of an unmeasured heuristic, in decibans.
pub const UNMEASURED_DB: f64 = 5.0;

/// The maximum false-alarm rate per commit of a heuristic that may block by itself: the upper end of the 95 % interval.
pub const BLOCK_RATE: f64 = 1e-5;

/// The same for a heuristic that may cause a review by itself.
pub const REVIEW_RATE: f64 = 2e-5;

/// From so many reviewed findings on, one must have been a real problem for the heuristic to make a block or a review by itself.
const MIN_READ: usize = 3;

/// The figures of one measurement.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    /// Number of scanned repositories with ordinary history.
    #[serde(default)]
    pub repositories: usize,
    /// Number of their commits.
    #[serde(default)]
    pub commits: usize,
    /// Number of their contributors, counted separately in each repository.
    #[serde(default)]
    pub contributors: usize,
    /// The rates of heuristics and of named combinations, sorted by id.
    #[serde(default)]
    pub rate: Vec<Measured>,
    /// The ratings of reviewed cases.
    #[serde(default)]
    pub tier: Vec<TierRecord>,
}

/// The measured rates of one heuristic or combination.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The heuristic's or the combination's id.
    pub id: String,
    /// Number of commits with a finding that counts.
    pub commits: usize,
    /// Number of contributors with such a finding.
    pub contributors: usize,
    /// Findings reviewed by hand, by rating: real problem, true but innocent, false.
    pub read: [usize; 3],
    /// False alarms per commit at risk: the upper end of the 95 % interval, clustered by repository.
    pub false_alarms_high: f64,
    /// The same per contributor.
    pub contributor_high: f64,
    /// Number of injected examples that were found, and their total.
    pub power: [usize; 2],
    /// The lower end of the 95 % interval of that share.
    pub power_low: f64,
}

impl Measured {
    /// The weight of a finding about a contributor with this many commits at risk: the logarithm of the power over the
    /// probability that an honest history of that length shows such a finding, both at the conservative ends of their
    /// intervals.
    ///
    /// The probability grows with the number of commits, so that many years of work do not make a case.
    pub fn weight(&self, commits: usize) -> Decibans {
        let by_chance = 1.0 - (1.0 - self.false_alarms_high.clamp(0.0, 1.0)).powf(commits.max(1) as f64);
        if self.power_low <= 0.0 || by_chance <= 0.0 {
            return Decibans(0.0);
        }
        Decibans((10.0 * (self.power_low / by_chance).log10()).max(0.0))
    }

    /// Whether a finding may block a merge by itself: its rate is low, and all its findings on ordinary history were
    /// reviewed by hand.
    pub fn may_block(&self) -> bool {
        let read: usize = self.read.iter().sum();
        self.power[0] > 0 && self.false_alarms_high <= BLOCK_RATE && read >= self.commits && self.is_open()
    }

    /// Whether a finding may make a review by itself: its rate is low, and the findings that a person read on ordinary history
    /// were not all harmless. One or two say nothing yet.
    pub fn may_review(&self) -> bool {
        self.power[0] > 0 && self.false_alarms_high <= REVIEW_RATE && self.is_open()
    }

    /// Whether one of the reviewed findings was a real problem, or too few were reviewed to tell.
    fn is_open(&self) -> bool {
        self.read[0] > 0 || self.read.iter().sum::<usize>() < MIN_READ
    }
}

/// The ratings of reviewed cases of one tier.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierRecord {
    /// `block` or `review`.
    pub tier: String,
    /// Real problems, true but innocent ones, false ones.
    pub read: [usize; 3],
    /// Real problems, and all cases, of the repositories that were scanned for the first time after the rules were set, as they
    /// were seen then. Entered by hand: once a repository has corrected a rule, it is no longer new to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_look: Option<[usize; 2]>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_weighs_less_the_more_commits_could_have_shown_it() {
        let measured = Measured { false_alarms_high: 1e-5, power_low: 0.5, power: [5, 5], ..Measured::default() };
        // 10·log10(0.5 / (1 − (1 − 1e-5)^n))
        for (commits, db) in [(1, 47.0), (10, 37.0), (100, 27.0), (10_000, 7.2), (10_000_000, 0.0)] {
            assert!((measured.weight(commits).0 - db).abs() < 0.05, "{commits}: {}", measured.weight(commits));
        }
        assert_eq!(measured.weight(0), measured.weight(1));
    }

    #[test]
    fn what_finds_nothing_weighs_nothing_and_decides_nothing() {
        let blind = Measured { false_alarms_high: 1e-9, power: [0, 5], ..Measured::default() };
        assert_eq!((blind.weight(1).0, blind.may_block(), blind.may_review()), (0.0, false, false));
        let noisy = Measured { false_alarms_high: 1.5e-5, power: [5, 5], power_low: 0.5, ..Measured::default() };
        assert_eq!((noisy.may_block(), noisy.may_review()), (false, true));
    }
}
