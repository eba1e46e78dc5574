//! Measures how much later a contributor's day is than most people's, by the recorded UTC offset.

use super::clock::{Moment, Timeline};
use super::episodes::is_home;
use super::reading::Reading;
use super::zone_hmm::ZonePath;
use super::zones::{local_day, local_second};
use std::collections::BTreeMap;
use std::f64::consts::PI;

/// Number of parts into which a day is divided.
pub const PARTS: usize = 48;

/// Minimum number of working days.
const MIN_DAYS: usize = 25;

/// Standard deviation of the phases of honest people, in hours, and the share of people whose days follow no pattern,
/// as measured on the repositories in `docs/calibration.md`.
const SPREAD_H: f64 = 2.1;
const NO_RULE: f64 = 0.02;

/// The length of a night, in parts of the day. The quietest stretch of this length counts as sleep.
const NIGHT: usize = 14;

/// The standard error of a phase over n days is this divided by √n, in hours.
const ERROR_H: f64 = 5.0;

/// Shares of a day's work in each part of the local day, over many people; they sum to one.
#[derive(Clone, PartialEq, Debug)]
pub struct PopulationDay(pub [f64; PARTS]);

impl PopulationDay {
    /// Creates a day from measured shares. If there are not exactly [`PARTS`] shares, the day is uniform.
    pub fn new(shares: &[f64]) -> PopulationDay {
        PopulationDay(shares.try_into().unwrap_or([1.0 / PARTS as f64; PARTS]))
    }
}

/// The phase of a contributor's day: how much later it is than most people's day.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Phase {
    /// Hours by which the day is later than most people's, −12 to 12.
    pub hours: f64,
    /// The standard error, in hours.
    pub error: f64,
    /// Number of working days.
    pub days: usize,
}

/// Returns the shares of a contributor's work in each part of the local day, and the number of days. Each day has the
/// same weight, however many commits it has.
pub fn shares<'m>(moments: impl Iterator<Item = &'m Moment>) -> ([f64; PARTS], usize) {
    let mut days: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for m in moments {
        let part = local_second(m.seconds, m.offset) as usize * PARTS / 86_400;
        days.entry(local_day(m.seconds, m.offset)).or_default().push(part);
    }
    let mut shares = [0.0; PARTS];
    for parts in days.values_mut() {
        // Several commits in one half hour count once.
        parts.sort_unstable();
        parts.dedup();
        for part in parts.iter() {
            shares[*part] += 1.0 / parts.len() as f64;
        }
    }
    let count = days.len();
    shares.iter_mut().for_each(|s| *s /= (count as f64).max(1.0));
    (shares, count)
}

/// The phase of a contributor's day against most people's, as the mean of two estimates. The first is the rotation that
/// brings the two days closest together, by the earth mover's distance on the circle (24/K · Σ|Dᵢ − median(D)| with D
/// the difference of the cumulative shares). The second is how much later the quietest seven hours are. The first uses
/// the whole day, but is misled by unusual days; the second uses only the night, which is similar for everyone.
///
/// If a path is known, only moments with home's offset count, so that two zones are not mixed.
pub fn phase(timeline: &Timeline, path: Option<&ZonePath>, population: &PopulationDay) -> Reading<Phase> {
    let (own, days) = shares(timeline.kept().filter(|m| path.is_none_or(|path| is_home(m, path))));
    if days < MIN_DAYS {
        return Reading::Insufficient(format!(
            "work on {days} days dated by the contributor's own clock; {MIN_DAYS} are needed"
        ));
    }
    if parts_worked(&own) < MIN_PARTS {
        let why = "nearly all work falls in a few hours of the day, so the night cannot be located";
        return Reading::Insufficient(why.into());
    }
    let turned = closest_turn(&own, &population.0);
    let slept = wrap(night(&own) - night(&population.0));
    // The circular mean.
    let hours = wrap(turned + wrap(slept - turned) / 2.0);
    Reading::Tested(Phase { hours, error: ERROR_H / (days as f64).sqrt(), days })
}

/// Work must be spread over at least this many half hours to locate the night: work in only a few hours is compatible
/// with any phase.
const MIN_PARTS: usize = 12;

