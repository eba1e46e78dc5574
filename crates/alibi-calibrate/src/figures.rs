//! The figures of a calibration, and functions that calculate rates.

use alibi_rules::heuristics::{Threshold, Weight};
use serde::Serialize;
use statrs::distribution::{Beta, ContinuousCDF};

/// A share with its exact 95 % interval (Clopper and Pearson, 1934).
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Rate {
    /// Number of hits.
    pub hits: usize,
    /// Number of trials.
    pub of: usize,
    /// The share; zero if there are no trials.
    pub rate: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Rate {
    /// Calculates the share of `hits` in `of`.
    pub fn new(hits: usize, of: usize) -> Rate {
        let quantile = |a: usize, b: usize, p: f64, otherwise: f64| {
            Beta::new(a as f64, b as f64).map_or(otherwise, |law| law.inverse_cdf(p))
        };
        let low = if hits == 0 { 0.0 } else { quantile(hits, of - hits + 1, 0.025, 0.0) };
        let high = if hits >= of { 1.0 } else { quantile(hits + 1, of - hits, 0.975, 1.0) };
        Rate { hits, of, rate: if of == 0 { 0.0 } else { hits as f64 / of as f64 }, low, high }
    }
}

/// Counts hits and trials.
#[derive(Clone, Copy, Default)]
pub(super) struct Count {
    pub hits: usize,
    pub of: usize,
}

impl Count {
    pub(crate) fn add(&mut self, hit: bool) {
        self.hits += usize::from(hit);
        self.of += 1;
    }

    pub(crate) fn rate(self) -> Rate {
        Rate::new(self.hits, self.of)
    }
}

/// Power at a given false-alarm rate.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Power {
    /// The false-alarm rate. The threshold for each repository is set on the other repositories.
    pub false_alarms: f64,
    /// The share of injections that were detected.
    pub power: f64,
    /// Lower end of the 95 % interval, from a bootstrap over contributors.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// The figures of one scenario.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Scenario {
    /// The name of the injected anomaly.
    pub name: String,
    /// The question that the score answers.
    pub question: &'static str,
    /// Number of contributors with an injection.
    pub injected: usize,
    /// Number of honest contributors for comparison.
    pub honest: usize,
    /// Power at false-alarm rates of 1 % and 0.1 %.
    pub power: Vec<Power>,
    /// The share of honest contributors above the 1 % threshold that was set on the other repositories.
    pub realised: Rate,
    /// Power at 1 % for contributors with 100 to 199, 200 to 499, and 500 or more commits dated by their own clock.
    pub by_commits: [Rate; 3],
    /// The cost of the log likelihood ratios (Cllr): 0 is perfect, 1 carries no information.
    pub cllr: f64,
    /// The share of contributors for whom a heuristic fired that had not fired before the injection.
    pub fired: Rate,
}

/// The figures of one honest change.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Control {
    /// The name of the change.
    pub name: &'static str,
    /// The share of contributors whose cases reach `review`.
    pub review: Rate,
    /// The share of contributors with a finding that counts, by a heuristic that had not fired before the change.
    pub fired: Rate,
}

/// How often a heuristic fires on honest contributors.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Flagged {
    /// The heuristic.
    pub heuristic: String,
    /// The rate among contributors with at least a hundred commits and sixty active days, dated by their own clock.
    pub testable: Rate,
    /// The rate among all contributors.
    pub all: Rate,
}

/// A band of home offsets.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Band {
    /// The name of the band.
    pub name: &'static str,
    /// The share of contributors above the score that 5 % of all contributors exceed.
    pub above: Rate,
}

/// The result of splitting one author into two identities.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Split {
    /// The share of splits with varied names and addresses that were joined again.
    pub recall: Rate,
    /// Of the identities joined to the later half, the share that belongs to the same person.
    pub precision: Rate,
    /// The share of splits without a common string in which the earlier half is among the ten contributors most similar
    /// to the later half.
    pub hidden_near: Rate,
    /// The share of splits without a common string that were joined, which the evidence does not justify.
    pub hidden_joined: Rate,
}

