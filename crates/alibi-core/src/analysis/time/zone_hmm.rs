//! Finds the zones that explain a contributor's offsets over time: a hidden Markov model over classes of tz database
//! zones.

use super::clock::{Moment, Timeline};
use super::reading::Reading;
use super::zones::{ClassId, Zones, local_day};

/// Probability of an offset that no zone explains.
const STRAY: f64 = 0.005;

/// Probability of `+0000` in any zone, as containers and servers record it.
const UTC_SHOWN: f64 = 0.03;

/// Number of possible stray offsets.
const OFFSETS: f64 = 38.0;

/// Time constant of a stay, in days: the probability of staying falls by a factor of e in this time.
const STAY_DAYS: f64 = 120.0;

/// Minimum time assumed between two observations of a clock, in days, so that two observations on one day can differ.
const MIN_GAP: f64 = 1.0 / 24.0;

/// Maximum number of zones for one contributor, and of candidates for each further zone.
const MAX_ZONES: usize = 8;
const TRIED: usize = 6;

/// A stay in another zone is a journey if the contributor returns to the home zone within this many days.
const JOURNEY_DAYS: i64 = 90;

/// A stay of fewer days than this that is followed by another zone is a stopover.
const SETTLED_DAYS: i64 = 21;

/// Minimum number of observations, counted once per day and offset, before zones are reported.
pub(super) const MIN_DAYS: usize = 10;

/// One observation of a clock: an offset, and the time of the first commit of the day that has it.
#[derive(Clone, Copy, Debug)]
struct Look {
    seconds: i64,
    offset: i32,
}

/// The kind of a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SegmentKind {
    /// The home zone: the first home, or the current home again after a journey.
    Stay,
    /// A new zone, with no return to the previous one soon after: the contributor moved.
    Move,
    /// A journey out and back, or a stopover.
    Trip,
}

impl SegmentKind {
    /// The kind as one word.
    pub fn word(self) -> &'static str {
        match self {
            SegmentKind::Stay => "stay",
            SegmentKind::Move => "move",
            SegmentKind::Trip => "trip",
        }
    }
}

/// A period in which one zone class explains the offsets.
#[derive(Clone, PartialEq, Debug)]
pub struct Segment {
    /// The class.
    pub class: ClassId,
    /// The first observation, in seconds since 1970, UTC.
    pub from: i64,
    /// The last observation, in seconds since 1970, UTC.
    pub to: i64,
    /// Number of observations, counted once per day and offset.
    pub days: usize,
    /// The kind.
    pub kind: SegmentKind,
}

/// The zones that best explain a contributor's offsets.
#[derive(Clone, PartialEq, Debug)]
pub struct ZonePath {
    /// The segments, oldest first; never empty.
    pub segments: Vec<Segment>,
    /// Number of observations that their segment does not explain, counted once per day and offset.
    pub stray: usize,
    /// The home class from each date on, ignoring journeys; never empty.
    homes: Vec<(i64, ClassId)>,
}

impl ZonePath {
    /// The home class at a moment, ignoring journeys.
    pub fn home(&self, seconds: i64) -> ClassId {
        let next = self.homes.partition_point(|home| home.0 <= seconds);
        self.homes[next.saturating_sub(1)].1
    }

    /// The segment at a moment; before the first one begins, the first.
    pub fn segment(&self, seconds: i64) -> &Segment {
        let next = self.segments.partition_point(|s| s.from <= seconds);
        &self.segments[next.saturating_sub(1)]
    }
}

