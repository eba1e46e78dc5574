//! Determines the sum at which a case needs a review: the smallest one that few enough honest contributors reach.

use super::figures::Rate;
use alibi_core::analysis::people::ContributorId;
use alibi_core::scoring::{Case, MIN_GROUPS};
use alibi_rules::heuristics::Threshold;
use std::collections::BTreeMap;

/// Maximum share of all contributors that reach a review, at the upper end of the interval.
const OF_ALL: f64 = 0.001;
/// Maximum share of the contributors known to the project that reach a review, at the upper end of the interval.
const OF_KNOWN: f64 = 0.005;

/// The lowest candidate sum, in decibans.
const FROM_DB: f64 = 10.0;
/// The step between candidate sums, in decibans.
const STEP_DB: f64 = 0.5;
/// The highest candidate sum, in decibans.
const TO_DB: f64 = 50.0;

/// The evidence sums of honest contributors whose cases could reach a review, and the number of honest contributors:
/// for all of them, and for those known to the project.
#[derive(Default)]
pub(super) struct Sums {
    all: (Vec<f64>, usize),
    known: (Vec<f64>, usize),
}

impl Sums {
    /// Adds a contributor of a repository. `cases` are the cases of all its contributors.
    pub(super) fn add(&mut self, who: ContributorId, is_known: bool, cases: &BTreeMap<ContributorId, &Case>) {
        let sum = cases.get(&who).filter(|case| case.groups >= MIN_GROUPS).map(|case| case.total.0);
        for (sums, count) in std::iter::once(&mut self.all).chain(is_known.then_some(&mut self.known)) {
            *count += 1;
            sums.extend(sum);
        }
    }

    /// Returns the smallest sum that meets both targets; `None` if no candidate does, for example with too few
    /// contributors.
    pub(super) fn threshold(&self) -> Option<Threshold> {
        let reached = |(sums, count): &(Vec<f64>, usize), db: f64| {
            Rate::new(sums.iter().filter(|sum| **sum >= db).count(), *count)
        };
        let steps = ((TO_DB - FROM_DB) / STEP_DB) as u32;
        let meets = |db: &f64| reached(&self.all, *db).high <= OF_ALL && reached(&self.known, *db).high <= OF_KNOWN;
        let total_db = (0..=steps).map(|step| FROM_DB + STEP_DB * f64::from(step)).find(meets)?;
        let known = reached(&self.known, total_db);
        Some(Threshold { total_db, false_alarms: [known.hits, known.of] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_limits_false_alarms_and_needs_enough_contributors() {
        let sums =
            |count: usize, high: usize| Sums { all: (vec![18.0; high], count), known: (vec![18.0; high], count) };
        assert_eq!(sums(20_000, 0).threshold().unwrap().total_db, FROM_DB);
        assert_eq!(sums(20_000, 5).threshold().unwrap().total_db, FROM_DB, "5 of 20,000 are within the targets");
        let high = sums(20_000, 40).threshold().unwrap();
        assert_eq!((high.total_db, high.false_alarms), (18.5, [0, 20_000]));
        assert!(sums(100, 0).threshold().is_none(), "100 contributors cannot show a rate of one in a thousand");
    }
}
