//! Which zones explain a contributor's offsets, and when: a hidden Markov model over the classes of the tz database.

use super::Reading;
use super::clock::{Moment, Timeline};
use super::zones::{ClassId, Zones, local_day};

/// How often an offset is shown that no zone explains.
const STRAY: f64 = 0.005;

/// How often a clock shows `+0000` whatever the zone: containers, servers.
const UTC_SHOWN: f64 = 0.03;

/// How many offsets a stray one can be.
const OFFSETS: f64 = 38.0;

/// How long a zone is kept, in days: the probability to stay falls by e in this time.
const STAY_DAYS: f64 = 120.0;

/// Between two looks at a clock at least this much time passes, in days, so that two on one day can differ.
const LEAST_GAP: f64 = 1.0 / 24.0;

/// At most this many zones are taken for one contributor's, and this many are tried for each further one.
const MOST_ZONES: usize = 8;
const TRIED: usize = 6;

/// A stay in another zone is a journey if it ends where it began within so many days.
const JOURNEY_DAYS: i64 = 90;

/// Who stays for fewer days and goes on is passing through.
const SETTLED_DAYS: i64 = 21;

/// Days on which a clock must have been seen for a zone to be spoken of.
pub(super) const LEAST_DAYS: usize = 10;

/// A clock seen on a day: the first commit's moment, and the offset.
#[derive(Clone, Copy, Debug)]
struct Look {
    seconds: i64,
    offset: i32,
}

/// What a stretch of a path is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SegmentKind {
    /// Where the contributor's clock was when it was first seen.
    Stay,
    /// A new zone, without a return soon after: somebody moved.
    Move,
    /// Out and back.
    Trip,
}

impl SegmentKind {
    /// The kind in a word.
    pub fn word(self) -> &'static str {
        match self {
            SegmentKind::Stay => "stay",
            SegmentKind::Move => "move",
            SegmentKind::Trip => "trip",
        }
    }
}

/// A stretch of time in which one class of zones explains the offsets.
#[derive(Clone, PartialEq, Debug)]
pub struct Segment {
    /// The class.
    pub class: ClassId,
    /// From when, in seconds since 1970, UTC.
    pub from: i64,
    /// Until when.
    pub to: i64,
    /// On how many days its clock was seen.
    pub days: usize,
    /// What it is.
    pub kind: SegmentKind,
}

/// The zones that explain a contributor's offsets best.
#[derive(Clone, PartialEq, Debug)]
pub struct ZonePath {
    /// The stretches, oldest first; never empty.
    pub segments: Vec<Segment>,
    /// How many looks at a clock no stretch explains: days, counted once for each offset shown on them.
    pub stray: usize,
    /// From when on which class is at home, journeys looked through; never empty.
    homes: Vec<(i64, ClassId)>,
}

impl ZonePath {
    /// The class at home at a moment: journeys are looked through.
    pub fn home(&self, seconds: i64) -> ClassId {
        let next = self.homes.partition_point(|home| home.0 <= seconds);
        self.homes[next.saturating_sub(1)].1
    }

    /// The stretch at a moment; the first one before it begins.
    pub fn segment(&self, seconds: i64) -> &Segment {
        let next = self.segments.partition_point(|s| s.from <= seconds);
        &self.segments[next.saturating_sub(1)]
    }
}

/// Finds the path. Offsets that are missing, another's or a forge's do not count.
///
/// A hidden Markov model: on each look at the clock, a zone shows its offset with probability 1 − ε − η, `+0000` with η,
/// any other with ε / 38; the probability to stay is exp(−Δt / 120 days). A further zone costs ½ ln(looks) + ln(classes),
/// the Bayesian information criterion with the choice among all classes.
pub fn zone_path(timeline: &Timeline) -> Reading<ZonePath> {
    let looks = thinned(looks(timeline.kept()));
    if looks.len() < LEAST_DAYS {
        return Reading::Insufficient(format!(
            "offsets of the contributor's own on {} days; {LEAST_DAYS} are needed",
            looks.len()
        ));
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
    // Of classes that explain as much, the one that most zones follow.
    let common = |c: usize| zones.classes[c].zones;
    let first = (0..counts.len()).rev().max_by_key(|&c| (counts[c], common(c))).unwrap_or(0);
    let mut chosen = vec![first];
    let mut best = viterbi(&looks, &chosen, &shown);
    while chosen.len() < MOST_ZONES {
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
        // Of classes that explain as much of what is left, the one that also explains more of the rest.
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
    // One stretch at least is a stay.
    let settled = segments.iter().filter(|s| s.kind != SegmentKind::Trip);
    let homes = settled.map(|s| (s.from, s.class)).collect();
    Reading::Tested(ZonePath { segments, stray, homes })
}

/// One look for each day and offset, oldest first.
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

/// Of more looks than this only every so many are taken: thirty years of days are fewer, and a made-up history must not
/// take memory without bound.
const MOST_LOOKS: usize = 16_384;

fn thinned(looks: Vec<Look>) -> Vec<Look> {
    let step = looks.len().div_ceil(MOST_LOOKS).max(1);
    if step == 1 { looks } else { looks.into_iter().step_by(step).collect() }
}

struct Found {
    ln: f64,
    /// The place, among the chosen classes, of the one at each look.
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
        let gap = ((looks[i].seconds - looks[i - 1].seconds) as f64 / 86_400.0).max(LEAST_GAP);
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
    // Days on which each class is seen around a stretch: home is where somebody is more.
    let seen = |segments: &[Segment], i: usize, class: ClassId| -> usize {
        let near = JOURNEY_DAYS * 86_400;
        let start = segments.partition_point(|s| s.to < segments[i].from - near);
        let around = segments[start..].iter().take_while(|s| s.from <= segments[i].to + near);
        around.filter(|s| s.class == class).map(|s| s.days).sum()
    };
    // Whichever clock is seen first may be a journey's.
    let begun = segments.partition_point(|s| s.from <= segments[0].from + JOURNEY_DAYS * 86_400);
    let mut home = (0..begun).rev().max_by_key(|&i| seen(&segments, 0, segments[i].class)).unwrap_or(0);
    for segment in &mut segments[..=home] {
        segment.kind = SegmentKind::Trip;
    }
    let settled = segments[home].class;
    segments.iter_mut().take(home + 1).filter(|s| s.class == settled).for_each(|s| s.kind = SegmentKind::Stay);
    for i in home + 1..segments.len() {
        // Out and back, perhaps by way of other places.
        let back = segments[i + 1..]
            .iter()
            .take_while(|s| s.from - segments[i].from <= JOURNEY_DAYS * 86_400)
            .any(|s| s.class == segments[home].class);
        let short = segments[i].to - segments[i].from < SETTLED_DAYS * 86_400 && i + 1 < segments.len();
        if segments[i].class == segments[home].class {
            segments[i].kind = SegmentKind::Stay;
        } else if (back || short) && seen(&segments, i, segments[i].class) <= seen(&segments, i, segments[home].class) {
            segments[i].kind = SegmentKind::Trip;
        } else {
            home = i;
        }
    }
    segments
}