/// Number of half hours that contain nine tenths of the work.
fn parts_worked(day: &[f64; PARTS]) -> usize {
    let mut sorted = *day;
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let held = sorted.iter().scan(0.0, |held, share| {
        *held += share;
        Some(*held)
    });
    held.take_while(|held| *held < 0.9).count() + 1
}

/// The rotation, in hours, that moves one day closest to the other.
fn closest_turn(own: &[f64; PARTS], other: &[f64; PARTS]) -> f64 {
    let mut costs = [0.0; PARTS];
    for (turn, cost) in costs.iter_mut().enumerate() {
        *cost = circular_distance(|i| own[(i + turn) % PARTS], other);
    }
    let best = (0..PARTS).rev().min_by(|&a, &b| costs[a].total_cmp(&costs[b])).unwrap_or(0);
    // Interpolate between parts with a parabola through the three lowest.
    let (left, low, right) = (costs[(best + PARTS - 1) % PARTS], costs[best], costs[(best + 1) % PARTS]);
    let bend = left - 2.0 * low + right;
    let between = if bend > 1e-9 { (0.5 * (left - right) / bend).clamp(-0.5, 0.5) } else { 0.0 };
    (best as f64 + between) * 24.0 / PARTS as f64
}

/// The midpoint of the quietest stretch of night length, in hours.
fn night(day: &[f64; PARTS]) -> f64 {
    let work = |start: usize| (0..NIGHT).map(|i| day[(start + i) % PARTS]).sum::<f64>();
    let quietest = (0..PARTS).map(work).fold(f64::INFINITY, f64::min);
    // If several stretches are equally quiet, take their circular mean.
    let (x, y) = (0..PARTS).filter(|&start| work(start) <= quietest + 1e-9).fold((0.0, 0.0), |(x, y), start| {
        let angle = start as f64 / PARTS as f64 * 2.0 * PI;
        (x + angle.cos(), y + angle.sin())
    });
    (f64::atan2(y, x) / (2.0 * PI) * 24.0).rem_euclid(24.0) + NIGHT as f64 * 12.0 / PARTS as f64
}

fn circular_distance(own: impl Fn(usize) -> f64, other: &[f64; PARTS]) -> f64 {
    let mut sums = [0.0; PARTS];
    let mut sum = 0.0;
    for i in 0..PARTS {
        sum += own(i) - other[i];
        sums[i] = sum;
    }
    let mut sorted = sums;
    sorted.sort_unstable_by(f64::total_cmp);
    let median = sorted[PARTS / 2];
    24.0 / PARTS as f64 * sums.iter().map(|d| (d - median).abs()).sum::<f64>()
}

/// Wraps hours to −12 to 12.
pub fn wrap(hours: f64) -> f64 {
    (hours + 12.0).rem_euclid(24.0) - 12.0
}

/// The probability density of an honest contributor's phase: a wrapped normal distribution, mixed with a uniform one
/// for people whose days follow no pattern.
fn density(hours: f64, error: f64) -> f64 {
    let variance = SPREAD_H * SPREAD_H + error * error;
    let normal = |x: f64| (-x * x / (2.0 * variance)).exp() / (2.0 * PI * variance).sqrt();
    let wrapped: f64 = (-2..=2).map(|turn| normal(hours + 24.0 * f64::from(turn))).sum();
    (1.0 - NO_RULE) * wrapped + NO_RULE / 24.0
}

/// The likelihood ratio, in decibans, for a true offset `shift` hours behind the recorded UTC offset. Positive if the
/// other offset makes the day more ordinary.
pub fn offset_against_rhythm(phase: &Phase, shift: f64) -> f64 {
    10.0 * (density(wrap(phase.hours - shift), phase.error) / density(phase.hours, phase.error)).log10()
}

/// The likelihood ratio, in decibans, for a true offset other than the recorded UTC offset: the mean over all shifts.
pub fn any_other_offset(phase: &Phase) -> f64 {
    10.0 * (1.0 / 24.0 / density(phase.hours, phase.error)).log10()
}
