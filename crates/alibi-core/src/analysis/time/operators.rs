//! Detects two operators of one account: sessions with different tools also differ by time of day, and alternate.

use super::clock::Timeline;
use super::reading::Reading;
use super::rhythm::wrap;
use super::sessions::{Session, gather};
use super::zones::local_second;
use alibi_git::history::MessageStyle;
use std::collections::BTreeMap;
use std::f64::consts::TAU;

/// Minimum number of sessions, in total and in each of the two groups.
const MIN_SESSIONS: usize = 60;
const MIN_GROUP: usize = 20;

/// Maximum number of sessions to examine; only the latest ones are kept.
const MAX_SESSIONS: usize = 5_000;

/// Number of channels of a session: those of the style of its first message, the identity and the key. The offset is
/// excluded, since a traveller has another offset and works at other hours of UTC.
const CHANNELS: usize = MessageStyle::CHANNELS.len() + 2;

/// Maximum number of values of a channel. Only the most frequent identities and keys are distinguished; the others
/// count as one value.
const VALUES: usize = 6;

/// Maximum number of iterations of expectation maximisation, and the minimum probability with which a session must
/// belong to a group.
const STEPS: usize = 40;
const CERTAIN: f64 = 0.9;

/// Number of permutations in which whole weeks swap groups, to measure how far apart two groups lie by chance.
const PERMUTATIONS: usize = 499;

/// Groups closer than this, in hours, are not examined further.
const MIN_HOURS: f64 = 1.5;

/// Two groups of sessions.
#[derive(Clone, PartialEq, Debug)]
pub struct Operators {
    /// How much better two sets of message styles explain the groups than one set does: half the difference of the
    /// Bayesian information criterion, as a natural logarithm. Identity and key are excluded, since one person may use
    /// a work address and a private one.
    pub habits: f64,
    /// How often the groups alternate, relative to chance: 1 if mixed at random, near 0 if one group follows the other
    /// once.
    pub alternation: f64,
    /// Hours between the midpoints of the two groups' days, 0 to 12.
    pub hours: f64,
    /// The share of permutations of weeks in which the groups lie at least as far apart (Watson's U²); 1 if the groups
    /// are close together or do not alternate.
    pub p: f64,
    /// The length of each group's mean direction, 0 to 1: the strength of its daily rhythm.
    pub regularity: [f64; 2],
    /// Number of sessions in each group.
    pub sessions: [usize; 2],
    /// The first commit of each session, and the group of the session.
    pub groups: Vec<(alibi_git::history::CommitIdx, bool)>,
}

/// Tests for two operators.
pub fn operators(timeline: &Timeline) -> Reading<Operators> {
    // Commits without an offset are excluded, since their local hour is unknown.
    let mut sessions = gather(timeline.kept());
    // The latest sessions show the current situation, and the limit bounds the cost of a hostile history.
    sessions.drain(..sessions.len().saturating_sub(MAX_SESSIONS));
    if sessions.len() < MIN_SESSIONS {
        return Reading::Insufficient(format!("{} sessions; {MIN_SESSIONS} are needed", sessions.len()));
    }
    let rows = rows(&sessions);
    let (bic, by_habits) = split(&rows);
    let count = |groups: &[(usize, bool)], group: bool| groups.iter().filter(|(_, g)| *g == group).count();
    let enough = |groups: &Groups| [true, false].iter().all(|group| count(groups, *group) >= MIN_GROUP);
    // Split by all habits together, if two sets of habits explain the sessions better than one set, and by each
    // property of a workplace separately.
    let mut splits: Vec<Groups> = Vec::new();
    if bic > 0.0 {
        splits.push(certain_groups(&by_habits));
    }
    splits.extend(DESK.map(|channel| by_channel(&rows, channel)));
    splits.retain(enough);
    let weighed = splits.iter().map(|groups| weigh(&sessions, groups, habits_apart(&rows, groups)));
    let best = weighed.reduce(|a, b| if b.strength() > a.strength() { b } else { a });
    Reading::Tested(best.unwrap_or(Operators {
        habits: 0.0,
        alternation: 0.0,
        hours: 0.0,
        p: 1.0,
        regularity: [0.0; 2],
        sessions: [sessions.len(), 0],
        groups: Vec::new(),
    }))
}

/// Indices of sessions, with the group of each.
type Groups = Vec<(usize, bool)>;

/// Properties of a workplace: the identity and the key.
const DESK: [usize; 2] = [CHANNELS - 2, CHANNELS - 1];

/// Minimum alternation of two operators. Below it, one group follows the other.
const MIN_ALTERNATION: f64 = 0.3;

impl Operators {
    /// How much the groups look like two people: the hours between their days, weighted by the weaker daily rhythm.
    /// Zero if the distance may be chance, the groups do not alternate, or their habits do not differ.
    pub fn strength(&self) -> f64 {
        let plain = self.p > 0.02 || self.alternation < MIN_ALTERNATION || self.habits <= 0.0;
        if plain { 0.0 } else { self.hours * self.regularity[0].min(self.regularity[1]) }
    }
}