/// Finds the zones that explain a contributor's offsets. Only offsets from the author's own clock count.
///
/// The model is a hidden Markov model. At each observation, a zone emits its own offset with probability 1 − ε − η,
/// `+0000` with probability η (`UTC_SHOWN`), and each other offset with probability ε / 38 (ε is `STRAY`, 38 is
/// `OFFSETS`). The probability of staying in a zone for a time Δt is exp(−Δt / 120 days). Each further zone costs
/// ½ ln(observations), as in the Bayesian information criterion, plus ln(classes) for the choice among all classes.
pub fn zone_path(timeline: &Timeline) -> Reading<ZonePath> {
    let looks = thinned(looks(timeline.kept()));
    if looks.len() < MIN_DAYS {
        return Reading::Insufficient(format!("own offsets on {} days; {MIN_DAYS} are needed", looks.len()));
    }
    let zones = Zones::get();
    let shown: Vec<Vec<i16>> = zones
        .classes
        .iter()
        .map(|class| {
            let mut walk = class.walk();
            looks.iter().map(|look| walk.offset(look.seconds)).collect()
        })
        .collect();
    let explains = |class: usize, i: usize| i32::from(shown[class][i]) == looks[i].offset;
    let penalty = 0.5 * (looks.len() as f64).ln() + (zones.classes.len() as f64).ln();
    let count = |class: usize| (0..looks.len()).filter(|&i| explains(class, i)).count();
    let counts: Vec<usize> = (0..zones.classes.len()).map(count).collect();
    // Among classes that explain equally many observations, prefer the class with the most zones.
    let common = |c: usize| zones.classes[c].zones;
    let first = (0..counts.len()).rev().max_by_key(|&c| (counts[c], common(c))).unwrap_or(0);
    let mut chosen = vec![first];
    let mut best = viterbi(&looks, &chosen, &shown);
    while chosen.len() < MAX_ZONES {
        let left: Vec<usize> = (0..looks.len())
            .filter(|&i| !explains(chosen[usize::from(best.states[i])], i) && looks[i].offset != 0)
            .collect();
        if left.len() < 2 {
            break;
        }
        let mut candidates: Vec<(usize, usize)> = (0..zones.classes.len())
            .filter(|c| !chosen.contains(c))
            .map(|c| (left.iter().filter(|&&i| explains(c, i)).count(), c))
            .filter(|&(explained, _)| explained > 1)
            .collect();
        // Among classes that explain equally many of the remaining observations, prefer the class that explains more of
        // all observations.
        candidates
            .sort_by(|a, b| (b.0, counts[b.1], common(b.1)).cmp(&(a.0, counts[a.1], common(a.1))).then(a.1.cmp(&b.1)));
        candidates.dedup_by_key(|c| (c.0, counts[c.1]));
        let tried = candidates.iter().take(TRIED).map(|&(_, class)| {
            let with: Vec<usize> = chosen.iter().copied().chain([class]).collect();
            let found = viterbi(&looks, &with, &shown);
            (with, found)
        });
        let Some((with, found)) = tried.reduce(|a, b| if b.1.ln > a.1.ln { b } else { a }) else { break };
        if found.ln - best.ln <= penalty {
            break;
        }
        (chosen, best) = (with, found);
    }
    let segments = segments(&looks, &best.states, &chosen);
    let stray = (0..looks.len()).filter(|&i| !explains(chosen[usize::from(best.states[i])], i)).count();
    // At least one segment is a stay.
    let settled = segments.iter().filter(|s| s.kind != SegmentKind::Trip);
    let homes = settled.map(|s| (s.from, s.class)).collect();
    Reading::Tested(ZonePath { segments, stray, homes })
}

/// One observation per day and offset, oldest first.
fn looks<'m>(kept: impl Iterator<Item = &'m Moment>) -> Vec<Look> {
    let mut looks: Vec<Look> = Vec::new();
    let mut today: (i64, Vec<i32>) = (i64::MIN, Vec::new());
    for moment in kept {
        let day = local_day(moment.seconds, 0);
        if day != today.0 {
            today = (day, Vec::new());
        }
        if !today.1.contains(&moment.offset) {
            today.1.push(moment.offset);
            looks.push(Look { seconds: moment.seconds, offset: moment.offset });
        }
    }
    looks
}

/// Maximum number of observations, enough for more than thirty years of days. Beyond it, only every n-th is kept. The
/// limit bounds the memory that a hostile history can use.
const MAX_LOOKS: usize = 16_384;

fn thinned(looks: Vec<Look>) -> Vec<Look> {
    let step = looks.len().div_ceil(MAX_LOOKS).max(1);
    if step == 1 { looks } else { looks.into_iter().step_by(step).collect() }
}

struct Found {
    ln: f64,
    /// The index, among the chosen classes, of the class at each observation.
    states: Vec<u8>,
}

