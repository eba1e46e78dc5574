//! What a calibration found, and the arithmetic of rates.

use crate::heuristics::{Threshold, Weight};
use serde::Serialize;
use statrs::distribution::{Beta, ContinuousCDF};

/// A share with its exact 95 % interval (Clopper and Pearson, 1934).
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Rate {
    /// How many.
    pub hits: usize,
    /// Of how many.
    pub of: usize,
    /// The share; zero of none.
    pub rate: f64,
    /// The interval's ends.
    pub low: f64,
    /// The upper one.
    pub high: f64,
}

impl Rate {
    /// The share of `hits` in `of`.
    pub fn new(hits: usize, of: usize) -> Rate {
        let quantile = |a: usize, b: usize, p: f64, otherwise: f64| {
            Beta::new(a as f64, b as f64).map_or(otherwise, |law| law.inverse_cdf(p))
        };
        let low = if hits == 0 { 0.0 } else { quantile(hits, of - hits + 1, 0.025, 0.0) };
        let high = if hits >= of { 1.0 } else { quantile(hits + 1, of - hits, 0.975, 1.0) };
        Rate { hits, of, rate: if of == 0 { 0.0 } else { hits as f64 / of as f64 }, low, high }
    }
}

/// How often something happened, of how many.
#[derive(Clone, Copy, Default)]
pub(super) struct Count {
    pub hits: usize,
    pub of: usize,
}

impl Count {
    pub fn add(&mut self, hit: bool) {
        self.hits += usize::from(hit);
        self.of += 1;
    }

    pub fn rate(self) -> Rate {
        Rate::new(self.hits, self.of)
    }
}

/// Power at a rate of false alarms.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Power {
    /// The rate of false alarms, by thresholds drawn on the other repositories.
    pub false_alarms: f64,
    /// The share noticed.
    pub power: f64,
    /// The 95 % interval of a bootstrap over contributors.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// One scenario.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Scenario {
    /// What was injected.
    pub name: String,
    /// The question that the score answers.
    pub question: &'static str,
    /// Contributors it was injected into.
    pub injected: usize,
    /// Honest contributors that it was compared with.
    pub honest: usize,
    /// Power at 1 % and at 0.1 % of false alarms.
    pub power: Vec<Power>,
    /// Honest contributors above the threshold for 1 % that the other repositories gave.
    pub realised: Rate,
    /// Power at 1 % for contributors of 100 to 199, of 200 to 499 and of 500 commits or more.
    pub by_commits: [Rate; 3],
    /// The cost of the likelihood ratios: 0 is perfect, 1 says nothing.
    pub cllr: f64,
    /// The share for which some heuristic of these families fired that did not before.
    pub fired: Rate,
}

/// One honest change.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Control {
    /// What was changed.
    pub name: &'static str,
    /// How many reach `review`.
    pub review: Rate,
    /// For how many a heuristic that counts fired that had not before.
    pub fired: Rate,
}

/// How often a heuristic fires on honest contributors.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Flagged {
    /// The heuristic.
    pub heuristic: String,
    /// Of those with a hundred commits and sixty days or more.
    pub testable: Rate,
    /// Of all.
    pub all: Rate,
}

/// A band of offsets at home.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Band {
    /// The band.
    pub name: &'static str,
    /// How many lie above the score that 5 % of all exceed.
    pub above: Rate,
}

/// What came of splitting one author into two identities.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Split {
    /// Halves whose strings were varied that were joined again.
    pub recall: Rate,
    /// Of all joined to a half, those that are the same person's.
    pub precision: Rate,
    /// Halves without a string in common whose other half is among the ten most alike.
    pub hidden_near: Rate,
    /// Such halves that were joined, which nothing justifies.
    pub hidden_joined: Rate,
}

/// All figures.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Calibrated {
    /// The schema of the file.
    pub schema: &'static str,
    /// How many repositories.
    pub repositories: usize,
    /// Commits read.
    pub commits: usize,
    /// Contributors, programs left out.
    pub contributors: usize,
    /// Those with a hundred commits and sixty active days or more.
    pub testable: usize,
    /// The scenarios.
    pub scenarios: Vec<Scenario>,
    /// The honest changes.
    pub controls: Vec<Control>,
    /// Cases of honest contributors that reach `review` by metadata: of all, and of those with 20 commits or more.
    pub review: [Rate; 2],
    /// By heuristic.
    pub flagged: Vec<Flagged>,
    /// By band of offsets.
    pub bands: Vec<Band>,
    /// Identities.
    pub split: Split,
    /// Histories copied under another author that were found; of which the finding weighs something, since several authors
    /// became one; and unchanged ones where something was found.
    pub copied: [Rate; 3],
    /// The weights that follow.
    pub weights: Vec<Weight>,
    /// The sum from which a case deserves a review, where enough contributors were seen to tell.
    pub threshold: Option<Threshold>,
    /// Shares of a day's work in each half hour, over the testable contributors.
    pub day: Vec<f64>,
}

