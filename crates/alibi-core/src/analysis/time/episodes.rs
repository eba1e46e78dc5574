//! Splits a timeline into stretches with one offset and one classification, and finds stays that leave too little time
//! for a journey.

use super::clock::{Clock, Moment, Timeline};
use super::reading::Reading;
use super::zone_hmm::{SegmentKind, ZonePath};
use super::zones::{ClassId, Zones, local_day};
use rustc_hash::FxHashMap;

/// Travel speed, in kilometres per hour, and the fixed door-to-door overhead of each journey, in hours.
const SPEED_KMH: f64 = 900.0;
const DOOR_TO_DOOR_H: f64 = 2.0;

/// Minimum difference between two offsets, in minutes, for a journey to need a flight. Closer offsets may belong to
/// neighbouring zones.
pub const MIN_SHIFT: i32 = 180;

/// The duration of the longest journey, halfway around the earth, in hours. Longer gaps need no lookup.
const LONGEST_H: f64 = 25.0;

/// Tolerance for clocks that follow a seasonal change early or late, in seconds.
const SEASON_SLACK: i64 = 8 * 86_400;

/// Maximum duration of a brief stay, in seconds. A longer stay may be a journey of several days.
const BRIEF: i64 = 36 * 3_600;

/// The classification of an episode.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum EpisodeKind {
    /// At home or excluded, with the classification of the clock.
    Clock(Clock),
    /// Another zone: a journey or another machine.
    Away,
    /// A new home zone.
    Moved,
    /// Another zone, with too little time for the journey from home or back.
    Impossible,
}

impl EpisodeKind {
    /// Whether the episode consists of ordinary commits at home, which need no report.
    pub fn is_ordinary(self) -> bool {
        matches!(self, EpisodeKind::Moved | EpisodeKind::Clock(Clock::Own | Clock::Relayed))
    }

    /// The description in reports.
    pub fn words(self) -> &'static str {
        match self {
            EpisodeKind::Clock(clock) => clock.words(),
            EpisodeKind::Away => "journey or another machine",
            EpisodeKind::Moved => "moved",
            EpisodeKind::Impossible => "another clock, with too little time for a journey",
        }
    }
}

/// A stretch of commits with one offset and one classification.
#[derive(Clone, PartialEq, Debug)]
pub struct Episode {
    /// Indices in the timeline of the first and last moment of the episode.
    pub moments: std::ops::RangeInclusive<usize>,
    /// Minutes east of UTC.
    pub offset: i32,
    /// The classification.
    pub kind: EpisodeKind,
}

/// A stretch of commits dated by the author's own clock with an offset other than home's.
#[derive(Clone, PartialEq, Debug)]
pub struct Stay {
    /// Indices in the timeline of the first and last commit of the stay.
    pub moments: std::ops::RangeInclusive<usize>,
    /// Minutes east of UTC.
    pub offset: i32,
    /// Home's offset at that time.
    pub home: i32,
    /// Indices of the last commit at home before the stay and the first commit at home after it.
    pub beside: [Option<usize>; 2],
    /// Hours between the stay and the commits in `beside`; infinite without a commit.
    pub gaps: [f64; 2],
    /// The minimum travel time, in hours; `None` if the offsets may belong to neighbouring zones, if both gaps are long
    /// enough for any journey, or if either offset is used nowhere.
    pub journey: Option<f64>,
}

impl Stay {
    /// Whether the stay leaves too little time for a journey: going or returning would have taken longer than the time
    /// available.
    pub fn is_impossible(&self) -> bool {
        self.journey.is_some_and(|hours| self.gaps.iter().any(|gap| *gap < hours))
    }

    /// Distance from home's offset, in minutes.
    pub fn shift(&self) -> i32 {
        let shift = (self.offset - self.home).abs();
        shift.min(24 * 60 - shift)
    }
}