/// How much better two sets of habits explain these groups than one set does, by message style alone.
fn habits_apart(rows: &[[u8; CHANNELS]], groups: &Groups) -> f64 {
    let forms = CHANNELS - DESK.len();
    let mut gain = 0.0;
    for channel in 0..forms {
        let mut counts = [[0.0f64; VALUES]; 2];
        for (place, group) in groups {
            counts[usize::from(*group)][usize::from(rows[*place][channel])] += 1.0;
        }
        let ln = |counts: &[f64; VALUES]| {
            let total: f64 = counts.iter().sum();
            counts.iter().filter(|n| **n > 0.0).map(|n| n * (n / total).ln()).sum::<f64>()
        };
        let both: [f64; VALUES] = std::array::from_fn(|v| counts[0][v] + counts[1][v]);
        let used = both.iter().filter(|n| **n > 0.0).count().saturating_sub(1);
        gain += ln(&counts[0]) + ln(&counts[1]) - ln(&both) - 0.5 * used as f64 * (groups.len() as f64).ln();
    }
    gain
}

fn certain_groups(first: &[f64]) -> Groups {
    let certain = first.iter().enumerate().filter(|(_, p)| **p >= CERTAIN || **p <= 1.0 - CERTAIN);
    certain.map(|(i, p)| (i, *p >= CERTAIN)).collect()
}

/// Groups the sessions by the two most frequent values of a channel, which are 0 and 1 for the channels in [`DESK`].
fn by_channel(rows: &[[u8; CHANNELS]], channel: usize) -> Groups {
    rows.iter().enumerate().filter(|(_, row)| row[channel] < 2).map(|(i, row)| (i, row[channel] == 0)).collect()
}

/// The local second of the day at which a session begins. A journey shifts both the clock and the working hours, so
/// local hours stay comparable.
fn hour(session: &Session) -> i64 {
    session.moments.first().map_or(0, |m| local_second(m.seconds, m.offset))
}

/// Measures how far apart the days of two groups lie, and how they alternate.
fn weigh(sessions: &[Session], groups: &Groups, habits: f64) -> Operators {
    let count = |group: bool| groups.iter().filter(|(_, g)| *g == group).count();
    let counts = [count(true), count(false)];
    let runs = 1 + groups.windows(2).filter(|w| w[0].1 != w[1].1).count();
    let (a, b) = (counts[0] as f64, counts[1] as f64);
    let angle = |i: usize| hour(&sessions[i]) as f64 / 86_400.0 * TAU;
    let direction = |group: bool| {
        let angles = groups.iter().filter(|(_, g)| *g == group).map(|(i, _)| angle(*i));
        let (x, y, n) = angles.fold((0.0, 0.0, 0.0), |(x, y, n), t| (x + t.cos(), y + t.sin(), n + 1.0));
        (f64::atan2(y, x) / TAU * 24.0, (x * x + y * y).sqrt() / n)
    };
    let ((h1, r1), (h2, r2)) = (direction(true), direction(false));
    let hours = wrap(h1 - h2).abs();
    let alternation = runs as f64 / (2.0 * a * b / (a + b) + 1.0);
    Operators {
        habits,
        alternation,
        hours,
        p: if hours >= MIN_HOURS && alternation >= MIN_ALTERNATION { permuted(sessions, groups) } else { 1.0 },
        regularity: [r1, r2],
        sessions: counts,
        groups: groups.iter().map(|(i, group)| (sessions[*i].moments[0].commit, *group)).collect(),
    }
}

/// The channel values of each session.
fn rows(sessions: &[Session]) -> Vec<[u8; CHANNELS]> {
    fn ranks<T: Ord + Copy>(all: impl Iterator<Item = T>) -> BTreeMap<T, u8> {
        let mut counts: BTreeMap<T, usize> = BTreeMap::new();
        all.for_each(|value| *counts.entry(value).or_default() += 1);
        let mut order: Vec<(T, usize)> = counts.into_iter().collect();
        order.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        order.into_iter().enumerate().map(|(rank, (value, _))| (value, rank.min(VALUES - 1) as u8)).collect()
    }
    let firsts = || sessions.iter().map(|s| &s.moments[0]);
    let identities = ranks(firsts().map(|m| m.tool.identity));
    let keys = ranks(firsts().map(|m| m.tool.key));
    firsts()
        .map(|m| {
            let mut row = [0; CHANNELS];
            let shape = m.tool.style.values();
            row[..shape.len()].copy_from_slice(&shape);
            row[shape.len()] = identities[&m.tool.identity];
            row[shape.len() + 1] = keys[&m.tool.key];
            row
        })
        .collect()
}

