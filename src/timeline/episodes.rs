//! Offset episodes: stretches in which one clock is shown, what each was judged to be, and the ones that are too short
//! and too close to home to have been a journey.

use super::Reading;
use super::clock::{Clock, Moment, Timeline};
use super::path::{SegmentKind, ZonePath};
use super::zones::{ClassId, Zones, local_day};
use rustc_hash::FxHashMap;

/// How fast somebody travels from door to door, in kilometres an hour, and what is added to any journey, in hours.
const SPEED_KMH: f64 = 900.0;
const DOOR_TO_DOOR_H: f64 = 2.0;

/// Offsets closer than this, in minutes, may be neighbours: nobody has to fly for them.
pub const LEAST_SHIFT: i32 = 180;

/// No journey takes longer than half way round the earth, in hours: what lies further apart need not be looked up.
const LONGEST_H: f64 = 25.0;

/// A clock that changes with the season may do so some days late, or early: seconds.
const SEASON_SLACK: i64 = 8 * 86_400;

/// A foreign clock shown for no longer than this, in seconds, is no journey of some days.
const BRIEF: i64 = 36 * 3_600;

/// What an episode was judged to be.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Judged {
    /// By whose clock it is; at home.
    Clock(Clock),
    /// Another zone, long enough to have gone there.
    Away,
    /// Another zone, from now on.
    Moved,
    /// Another zone, while home was less than the journey away.
    Impossible,
}

impl Judged {
    /// Whether it is what any commit at home is, and no question.
    pub fn is_ordinary(self) -> bool {
        matches!(self, Judged::Moved | Judged::Clock(Clock::Own | Clock::Relayed))
    }

    /// What it was judged to be, in words.
    pub fn words(self) -> &'static str {
        match self {
            Judged::Clock(clock) => clock.words(),
            Judged::Away => "trip, or another machine",
            Judged::Moved => "moved",
            Judged::Impossible => "another clock, too close to home for a journey",
        }
    }
}

/// A stretch in which one clock is shown.
#[derive(Clone, PartialEq, Debug)]
pub struct Episode {
    /// The first and last moment's places in the timeline.
    pub moments: std::ops::RangeInclusive<usize>,
    /// Minutes east of UTC.
    pub offset: i32,
    /// What it was judged to be.
    pub judged: Judged,
}

/// A stretch of the author's own commits that show a clock other than home's.
#[derive(Clone, PartialEq, Debug)]
pub struct Stay {
    /// Its commits' places in the timeline, first and last.
    pub moments: std::ops::RangeInclusive<usize>,
    /// Minutes east of UTC.
    pub offset: i32,
    /// What home's clock shows then.
    pub home: i32,
    /// The last commit at home before it, and the first after it, by their places.
    pub beside: [Option<usize>; 2],
    /// Hours between it and those commits.
    pub gaps: [f64; 2],
    /// The least hours that a journey takes; `None` where the offsets are neighbours, or no place shows one of them.
    pub journey: Option<f64>,
}

impl Stay {
    /// Whether it cannot have been a journey: going or coming back would have taken longer than there was.
    pub fn is_impossible(&self) -> bool {
        self.journey.is_some_and(|hours| self.gaps.iter().any(|gap| *gap < hours))
    }

    /// How far this clock is from home's, in minutes.
    pub fn shift(&self) -> i32 {
        let shift = (self.offset - self.home).abs();
        shift.min(24 * 60 - shift)
    }
}

/// Stays elsewhere, and what they have in common.
#[derive(Clone, PartialEq, Debug)]
pub struct Slips {
    /// Every stay elsewhere that is brief, oldest first.
    pub brief: Vec<Stay>,
    /// How many of them cannot have been a journey.
    pub impossible: usize,
    /// Days with commits of the author's own.
    pub days: usize,
    /// The class that fits the most impossible stays, and then the most others that are far from home, at the offset that
    /// the season asks for.
    pub fits: Option<ClassId>,
    /// Of the impossible ones that it fits, how many lie in each of two seasons in which its clock shows different offsets.
    pub seasons: [usize; 2],
}

/// A clock that is shown too close to home on more than this share of the days, in hundredths, is a second machine's that
/// is in daily use.
const DAILY_PERCENT: usize = 15;

impl Slips {
    /// Whether two clocks are shown side by side all along, so that neither can be told to be the one lived by.
    pub fn is_second_machine(&self) -> bool {
        self.impossible * 100 > self.days * DAILY_PERCENT
    }
}