fn viterbi(looks: &[Look], chosen: &[usize], shown: &[Vec<i16>]) -> Found {
    let states = chosen.len();
    let (hit, stray, utc) = ((1.0 - STRAY - UTC_SHOWN).ln(), (STRAY / OFFSETS).ln(), UTC_SHOWN.ln());
    let emit = |state: usize, i: usize| {
        let offset = looks[i].offset;
        if i32::from(shown[chosen[state]][i]) == offset {
            hit
        } else if offset == 0 {
            utc
        } else {
            stray
        }
    };
    let mut score: Vec<f64> = (0..states).map(|s| emit(s, 0) - (states as f64).ln()).collect();
    let mut from: Vec<u8> = Vec::with_capacity(looks.len() * states);
    for i in 1..looks.len() {
        let gap = ((looks[i].seconds - looks[i - 1].seconds) as f64 / 86_400.0).max(MIN_GAP);
        let stay = (-gap / STAY_DAYS).exp();
        let leave = ((1.0 - stay) / states as f64).ln();
        let remain = (stay + (1.0 - stay) / states as f64).ln();
        let top = (0..states).rev().max_by(|&a, &b| score[a].total_cmp(&score[b])).unwrap_or(0);
        let next = (0..states)
            .map(|s| {
                let (stays, comes) = (score[s] + remain, score[top] + leave);
                from.push(if stays >= comes { s } else { top } as u8);
                stays.max(comes) + emit(s, i)
            })
            .collect();
        score = next;
    }
    let last = (0..states).rev().max_by(|&a, &b| score[a].total_cmp(&score[b])).unwrap_or(0);
    let mut path = vec![last as u8; looks.len()];
    for i in (1..looks.len()).rev() {
        path[i - 1] = from[(i - 1) * states + usize::from(path[i])];
    }
    Found { ln: score[last], states: path }
}

fn segments(looks: &[Look], states: &[u8], chosen: &[usize]) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for (look, state) in looks.iter().zip(states) {
        let class = ClassId(chosen[usize::from(*state)] as u16);
        match segments.last_mut() {
            Some(last) if last.class == class => {
                last.to = look.seconds;
                last.days += 1;
            }
            _ => {
                let (from, to) = (look.seconds, look.seconds);
                segments.push(Segment { class, from, to, days: 1, kind: SegmentKind::Move });
            }
        }
    }
    // Number of observations of a class around a segment. Home is the class observed more often.
    let observed = |segments: &[Segment], i: usize, class: ClassId| -> usize {
        let near = JOURNEY_DAYS * 86_400;
        let start = segments.partition_point(|s| s.to < segments[i].from - near);
        let around = segments[start..].iter().take_while(|s| s.from <= segments[i].to + near);
        around.filter(|s| s.class == class).map(|s| s.days).sum()
    };
    // The first observations may come from a journey.
    let begun = segments.partition_point(|s| s.from <= segments[0].from + JOURNEY_DAYS * 86_400);
    let mut home = (0..begun).rev().max_by_key(|&i| observed(&segments, 0, segments[i].class)).unwrap_or(0);
    for segment in &mut segments[..=home] {
        segment.kind = SegmentKind::Trip;
    }
    let settled = segments[home].class;
    segments.iter_mut().take(home + 1).filter(|s| s.class == settled).for_each(|s| s.kind = SegmentKind::Stay);
    for i in home + 1..segments.len() {
        // Out and back, perhaps via other places.
        let back = segments[i + 1..]
            .iter()
            .take_while(|s| s.from - segments[i].from <= JOURNEY_DAYS * 86_400)
            .any(|s| s.class == segments[home].class);
        let short = segments[i].to - segments[i].from < SETTLED_DAYS * 86_400 && i + 1 < segments.len();
        if segments[i].class == segments[home].class {
            segments[i].kind = SegmentKind::Stay;
        } else if (back || short)
            && observed(&segments, i, segments[i].class) <= observed(&segments, i, segments[home].class)
        {
            segments[i].kind = SegmentKind::Trip;
        } else {
            home = i;
        }
    }
    segments
}
