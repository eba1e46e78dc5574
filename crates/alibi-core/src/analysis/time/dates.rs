//! Detects dates that a script generated. The dates of human work are irregular in a characteristic way.

use super::clock::{Clock, Timeline};
use super::reading::Reading;
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Minimum number of commits for the seconds-of-the-minute test, and of gaps for the other tests.
const MIN_SECONDS: usize = 120;
const MIN_GAPS: usize = 50;

/// Statistics of a contributor's dates.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Dates {
    /// −log₁₀ of the probability that the seconds of the minute are this uneven by chance (χ² with 59 degrees of
    /// freedom); zero below the minimum sample.
    pub uneven: f64,
    /// The share of commits that fall on the most frequent second of the minute.
    pub commonest_second: f64,
    /// The burstiness of the gaps, (σ − μ) / (σ + μ) (Goh and Barabási, 2008): −1 for a regular beat, 0 for random
    /// dates, towards 1 for the bursts of human work.
    pub burstiness: f64,
    /// The share of gaps of less than ten minutes.
    pub quick: f64,
    /// Number of gaps in the longest run of equal gaps. Gaps of less than a minute do not count.
    pub same_gap: usize,
    /// The share of commits in the seven consecutive hours of the day (UTC) with the fewest. Low for people, who rarely
    /// commit at night; high for random dates.
    pub at_night: f64,
    /// Commits per active day.
    pub per_day: f64,
}

/// The kind of regularity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Regular {
    /// Too many commits at one second of the minute.
    Seconds,
    /// The same gap between many consecutive commits.
    Beat,
    /// Dates that are spread evenly, without bursts.
    Spread,
}

/// Computes date statistics from commits with the author's own clock or without an offset.
pub fn machine_made(timeline: &Timeline) -> Reading<Dates> {
    let at: Vec<i64> =
        timeline.moments.iter().filter(|m| matches!(m.clock, Clock::Own | Clock::Missing)).map(|m| m.seconds).collect();
    if at.len() <= MIN_GAPS {
        return Reading::Insufficient(format!("{} own commits; {} are needed", at.len(), MIN_GAPS + 1));
    }
    let mut counts = [0usize; 60];
    at.iter().for_each(|s| counts[s.rem_euclid(60) as usize] += 1);
    let expected = at.len() as f64 / 60.0;
    let chi: f64 = counts.iter().map(|&n| (n as f64 - expected).powi(2) / expected).sum();
    let uneven = match ChiSquared::new(59.0) {
        Ok(distribution) if at.len() >= MIN_SECONDS => -distribution.sf(chi).max(1e-300).log10(),
        _ => 0.0,
    };
    let mut hours = [0usize; 24];
    at.iter().for_each(|s| hours[(s.rem_euclid(86_400) / 3_600) as usize] += 1);
    let night = (0..24).map(|start| (0..7).map(|i| hours[(start + i) % 24]).sum::<usize>()).min().unwrap_or(0);
    let mut days: Vec<i64> = at.iter().map(|s| s.div_euclid(86_400)).collect();
    days.dedup();
    let gaps: Vec<f64> = at.windows(2).map(|p| (p[1] - p[0]) as f64).collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let spread = (gaps.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / gaps.len() as f64).sqrt();
    let (mut run, mut same_gap) = (1, 1);
    for pair in gaps.windows(2) {
        // Gaps of less than a minute do not count: a rebase creates commits a second apart.
        run = if pair[0] == pair[1] && pair[0] >= 60.0 { run + 1 } else { 1 };
        same_gap = same_gap.max(run);
    }
    Reading::Tested(Dates {
        uneven,
        commonest_second: counts.iter().max().copied().unwrap_or(0) as f64 / at.len() as f64,
        burstiness: if spread + mean > 0.0 { (spread - mean) / (spread + mean) } else { 0.0 },
        quick: gaps.iter().filter(|g| **g < 600.0).count() as f64 / gaps.len() as f64,
        same_gap,
        at_night: night as f64 / at.len() as f64,
        per_day: at.len() as f64 / days.len() as f64,
    })
}