/// The cost of log likelihood ratios (Brümmer and du Preez, 2006): ½ [mean₁ log₂(1 + 1/LR) + mean₀ log₂(1 + LR)].
pub(super) fn cllr(injected: &[f64], honest: &[f64]) -> f64 {
    let mean = |values: &[f64], cost: &dyn Fn(f64) -> f64| {
        values.iter().map(|ln| cost(*ln)).sum::<f64>() / (values.len() as f64).max(1.0)
    };
    let log2_1p_exp = |x: f64| if x > 30.0 { x } else { x.exp().ln_1p() } / std::f64::consts::LN_2;
    0.5 * (mean(injected, &|ln| log2_1p_exp(-ln)) + mean(honest, &log2_1p_exp))
}

/// A logistic regression of one score, both classes weighing the same: the slope and the intercept of ln LR.
pub(super) fn logistic(injected: &[f64], honest: &[f64]) -> (f64, f64) {
    let all = || injected.iter().map(|s| (*s, 1.0)).chain(honest.iter().map(|s| (*s, 0.0)));
    let weight = |label: f64| 0.5 / if label > 0.5 { injected.len() } else { honest.len() }.max(1) as f64;
    let (mut slope, mut intercept) = (0.0f64, 0.0f64);
    // A little of a prior keeps separated classes from running away.
    const RIDGE: f64 = 1e-4;
    for _ in 0..50 {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, -RIDGE * slope, 1e-9, 0.0, RIDGE);
        for (score, label) in all() {
            let p = 1.0 / (1.0 + (-(slope * score + intercept)).exp());
            let (w, v) = (weight(label), weight(label) * p * (1.0 - p));
            g0 += w * (label - p);
            g1 += w * (label - p) * score;
            h00 += v;
            h01 += v * score;
            h11 += v * score * score;
        }
        let determinant = h00 * h11 - h01 * h01;
        if determinant.abs() < 1e-15 {
            break;
        }
        let (d0, d1) = ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant);
        intercept += d0.clamp(-2.0, 2.0);
        slope += d1.clamp(-2.0, 2.0);
        if d0.abs() + d1.abs() < 1e-9 {
            break;
        }
    }
    (slope, intercept)
}

/// The score that at most this share of honest contributors exceeds.
pub(super) fn threshold(honest: &[f64], share: f64) -> f64 {
    let mut sorted = honest.to_vec();
    sorted.sort_by(f64::total_cmp);
    let exceed = (share * sorted.len() as f64).floor() as usize;
    sorted.len().checked_sub(exceed + 1).map_or(f64::INFINITY, |place| sorted[place])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_an_exact_interval() {
        // R: binom.test(3, 100)$conf.int is 0.00623 to 0.08518.
        let rate = Rate::new(3, 100);
        assert!((rate.low - 0.00623).abs() < 1e-4 && (rate.high - 0.08518).abs() < 1e-4, "{rate:?}");
        let none = Rate::new(0, 100);
        assert!(none.low == 0.0 && (none.high - 0.03622).abs() < 1e-4, "{none:?}");
        assert_eq!((Rate::new(0, 0).rate, Rate::new(5, 5).high), (0.0, 1.0));
    }

    #[test]
    fn ratios_that_say_nothing_cost_one_and_right_ones_little() {
        assert!((cllr(&[0.0], &[0.0]) - 1.0).abs() < 1e-12);
        assert!(cllr(&[8.0], &[-8.0]) < 0.01);
        assert!(cllr(&[-8.0], &[8.0]) > 5.0, "confident and wrong");
    }

    #[test]
    fn a_threshold_is_exceeded_by_no_more_than_its_share() {
        let honest: Vec<f64> = (0..1_000).map(f64::from).collect();
        let above = |t: f64| honest.iter().filter(|s| **s > t).count();
        assert_eq!(above(threshold(&honest, 0.01)), 10);
        assert_eq!(above(threshold(&honest, 0.001)), 1);
        assert_eq!(threshold(&honest[..50], 0.01), 49.0, "too few for any to exceed it");
        let (slope, intercept) = logistic(&[3.0, 4.0, 5.0, 2.0], &[0.0, 1.0, 2.5, -1.0]);
        assert!(slope > 0.5 && slope * 5.0 + intercept > 0.0 && intercept < 0.0);
    }
}
