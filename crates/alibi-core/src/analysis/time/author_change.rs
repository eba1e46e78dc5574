//! Detects a change of author behind one account: several habits, such as message style and signing, change at one
//! point. The test can detect a change, but never identifies the new author.

use super::clock::{Clock, Moment, Timeline};
use super::reading::Reading;
use alibi_git::history::MessageStyle;
use statrs::function::gamma::ln_gamma;
use std::collections::BTreeMap;

/// Maximum number of commits compared before a point, and after it.
pub(super) const BEFORE: usize = 200;
pub(super) const AFTER: usize = 20;

/// Minimum number of commits on each side of a point.
pub(super) const MIN: usize = 15;

/// Number of channels: those of the message style, whether a commit is signed, whether it was committed as written, the
/// type of the first changed file (one of the contributor's three most common types, or another type), and the number
/// of changed files.
const CHANNELS: usize = MessageStyle::CHANNELS.len() + OTHERS.len();

/// The channels that do not come from the message, with the number of values of each.
const OTHERS: [(&str, usize); 4] =
    [("signing", 2), ("committed as written", 2), ("kind of file", 4), ("number of files", 4)];

/// Maximum number of values of a channel.
const VALUES: usize = 4;

/// How much one person's habits vary: the concentration of the Dirichlet priors, in commits.
const CONCENTRATION: f64 = 1.0;

/// The values of one commit, by channel.
type Values = [u8; CHANNELS];

/// Number of commits per value of each channel.
type Counts = [[u16; VALUES]; CHANNELS];

/// A point at which the author's habits seem to change.
#[derive(Clone, PartialEq, Debug)]
pub struct AuthorChange {
    /// Index in the timeline of the first commit after the change.
    pub at: usize,
    /// Natural logarithm of the Bayes factor: two authors against one.
    pub ln_bf: f64,
    /// The highest value of `ln_bf` at a point some distance away. If it is also high, the author's habits always vary.
    pub next_best: f64,
    /// The channels that contribute most, strongest first, with the natural logarithms of their Bayes factors.
    pub channels: Vec<(&'static str, f64)>,
    /// Number of commits compared before the change, and after it.
    pub compared: (usize, usize),
}

/// Finds the point at which habits change most.
///
/// For each channel the Bayes factor is DM(c₁) · DM(c₂) / DM(c₁ + c₂), where DM is the Dirichlet-multinomial
/// probability of the counts before and after. The logarithms of the channels are added.
pub fn author_change(timeline: &Timeline) -> Reading<AuthorChange> {
    let made: Vec<usize> = (0..timeline.moments.len())
        .filter(|&i| !matches!(timeline.moments[i].clock, Clock::Web | Clock::Merge | Clock::Unknown))
        .collect();
    if made.len() < 2 * MIN {
        return Reading::Insufficient(format!("{} own commits; {} are needed", made.len(), 2 * MIN));
    }
    let kinds = kinds(made.iter().map(|&i| &timeline.moments[i]));
    let values: Vec<Values> = made.iter().map(|&i| values(&timeline.moments[i], &kinds)).collect();
    let priors = Priors::new(&values);
    let mut scores: Vec<(f64, usize)> = Vec::with_capacity(values.len());
    let (mut before, mut after) = sides(&values, MIN, AFTER);
    for at in MIN..=values.len() - MIN {
        if at > MIN {
            // Move one commit from the window after the point to the window before it; the oldest commit leaves, and a
            // new one enters.
            shift(&mut before, &values[at - 1], 1);
            shift(&mut after, &values[at - 1], -1);
            if at > BEFORE {
                shift(&mut before, &values[at - 1 - BEFORE], -1);
            }
            if let Some(next) = values.get(at + AFTER - 1) {
                shift(&mut after, next, 1);
            }
        }
        scores.push((priors.bayes_factors(&before, &after).iter().sum(), at));
    }
    let Some(&(ln_bf, at)) = scores.iter().reduce(|a, b| if b.0 > a.0 { b } else { a }) else {
        return Reading::Insufficient("no commits to compare".into());
    };
    let apart = |other: usize| other.abs_diff(at) > 2 * AFTER;
    let next_best = scores.iter().filter(|(_, other)| apart(*other)).map(|(s, _)| *s).fold(0.0, f64::max);
    let (before, after) = sides(&values, at, AFTER);
    let names = MessageStyle::CHANNELS.iter().map(|c| c.0).chain(OTHERS.map(|c| c.0));
    let mut channels: Vec<(&str, f64)> = names.zip(priors.bayes_factors(&before, &after)).collect();
    channels.retain(|(_, ln)| *ln > 1.0);
    channels.sort_by(|a, b| b.1.total_cmp(&a.1));
    let compared = (at.min(BEFORE), (values.len() - at).min(AFTER));
    Reading::Tested(AuthorChange { at: made[at], ln_bf, next_best, channels, compared })
}

/// Returns how much the last `n` commits differ from the commits before them, less the usual difference of earlier
/// stretches of the same length: similar commits come in series, and the habits of one author may always vary. This
/// measures how soon a change is detected.
pub fn last_commits_change(timeline: &Timeline, n: usize) -> Option<f64> {
    let made: Vec<&Moment> =
        timeline.moments.iter().filter(|m| !matches!(m.clock, Clock::Web | Clock::Merge | Clock::Unknown)).collect();
    let at = made.len().checked_sub(n).filter(|at| *at >= MIN)?;
    let kinds = kinds(made[..at].iter().copied());
    let values: Vec<Values> = made.iter().map(|m| values(m, &kinds)).collect();
    // The prior must not include the stretch under test.
    let priors = Priors::new(&values[..at]);
    let change = |at: usize| {
        let (before, after) = sides(&values[..at + n], at, n);
        priors.bayes_factors(&before, &after).iter().sum::<f64>()
    };
    let mut earlier: Vec<f64> =
        (1..).map(|k| at.saturating_sub(k * n)).take_while(|at| *at >= MIN).map(change).collect();
    earlier.sort_by(f64::total_cmp);
    let usual = earlier.get(earlier.len() * USUAL / 100).copied().unwrap_or(0.0);
    Some(change(at) - usual)
}

/// The percentile of the differences of earlier stretches that counts as usual.
const USUAL: usize = 90;

/// The three file types that a contributor changes most often.
fn kinds<'m>(moments: impl Iterator<Item = &'m Moment>) -> Vec<u16> {
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    moments.for_each(|m| *counts.entry(m.tool.file_kind).or_default() += 1);
    let mut kinds: Vec<(usize, u16)> = counts.into_iter().map(|(kind, n)| (n, kind)).collect();
    kinds.sort_unstable_by(|a, b| b.cmp(a));
    kinds.into_iter().take(3).map(|(_, kind)| kind).collect()
}