/// Stays elsewhere and what they have in common.
#[derive(Clone, PartialEq, Debug)]
pub struct Slips {
    /// All brief stays elsewhere, oldest first.
    pub brief: Vec<Stay>,
    /// Number of stays in `brief` that leave too little time for a journey.
    pub impossible: usize,
    /// Number of days with commits dated by the contributor's own clock.
    pub days: usize,
    /// The class whose offsets at the time match the most impossible stays or, in a tie, the most other stays far from
    /// home.
    pub fits: Option<ClassId>,
    /// Number of impossible stays that the class explains, in each of two seasons in which the class has different
    /// offsets.
    pub seasons: [usize; 2],
}

/// If the number of impossible stays exceeds this percentage of the number of days, the other offset belongs to a
/// second machine in daily use.
const DAILY_PERCENT: usize = 15;

impl Slips {
    /// Whether two offsets occur side by side so often that neither can be identified as home.
    pub fn is_second_machine(&self) -> bool {
        self.impossible * 100 > self.days * DAILY_PERCENT
    }
}

/// Minimum number of days with commits dated by the contributor's own clock before a stay elsewhere can be distinguished from
/// home.
const MIN_DAYS: usize = 20;

/// Finds the stays elsewhere among the commits dated by the author's own clock.
pub fn slips(timeline: &Timeline, path: &ZonePath) -> Reading<Slips> {
    let own: Vec<usize> = (0..timeline.moments.len()).filter(|&i| timeline.moments[i].clock == Clock::Own).collect();
    let mut days: Vec<i64> = own.iter().map(|&i| local_day(timeline.moments[i].seconds, 0)).collect();
    days.dedup();
    if days.len() < MIN_DAYS {
        return Reading::Insufficient(format!(
            "{} days with commits dated by the contributor's own clock; {MIN_DAYS} are needed",
            days.len()
        ));
    }
    let stays = stays(timeline, &own, path);
    let moment = |place: usize| timeline.moments[place].seconds;
    let brief: Vec<Stay> =
        stays.into_iter().filter(|s| moment(*s.moments.end()) - moment(*s.moments.start()) <= BRIEF).collect();
    let far: Vec<(i64, i32, bool)> = brief
        .iter()
        .filter(|s| s.shift() >= MIN_SHIFT)
        .map(|s| (moment(*s.moments.start()), s.offset, s.is_impossible()))
        .collect();
    // A stay that leaves too little time for a journey outweighs all other stays.
    let weigh = |fits: &dyn Fn(i64) -> i32| -> usize {
        let all = far.iter().filter(|(seconds, offset, _)| fits(*seconds) == *offset);
        all.map(|(_, _, impossible)| if *impossible { 1_000 } else { 1 }).sum()
    };
    let fitting = Zones::get().iter().map(|(id, class)| (id, weigh(&|seconds| class.offset(seconds))));
    let most = fitting.filter(|(_, n)| *n > 0).reduce(|a, b| if b.1 > a.1 { b } else { a });
    let fits = most.map(|(id, _)| id);
    let seasons = fits.map_or([0, 0], |id| {
        let class = Zones::get().class(id);
        let offsets: Vec<i32> =
            far.iter().filter(|(s, o, i)| *i && class.offset(*s) == *o).map(|(_, offset, _)| *offset).collect();
        let first = offsets.first().copied();
        let same = offsets.iter().filter(|o| Some(**o) == first).count();
        [same, offsets.len() - same]
    });
    let impossible = far.iter().filter(|(_, _, impossible)| *impossible).count();
    Reading::Tested(Slips { impossible, days: days.len(), fits, seasons, brief })
}