/// Days of own commits that are needed before a stay elsewhere can be told from home.
const LEAST_DAYS: usize = 20;

/// Finds the stays elsewhere among the commits whose clock is the author's own beyond doubt.
pub fn slips(timeline: &Timeline, path: &ZonePath) -> Reading<Slips> {
    let own: Vec<usize> = (0..timeline.moments.len()).filter(|&i| timeline.moments[i].clock == Clock::Own).collect();
    let mut days: Vec<i64> = own.iter().map(|&i| local_day(timeline.moments[i].seconds, 0)).collect();
    days.dedup();
    if days.len() < LEAST_DAYS {
        return Reading::Insufficient(format!(
            "{} days with commits of the contributor's own clock; {LEAST_DAYS} are needed",
            days.len()
        ));
    }
    let stays = stays(timeline, &own, path);
    let moment = |place: usize| timeline.moments[place].seconds;
    let brief: Vec<Stay> =
        stays.into_iter().filter(|s| moment(*s.moments.end()) - moment(*s.moments.start()) <= BRIEF).collect();
    let far: Vec<(i64, i32, bool)> = brief
        .iter()
        .filter(|s| s.shift() >= LEAST_SHIFT)
        .map(|s| (moment(*s.moments.start()), s.offset, s.is_impossible()))
        .collect();
    // A stay that cannot have been a journey counts before any that can.
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
        // Another stay may stand between: the last commit at home is the one before all of them.
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
        if stay.shift() >= LEAST_SHIFT && gaps.iter().any(|gap| *gap < LONGEST_H) {
            stay.journey = flights.hours(home, offset, first.seconds);
        }
        stays.push(stay);
    }
    stays
}

/// Whether a moment shows home's clock; around a change of the season either offset will do.
pub(super) fn is_home(moment: &Moment, path: &ZonePath) -> bool {
    let class = Zones::get().class(path.home(moment.seconds));
    [0, -SEASON_SLACK, SEASON_SLACK].iter().any(|slack| class.offset(moment.seconds + slack) == moment.offset)
}

/// The least hours of a journey between two clocks; looked up once a month of the calendar.
#[derive(Default)]
struct Flights(FxHashMap<(i32, i32, i64), Option<f64>>);

impl Flights {
    fn hours(&mut self, from: i32, to: i32, seconds: i64) -> Option<f64> {
        const MONTH: i64 = 30 * 86_400;
        let key = (from, to, seconds.div_euclid(MONTH));
        *self.0.entry(key).or_insert_with(|| journey(from, to, seconds))
    }
}

/// The least hours of a journey from a place with the one offset to a place with the other; `None` where no place shows
/// one of them.
pub(super) fn journey(from: i32, to: i32, seconds: i64) -> Option<f64> {
    Zones::get().least_distance(from, to, seconds).map(|km| km / SPEED_KMH + DOOR_TO_DOOR_H)
}

/// What every moment was judged to be, in stretches.
pub fn episodes(timeline: &Timeline, path: Option<&ZonePath>) -> Vec<Episode> {
    let mut judged: Vec<Judged> = timeline.moments.iter().map(|m| Judged::Clock(m.clock)).collect();
    if let Some(path) = path {
        for (judged, moment) in judged.iter_mut().zip(&timeline.moments) {
            if !moment.clock.is_the_authors() {
                continue;
            }
            *judged = match path.segment(moment.seconds).kind {
                _ if !is_home(moment, path) => Judged::Away,
                SegmentKind::Move => Judged::Moved,
                _ => *judged,
            };
        }
        let own: Vec<usize> =
            (0..timeline.moments.len()).filter(|&i| timeline.moments[i].clock == Clock::Own).collect();
        let brief = |s: &&Stay| {
            timeline.moments[*s.moments.end()].seconds - timeline.moments[*s.moments.start()].seconds <= BRIEF
        };
        for stay in stays(timeline, &own, path).iter().filter(brief).filter(|s| s.is_impossible()) {
            for i in stay.moments.clone().filter(|i| timeline.moments[*i].clock == Clock::Own) {
                judged[i] = Judged::Impossible;
            }
        }
    }
    let mut episodes: Vec<Episode> = Vec::new();
    for (i, (moment, judged)) in timeline.moments.iter().zip(judged).enumerate() {
        match episodes.last_mut() {
            Some(last) if last.offset == moment.offset && last.judged == judged => {
                last.moments = *last.moments.start()..=i;
            }
            _ => episodes.push(Episode { moments: i..=i, offset: moment.offset, judged }),
        }
    }
    episodes
}