fn values(moment: &Moment, kinds: &[u16]) -> Values {
    let mut values = [0; CHANNELS];
    let (shape, others) = values.split_at_mut(MessageStyle::CHANNELS.len());
    shape.copy_from_slice(&moment.tool.style.values());
    others[0] = u8::from(moment.tool.key > 0);
    others[1] = u8::from(moment.in_one_act);
    others[2] = kinds.iter().position(|kind| *kind == moment.tool.file_kind).unwrap_or(3) as u8;
    others[3] = moment.tool.files;
    values
}

fn shift(counts: &mut Counts, value: &Values, by: i16) {
    for (channel, value) in counts.iter_mut().zip(value) {
        let n = &mut channel[usize::from(*value)];
        *n = n.saturating_add_signed(by);
    }
}

fn count(values: &[Values]) -> Counts {
    let mut counts = Counts::default();
    values.iter().for_each(|value| shift(&mut counts, value, 1));
    counts
}

fn sides(values: &[Values], at: usize, after: usize) -> (Counts, Counts) {
    (count(&values[at.saturating_sub(BEFORE)..at]), count(&values[at..(at + after).min(values.len())]))
}

/// Maximum number of commits counted together.
const COUNTED: usize = BEFORE + AFTER;

/// The Dirichlet priors of all channels, with lnΓ(α + n) − lnΓ(α) for every n that occurs.
struct Priors {
    each: Vec<[Vec<f64>; VALUES]>,
    sums: Vec<Vec<f64>>,
}

impl Priors {
    /// Computes the prior of each channel from the smoothed share of each value among the given commits, so that values
    /// that are common throughout do not suggest a change.
    fn new(values: &[Values]) -> Priors {
        let mut totals = [[0.0f64; VALUES]; CHANNELS];
        for value in values {
            for (channel, value) in totals.iter_mut().zip(value) {
                channel[usize::from(*value)] += 1.0;
            }
        }
        let rising = |alpha: f64| -> Vec<f64> {
            if alpha <= 0.0 {
                return vec![0.0; COUNTED + 1];
            }
            (0..=COUNTED).map(|n| ln_gamma(alpha + n as f64) - ln_gamma(alpha)).collect()
        };
        let (mut each, mut sums) = (Vec::new(), Vec::new());
        for (channel, counts) in totals.iter().enumerate() {
            let known = match MessageStyle::CHANNELS.get(channel) {
                Some((_, known)) => usize::from(*known),
                None => OTHERS[channel - MessageStyle::CHANNELS.len()].1,
            };
            let total = values.len() as f64 + known as f64;
            let alpha = |value: usize| if value < known { CONCENTRATION * (counts[value] + 1.0) / total } else { 0.0 };
            each.push(std::array::from_fn(|value| rising(alpha(value))));
            sums.push(rising((0..VALUES).map(alpha).sum()));
        }
        Priors { each, sums }
    }

    /// Returns the natural logarithm of DM(before) · DM(after) / DM(before + after) for each channel.
    fn bayes_factors(&self, before: &Counts, after: &Counts) -> [f64; CHANNELS] {
        std::array::from_fn(|channel| {
            let dm = |counts: [usize; VALUES]| {
                let each = counts.iter().zip(&self.each[channel]).map(|(&n, rising)| rising[n.min(COUNTED)]);
                each.sum::<f64>() - self.sums[channel][counts.iter().sum::<usize>().min(COUNTED)]
            };
            let (b, a) = (before[channel].map(usize::from), after[channel].map(usize::from));
            dm(b) + dm(a) - dm(std::array::from_fn(|value| b[value] + a[value]))
        })
    }
}