fn stays(timeline: &Timeline, own: &[usize], path: &ZonePath) -> Vec<Stay> {
    let mut flights = Flights::default();
    let home_offset = |m: &Moment| Zones::get().class(path.home(m.seconds)).offset(m.seconds);
    let foreign: Vec<bool> = own.iter().map(|&i| !is_home(&timeline.moments[i], path)).collect();
    let mut stays = Vec::new();
    let (mut at, mut before, mut next_home) = (0, None, 0);
    while at < own.len() {
        if !foreign[at] {
            at += 1;
            continue;
        }
        let offset = timeline.moments[own[at]].offset;
        let start = at;
        while at < own.len() && foreign[at] && timeline.moments[own[at]].offset == offset {
            at += 1;
        }
        let (first, last) = (&timeline.moments[own[start]], &timeline.moments[own[at - 1]]);
        // Several stays may follow each other: use the last commit at home before the first of them.
        if start == 0 || !foreign[start - 1] {
            before = start.checked_sub(1).map(|i| own[i]);
        }
        if next_home < at {
            next_home = (at..own.len()).find(|&i| !foreign[i]).unwrap_or(own.len());
        }
        let after = own.get(next_home).copied();
        let hours = |a: i64, b: i64| (b - a) as f64 / 3600.0;
        let gaps = [
            before.map_or(f64::INFINITY, |i| hours(timeline.moments[i].seconds, first.seconds)),
            after.map_or(f64::INFINITY, |i| hours(last.seconds, timeline.moments[i].seconds)),
        ];
        let home = home_offset(first);
        let mut stay =
            Stay { moments: own[start]..=own[at - 1], offset, home, beside: [before, after], gaps, journey: None };
        if stay.shift() >= MIN_SHIFT && gaps.iter().any(|gap| *gap < LONGEST_H) {
            stay.journey = flights.hours(home, offset, first.seconds);
        }
        stays.push(stay);
    }
    stays
}

/// Whether a moment has home's offset. Around a seasonal change, either offset counts.
pub(super) fn is_home(moment: &Moment, path: &ZonePath) -> bool {
    let class = Zones::get().class(path.home(moment.seconds));
    [0, -SEASON_SLACK, SEASON_SLACK].iter().any(|slack| class.offset(moment.seconds + slack) == moment.offset)
}

/// Caches the minimum travel time between two offsets for each period of 30 days.
#[derive(Default)]
struct Flights(FxHashMap<(i32, i32, i64), Option<f64>>);

impl Flights {
    fn hours(&mut self, from: i32, to: i32, seconds: i64) -> Option<f64> {
        const MONTH: i64 = 30 * 86_400;
        let key = (from, to, seconds.div_euclid(MONTH));
        *self.0.entry(key).or_insert_with(|| journey(from, to, seconds))
    }
}

/// The minimum travel time, in hours, from a place with the offset `from` to a place with the offset `to`; `None` if
/// either offset is used nowhere.
pub(super) fn journey(from: i32, to: i32, seconds: i64) -> Option<f64> {
    Zones::get().min_distance(from, to, seconds).map(|km| km / SPEED_KMH + DOOR_TO_DOOR_H)
}

/// Splits all moments into classified stretches.
pub fn episodes(timeline: &Timeline, path: Option<&ZonePath>) -> Vec<Episode> {
    let mut kind: Vec<EpisodeKind> = timeline.moments.iter().map(|m| EpisodeKind::Clock(m.clock)).collect();
    if let Some(path) = path {
        for (kind, moment) in kind.iter_mut().zip(&timeline.moments) {
            if !moment.clock.is_the_authors() {
                continue;
            }
            *kind = match path.segment(moment.seconds).kind {
                _ if !is_home(moment, path) => EpisodeKind::Away,
                SegmentKind::Move => EpisodeKind::Moved,
                _ => *kind,
            };
        }
        let own: Vec<usize> =
            (0..timeline.moments.len()).filter(|&i| timeline.moments[i].clock == Clock::Own).collect();
        let brief = |s: &&Stay| {
            timeline.moments[*s.moments.end()].seconds - timeline.moments[*s.moments.start()].seconds <= BRIEF
        };
        for stay in stays(timeline, &own, path).iter().filter(brief).filter(|s| s.is_impossible()) {
            for i in stay.moments.clone().filter(|i| timeline.moments[*i].clock == Clock::Own) {
                kind[i] = EpisodeKind::Impossible;
            }
        }
    }
    let mut episodes: Vec<Episode> = Vec::new();
    for (i, (moment, kind)) in timeline.moments.iter().zip(kind).enumerate() {
        match episodes.last_mut() {
            Some(last) if last.offset == moment.offset && last.kind == kind => {
                last.moments = *last.moments.start()..=i;
            }
            _ => episodes.push(Episode { moments: i..=i, offset: moment.offset, kind }),
        }
    }
    episodes
}
