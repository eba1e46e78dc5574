//! Measures the power of scores at given false-alarm rates. The thresholds and logistic fits that are applied to a
//! repository are computed from all other repositories.

use super::figures::{Power, Rate, Scenario, cllr, logistic, threshold};
use super::question::Question;
use fastrand::Rng;
use std::collections::{BTreeMap, BTreeSet};

/// One score of one contributor.
#[derive(Clone, Copy)]
pub(super) struct Scored {
    /// The repository's index.
    pub repository: usize,
    /// The contributor's number of commits dated by their own clock, before any injection.
    pub commits: usize,
    /// The score.
    pub score: f64,
    /// Whether a heuristic fired that had not fired before the injection.
    pub fired: bool,
}

/// Number of bootstrap resamples.
const RESAMPLED: usize = 400;

/// Calculates the figures of one scenario.
pub(super) fn scenario(name: &str, question: Question, injected: &[Scored], honest: &[Scored], seed: u64) -> Scenario {
    // The thresholds and the fit for a repository come from all other repositories.
    let outside = |scored: &[Scored], repository: usize| -> Vec<f64> {
        scored.iter().filter(|s| s.repository != repository).map(|s| s.score).collect()
    };
    let repositories: BTreeSet<usize> = injected.iter().map(|s| s.repository).collect();
    let found = |share: f64| -> Vec<bool> {
        let limits: BTreeMap<usize, f64> =
            repositories.iter().map(|r| (*r, threshold(&outside(honest, *r), share))).collect();
        injected.iter().map(|s| s.score > limits[&s.repository]).collect()
    };
    let mut chance = Rng::with_seed(seed);
    let mut power = |share: f64| {
        let found = found(share);
        let mean = |found: &mut dyn Iterator<Item = bool>| {
            found.map(|f| f64::from(u8::from(f))).sum::<f64>() / injected.len() as f64
        };
        let mut means: Vec<f64> =
            (0..RESAMPLED).map(|_| mean(&mut (0..found.len()).map(|_| found[chance.usize(0..found.len())]))).collect();
        means.sort_by(f64::total_cmp);
        let at = |p: f64| means[((means.len() - 1) as f64 * p).round() as usize];
        Power { false_alarms: share, power: mean(&mut found.iter().copied()), low: at(0.025), high: at(0.975) }
    };
    let powers = vec![power(0.01), power(0.001)];
    let at_one = found(0.01);
    let limits: BTreeMap<usize, f64> = honest
        .iter()
        .map(|s| s.repository)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|r| (r, threshold(&outside(honest, r), 0.01)))
        .collect();
    let realised = honest.iter().filter(|s| s.score > limits[&s.repository]).count();
    let by = |from: usize, to: usize| {
        let inside = || injected.iter().zip(&at_one).filter(|(s, _)| (from..to).contains(&s.commits));
        Rate::new(inside().filter(|(_, found)| **found).count(), inside().count())
    };
    let (mut ln_injected, mut ln_honest) = (Vec::new(), Vec::new());
    for repository in &repositories {
        let (slope, intercept) = logistic(&outside(injected, *repository), &outside(honest, *repository));
        let ln = |s: &Scored| slope * s.score + intercept;
        ln_injected.extend(injected.iter().filter(|s| s.repository == *repository).map(ln));
        ln_honest.extend(honest.iter().filter(|s| s.repository == *repository).map(ln));
    }
    Scenario {
        name: name.to_owned(),
        question: question.name(),
        injected: injected.len(),
        honest: honest.len(),
        power: powers,
        realised: Rate::new(realised, honest.len()),
        by_commits: [by(100, 200), by(200, 500), by(500, usize::MAX)],
        cllr: cllr(&ln_injected, &ln_honest),
        fired: Rate::new(injected.iter().filter(|s| s.fired).count(), injected.len()),
    }
}
