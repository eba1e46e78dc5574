//! The measured rates of heuristics: how often each fires on ordinary history and on its examples. They decide a
//! finding's weight and the tier it may cause. `git alibi calibrate --measure FILE` writes them.

use crate::decibans::Decibans;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The maximum weight of an unmeasured heuristic, in decibans.
pub const UNMEASURED_DB: f64 = 5.0;

/// The maximum false-alarm rate per commit of a heuristic that may block by itself: the upper end of the 95 % interval.
pub const BLOCK_RATE: f64 = 1e-5;

/// The same maximum for a heuristic that may cause a review by itself.
pub const REVIEW_RATE: f64 = 2e-5;

/// A heuristic with findings on ordinary history may block by itself only if more than this share of these findings
/// were real problems.
const BLOCK_SHARE: f64 = 1.0 / 2.0;

/// A heuristic may block by itself only if more than this share of all its reviewed findings were real problems,
/// including findings that it no longer reports. Correcting a rule for one kind of text does not correct it for all
/// others.
const BLOCK_RECORD: f64 = 1.0 / 4.0;

/// A heuristic may cause a review by itself if at least this share of its findings on ordinary history were real
/// problems.
const REVIEW_SHARE: f64 = 1.0 / 10.0;

/// Minimum number of reviewed findings. With fewer, the share is too uncertain to rule out a review.
const MIN_READ: usize = 3;

/// The results of one measurement.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    /// Number of scanned repositories with ordinary history.
    #[serde(default)]
    pub repositories: usize,
    /// Number of commits in these repositories.
    #[serde(default)]
    pub commits: usize,
    /// Number of contributors to these repositories, counted separately in each repository.
    #[serde(default)]
    pub contributors: usize,
    /// The rates of heuristics and of named combinations; those that were added later come last.
    #[serde(default)]
    pub rate: Vec<Measured>,
    /// The ratings of reviewed cases.
    #[serde(default)]
    pub tier: Vec<TierRecord>,
}

impl Measurement {
    /// Adds the rates of a later measurement that this one does not have. Each says how many commits it was measured on.
    #[must_use]
    pub fn with_new(mut self, later: Measurement) -> Measurement {
        let known: BTreeSet<String> = self.rate.iter().map(|rate| rate.id.clone()).collect();
        let new = later.rate.into_iter().filter(|rate| !known.contains(&rate.id));
        self.rate.extend(new.map(|rate| Measured { measured_on: Some(later.commits), ..rate }));
        self
    }
}

/// The measured rates of one heuristic or combination.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The heuristic's or the combination's id.
    pub id: String,
    /// Number of scanned commits, if it is not that of the whole measurement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_on: Option<usize>,
    /// Number of commits with a finding that counts.
    pub commits: usize,
    /// Number of contributors with such a finding.
    pub contributors: usize,
    /// Number of findings reviewed by hand, for each rating: real problem, true but innocent, false.
    pub read: [usize; 3],
    /// Number of all findings that were ever reviewed by hand, for each rating, including findings that the corrected
    /// heuristic no longer reports.
    #[serde(default)]
    pub record: [usize; 3],
    /// False alarms per scanned commit: the upper end of the 95 % interval, clustered by repository.
    pub false_alarms_high: f64,
    /// The same rate per contributor.
    pub contributor_high: f64,
    /// Number of injected examples that were found, and number of all injected examples.
    pub power: [usize; 2],
    /// The lower end of the 95 % interval of that share.
    pub power_low: f64,
}

impl Measured {
    /// The weight of a finding about a contributor with this many commits at risk: the logarithm of the power over the
    /// probability that an honest history of that length shows such a finding, both at the conservative ends of their
    /// intervals.
    ///
    /// The probability grows with the number of commits, so that a long history alone does not make a case.
    pub fn weight(&self, commits: usize) -> Decibans {
        let by_chance = 1.0 - (1.0 - self.false_alarms_high.clamp(0.0, 1.0)).powf(commits.max(1) as f64);
        if self.power_low <= 0.0 || by_chance <= 0.0 {
            return Decibans(0.0);
        }
        Decibans((10.0 * (self.power_low / by_chance).log10()).max(0.0))
    }