/// Fits a mixture of two sets of habits by expectation maximisation, once from the split that each channel suggests,
/// and keeps the best fit. Returns the improvement over one set, and the probability that each session belongs to the
/// first set.
fn split(rows: &[[u8; CHANNELS]]) -> (f64, Vec<f64>) {
    let used: Vec<usize> = (0..CHANNELS).map(|c| rows.iter().map(|r| r[c]).max().map_or(0, usize::from)).collect();
    let one = fit(rows, &vec![1.0; rows.len()]).1;
    let extra = used.iter().sum::<usize>() + 1;
    let penalty = 0.5 * extra as f64 * (rows.len() as f64).ln();
    let mut best = (f64::NEG_INFINITY, vec![1.0; rows.len()]);
    for channel in (0..CHANNELS).filter(|c| used[*c] > 0) {
        let mut counts = [0usize; VALUES];
        rows.iter().for_each(|r| counts[usize::from(r[channel])] += 1);
        let commonest = (0..VALUES).rev().max_by_key(|v| counts[*v]).unwrap_or(0) as u8;
        let mut weights: Vec<f64> = rows.iter().map(|r| if r[channel] == commonest { 0.8 } else { 0.2 }).collect();
        let mut ln = f64::NEG_INFINITY;
        for _ in 0..STEPS {
            let (next, now) = step(rows, &weights);
            weights = next;
            if now - ln < 1e-3 {
                ln = now;
                break;
            }
            ln = now;
        }
        if ln > best.0 {
            best = (ln, weights);
        }
    }
    (best.0 - one - penalty, best.1)
}

type Habits = [[f64; VALUES]; CHANNELS];

/// The habits of sessions with these weights, as logarithms, and the log-likelihood of all rows under them.
fn fit(rows: &[[u8; CHANNELS]], weights: &[f64]) -> (Habits, f64) {
    let mut habits = [[0.5; VALUES]; CHANNELS];
    for (row, weight) in rows.iter().zip(weights) {
        for (channel, value) in habits.iter_mut().zip(row) {
            channel[usize::from(*value)] += weight;
        }
    }
    for channel in &mut habits {
        let total: f64 = channel.iter().sum();
        channel.iter_mut().for_each(|n| *n = (*n / total).ln());
    }
    let ln = rows.iter().map(|row| score(&habits, row)).sum();
    (habits, ln)
}

fn score(habits: &Habits, row: &[u8; CHANNELS]) -> f64 {
    habits.iter().zip(row).map(|(channel, value)| channel[usize::from(*value)]).sum()
}

fn step(rows: &[[u8; CHANNELS]], weights: &[f64]) -> (Vec<f64>, f64) {
    let rest: Vec<f64> = weights.iter().map(|w| 1.0 - w).collect();
    let (first, second) = (fit(rows, weights).0, fit(rows, &rest).0);
    let share = (weights.iter().sum::<f64>() / rows.len() as f64).clamp(0.01, 0.99);
    let mut ln = 0.0;
    let next = rows
        .iter()
        .map(|row| {
            let (a, b) = (share.ln() + score(&first, row), (1.0 - share).ln() + score(&second, row));
            let top = a.max(b);
            ln += top + ((a - top).exp() + (b - top).exp()).ln();
            1.0 / (1.0 + (b - a).exp())
        })
        .collect();
    (next, ln)
}

/// Returns the share of permutations with a Watson's U² at least as large as observed. In a permutation, each week
/// keeps its two groups or swaps them.
fn permuted(sessions: &[Session], groups: &[(usize, bool)]) -> f64 {
    const WEEK: i64 = 7 * 86_400;
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|&k| (hour(&sessions[groups[k].0]), k));
    let mut weeks: BTreeMap<i64, usize> = BTreeMap::new();
    for (i, _) in groups {
        let next = weeks.len();
        weeks.entry(sessions[*i].start().div_euclid(WEEK)).or_insert(next);
    }
    let week: Vec<usize> = groups.iter().map(|(i, _)| weeks[&sessions[*i].start().div_euclid(WEEK)]).collect();
    let mut swapped = vec![false; weeks.len()];
    let observed = watson(order.iter().map(|&k| groups[k].1));
    // A fixed seed, so that the same history gives the same result.
    let mut chance = fastrand::Rng::with_seed(0x000a_11b1);
    let mut as_large = 0;
    for _ in 0..PERMUTATIONS {
        swapped.iter_mut().for_each(|s| *s = chance.bool());
        as_large += usize::from(watson(order.iter().map(|&k| groups[k].1 != swapped[week[k]])) >= observed);
    }
    (as_large + 1) as f64 / (PERMUTATIONS + 1) as f64
}

/// Watson's two-sample U² of groups sorted by angle.
fn watson(groups: impl Iterator<Item = bool> + Clone) -> f64 {
    let (mut n1, mut n2) = (0.0, 0.0);
    groups.clone().for_each(|g| if g { n1 += 1.0 } else { n2 += 1.0 });
    if n1 == 0.0 || n2 == 0.0 {
        return 0.0;
    }
    let (mut f1, mut f2, mut sum, mut squares) = (0.0, 0.0, 0.0, 0.0);
    for group in groups {
        if group {
            f1 += 1.0 / n1
        } else {
            f2 += 1.0 / n2
        }
        let d: f64 = f1 - f2;
        sum += d;
        squares += d * d;
    }
    let n = n1 + n2;
    n1 * n2 / (n * n) * (squares - sum * sum / n)
}