/// All figures.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Calibrated {
    /// The schema of the file.
    pub schema: &'static str,
    /// Number of repositories.
    pub repositories: usize,
    /// Number of commits.
    pub commits: usize,
    /// Number of contributors, excluding bots.
    pub contributors: usize,
    /// Number of contributors with at least a hundred commits and sixty active days, dated by their own clock.
    pub testable: usize,
    /// The figures of the scenarios.
    pub scenarios: Vec<Scenario>,
    /// The figures of the honest changes.
    pub controls: Vec<Control>,
    /// The share of honest contributors whose cases reach `review` by metadata: among all contributors, and among those
    /// with at least 20 commits.
    pub review: [Rate; 2],
    /// False alarms by heuristic.
    pub flagged: Vec<Flagged>,
    /// False alarms by band of home offsets.
    pub bands: Vec<Band>,
    /// The figures of the identity splits.
    pub split: Split,
    /// Three shares: copied histories that were found, copied histories whose finding has a weight because one author
    /// replaced several, and unchanged histories with a finding.
    pub copied: [Rate; 3],
    /// The resulting weights.
    pub weights: Vec<Weight>,
    /// The sum at which a case needs a review, if there were enough contributors to determine it.
    pub threshold: Option<Threshold>,
    /// The share of a day's work in each half hour, averaged over the testable contributors.
    pub day: Vec<f64>,
}

/// Calculates the cost of log likelihood ratios (Brümmer and du Preez, 2006): ½ [mean₁ log₂(1 + 1/LR) + mean₀ log₂(1 +
/// LR)].
pub(super) fn cllr(injected: &[f64], honest: &[f64]) -> f64 {
    let mean = |values: &[f64], cost: &dyn Fn(f64) -> f64| {
        values.iter().map(|ln| cost(*ln)).sum::<f64>() / (values.len() as f64).max(1.0)
    };
    let log2_1p_exp = |x: f64| if x > 30.0 { x } else { x.exp().ln_1p() } / std::f64::consts::LN_2;
    0.5 * (mean(injected, &|ln| log2_1p_exp(-ln)) + mean(honest, &log2_1p_exp))
}

/// Fits a logistic regression on one score, with both classes weighted equally; returns the slope and intercept of ln
/// LR.
pub(super) fn logistic(injected: &[f64], honest: &[f64]) -> (f64, f64) {
    let all = || injected.iter().map(|s| (*s, 1.0)).chain(honest.iter().map(|s| (*s, 0.0)));
    let weight = |label: f64| 0.5 / if label > 0.5 { injected.len() } else { honest.len() }.max(1) as f64;
    let (mut slope, mut intercept) = (0.0f64, 0.0f64);
    // A small ridge penalty keeps the slope from diverging if the classes are separated.
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

/// Returns the score that at most this share of honest contributors exceeds.
pub(super) fn threshold(honest: &[f64], share: f64) -> f64 {
    let mut sorted = honest.to_vec();
    sorted.sort_by(f64::total_cmp);
    let exceed = (share * sorted.len() as f64).floor() as usize;
    sorted.len().checked_sub(exceed + 1).map_or(f64::INFINITY, |index| sorted[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_exact_confidence_intervals() {
        // R: binom.test(3, 100)$conf.int is 0.00623 to 0.08518.
        let rate = Rate::new(3, 100);
        assert!((rate.low - 0.00623).abs() < 1e-4 && (rate.high - 0.08518).abs() < 1e-4, "{rate:?}");
        let none = Rate::new(0, 100);
        assert!(none.low == 0.0 && (none.high - 0.03622).abs() < 1e-4, "{none:?}");
        assert_eq!((Rate::new(0, 0).rate, Rate::new(5, 5).high), (0.0, 1.0));
    }

    #[test]
    fn uninformative_ratios_cost_one_and_correct_ratios_cost_little() {
        assert!((cllr(&[0.0], &[0.0]) - 1.0).abs() < 1e-12);
        assert!(cllr(&[8.0], &[-8.0]) < 0.01);
        assert!(cllr(&[-8.0], &[8.0]) > 5.0, "confident but wrong ratios must cost much");
    }

    #[test]
    fn thresholds_keep_false_alarms_within_the_given_rate() {
        let honest: Vec<f64> = (0..1_000).map(f64::from).collect();
        let above = |t: f64| honest.iter().filter(|s| **s > t).count();
        assert_eq!(above(threshold(&honest, 0.01)), 10);
        assert_eq!(above(threshold(&honest, 0.001)), 1);
        assert_eq!(threshold(&honest[..50], 0.01), 49.0, "with 50 contributors, none may exceed the 1 % threshold");
        let (slope, intercept) = logistic(&[3.0, 4.0, 5.0, 2.0], &[0.0, 1.0, 2.5, -1.0]);
        assert!(slope > 0.5 && slope * 5.0 + intercept > 0.0 && intercept < 0.0);
    }
}