    /// Whether a finding of the heuristic may block a merge by itself: an example was found, the false-alarm rate is
    /// low, all findings on ordinary history were reviewed by hand, and enough of them were real problems. A heuristic
    /// without findings on ordinary history meets the last two conditions.
    pub fn may_block(&self) -> bool {
        let read: usize = self.read.iter().sum();
        let is_right = share_right(self.read).is_none_or(|share| share > BLOCK_SHARE)
            && (read == 0 || share_right(self.record).is_some_and(|share| share > BLOCK_RECORD));
        self.power[0] > 0 && self.false_alarms_high <= BLOCK_RATE && read >= self.commits && is_right
    }

    /// Whether a finding of the heuristic may cause a review by itself: an example was found, the false-alarm rate is
    /// low, and enough of the reviewed findings on ordinary history were real problems. One or two reviewed findings
    /// are too few to decide.
    pub fn may_review(&self) -> bool {
        let is_long_enough = self.read.iter().sum::<usize>() >= MIN_READ;
        let is_right = !is_long_enough || share_right(self.read).is_some_and(|share| share >= REVIEW_SHARE);
        self.power[0] > 0 && self.false_alarms_high <= REVIEW_RATE && is_right
    }
}

/// The share of real problems among reviewed findings; `None` if no finding was reviewed.
fn share_right(reviewed: [usize; 3]) -> Option<f64> {
    let all: usize = reviewed.iter().sum();
    (all > 0).then(|| reviewed[0] as f64 / all as f64)
}

/// The ratings of reviewed cases of one tier.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierRecord {
    /// `block` or `review`.
    pub tier: String,
    /// Number of cases for each rating: real problem, true but innocent, false.
    pub read: [usize; 3],
    /// Number of real problems and number of all cases in the last round of repositories that were new to the rules, as
    /// of the first scan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_look: Option<[usize; 2]>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weight_falls_as_the_number_of_commits_grows() {
        let measured = Measured { false_alarms_high: 1e-5, power_low: 0.5, power: [5, 5], ..Measured::default() };
        // 10·log10(0.5 / (1 − (1 − 1e-5)^n))
        for (commits, db) in [(1, 47.0), (10, 37.0), (100, 27.0), (10_000, 7.2), (10_000_000, 0.0)] {
            assert!((measured.weight(commits).0 - db).abs() < 0.05, "{commits}: {}", measured.weight(commits));
        }
        assert_eq!(measured.weight(0), measured.weight(1));
    }

    #[test]
    fn powerless_heuristics_weigh_nothing_and_noisy_ones_cannot_block() {
        let blind = Measured { false_alarms_high: 1e-9, power: [0, 5], ..Measured::default() };
        assert_eq!((blind.weight(1).0, blind.may_block(), blind.may_review()), (0.0, false, false));
        let noisy = Measured { false_alarms_high: 1.5e-5, power: [5, 5], power_low: 0.5, ..Measured::default() };
        assert_eq!((noisy.may_block(), noisy.may_review()), (false, true));
    }

    #[test]
    fn heuristics_with_a_poor_record_cannot_decide_alone() {
        let with = |read: [usize; 3], record| Measured {
            commits: read.iter().sum(),
            read,
            record,
            false_alarms_high: 1e-6,
            power: [5, 5],
            ..Measured::default()
        };
        // Columns: ratings (problem, innocent, untrue) of current findings, ratings of all findings ever reviewed,
        // whether the heuristic may block, whether it may cause a review.
        let table = [
            ([0, 0, 0], [0, 0, 0], true, true),
            ([0, 0, 0], [0, 2, 1], true, true),
            ([5, 0, 0], [5, 3, 6], true, true),
            ([5, 5, 0], [5, 5, 0], false, true),
            ([5, 0, 0], [5, 0, 15], false, true),
            ([0, 1, 1], [0, 1, 1], false, true),
            ([1, 9, 0], [1, 9, 0], false, true),
            ([1, 9, 1], [1, 9, 1], false, false),
            ([0, 2, 1], [0, 2, 1], false, false),
        ];
        for (read, record, blocks, reviews) in table {
            let measured = with(read, record);
            assert_eq!((measured.may_block(), measured.may_review()), (blocks, reviews), "{measured:?}");
        }
    }
}
