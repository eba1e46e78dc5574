//! Compares a declared alibi with the history.

use super::clock::{Clock, Moment, Timeline};
use super::episodes::journey;
use super::zones::{Zones, local_day};
use crate::config::{Declared, Stay};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Minimum number of days with commits dated by the contributor's own clock for an alibi to be supported.
const MIN_DAYS: usize = 10;

/// Minimum number of days with another offset to contradict a declared zone. A single day may come from a borrowed
/// machine.
const CONTRADICTING_DAYS: usize = 2;

/// Minimum number of days before hours are checked, and the share of them outside the declared hours that contradicts
/// the declaration.
const HOURS_DAYS: usize = 25;
const OUTSIDE_SHARE: f64 = 0.6;

/// Tolerance, in seconds, for clocks that follow a seasonal change early or late; and tolerance, in days, for the
/// declared dates of a journey.
const SLACK: i64 = 8 * 86_400;
const JOURNEY_SLACK_DAYS: i64 = 1;

/// The result of comparing an alibi with the history.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Too few days have commits dated by the contributor's own clock.
    Insufficient,
    /// The recorded UTC offsets and hours agree with the declaration.
    Supported,
    /// The recorded UTC offsets or hours contradict the declaration.
    Contradicted,
}

impl Verdict {
    /// The verdict as one word.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Insufficient => "insufficient",
            Verdict::Supported => "supported",
            Verdict::Contradicted => "contradicted",
        }
    }
}

/// The result for one declared alibi.
#[derive(Clone, PartialEq, Debug)]
pub struct AlibiComparison {
    /// The verdict.
    pub verdict: Verdict,
    /// Number of days covered by an alibi that have commits dated by the contributor's own clock.
    pub days: usize,
    /// Moments with an offset other than the declared one: the index in the timeline, and the declared offset in
    /// minutes east of UTC.
    pub elsewhere: Vec<(usize, i32)>,
    /// Number of days with declared hours and commits at the declared offset, and number of these days on which all
    /// these commits are outside the hours.
    pub outside: (usize, usize),
    /// Whether the hours of the commits contradict the declared hours.
    pub by_hours: bool,
    /// Whether the moments in `elsewhere` could come from undeclared journeys: they are on few days, none is too close
    /// in time to a commit at home, and the hours do not contradict the declaration.
    pub could_be_journeys: bool,
}

/// Maximum share of days that a traveller is away. A contributor who is away more often lives elsewhere.
const AWAY_SHARE: f64 = 0.25;

/// Checks the declared zones and hours of a contributor.
pub fn compare_alibi(timeline: &Timeline, declared: &Declared) -> AlibiComparison {
    let mut days: Vec<NaiveDate> = Vec::new();
    let mut elsewhere: Vec<(usize, i32)> = Vec::new();
    let mut by_day: Vec<(NaiveDate, bool)> = Vec::new();
    for (place, moment) in timeline.moments.iter().enumerate() {
        if moment.clock != Clock::Own {
            continue;
        }
        let Some(day) = date(moment) else { continue };
        let Some(home) = declared.alibis.iter().find(|stay| stay.period.contains(day)) else { continue };
        let Some(there) = offset(home, moment.seconds) else { continue };
        days.push(day);
        let away = |stay: &&Stay| {
            let near = |days| day.checked_add_signed(chrono::Duration::days(days));
            [-JOURNEY_SLACK_DAYS, 0, JOURNEY_SLACK_DAYS].into_iter().filter_map(near).any(|d| stay.period.contains(d))
        };
        let mut places = std::iter::once(home).chain(declared.travel.iter().filter(away));
        if !places.any(|stay| shows(stay, moment)) {
            elsewhere.push((place, there));
        }
        if let Some(hours) = home.hours
            && moment.offset == there
        {
            let minute = super::zones::local_second(moment.seconds, moment.offset) / 60;
            by_day.push((day, hours.contains(minute as u32)));
        }
    }
    days.sort_unstable();
    days.dedup();
    by_day.sort_unstable();
    let worked: Vec<bool> =
        by_day.chunk_by(|a, b| a.0 == b.0).map(|day| day.iter().any(|(_, inside)| *inside)).collect();
    let outside = worked.iter().filter(|inside| !**inside).count();
    let by_hours = worked.len() >= HOURS_DAYS && outside as f64 >= OUTSIDE_SHARE * worked.len() as f64;
    let mut foreign: Vec<i64> =
        elsewhere.iter().map(|(place, declared)| local_day(timeline.moments[*place].seconds, *declared)).collect();
    foreign.dedup();
    let verdict = if foreign.len() >= CONTRADICTING_DAYS || by_hours {
        Verdict::Contradicted
    } else if days.len() < MIN_DAYS {
        Verdict::Insufficient
    } else {
        Verdict::Supported
    };
    let could_be_journeys =
        foreign.len() as f64 <= AWAY_SHARE * days.len() as f64 && !too_close(timeline, &elsewhere) && !by_hours;
    AlibiComparison {
        verdict,
        days: days.len(),
        elsewhere,
        outside: (worked.len(), outside),
        by_hours,
        could_be_journeys,
    }
}

/// Whether a distant offset appears so soon before or after the declared one that no journey was possible.
fn too_close(timeline: &Timeline, elsewhere: &[(usize, i32)]) -> bool {
    let own = |place: usize| timeline.moments[place].clock == Clock::Own;
    elsewhere.iter().any(|&(place, declared)| {
        let moment = &timeline.moments[place];
        let before = (0..place).rev().take(NEIGHBOURS).find(|i| own(*i));
        let after = (place + 1..timeline.moments.len()).take(NEIGHBOURS).find(|i| own(*i));
        [before, after].into_iter().flatten().map(|i| &timeline.moments[i]).any(|beside| {
            let at_home = (beside.offset - declared).abs() <= 60;
            let far = (moment.offset - declared).abs() >= super::episodes::MIN_SHIFT;
            let hours = beside.seconds.abs_diff(moment.seconds) as f64 / 3_600.0;
            at_home && far && journey(declared, moment.offset, moment.seconds).is_some_and(|least| hours < least)
        })
    })
}

/// Number of commits to search in each direction for the nearest commit dated by the contributor's own clock.
const NEIGHBOURS: usize = 50;

/// The local calendar day of a moment.
fn date(moment: &Moment) -> Option<NaiveDate> {
    let local = moment.seconds + i64::from(moment.offset) * 60;
    DateTime::<Utc>::from_timestamp(local, 0).map(|t| t.date_naive())
}

fn offset(stay: &Stay, seconds: i64) -> Option<i32> {
    let zones = Zones::get();
    zones.of(stay.zone).map(|class| zones.class(class).offset(seconds))
}

fn shows(stay: &Stay, moment: &Moment) -> bool {
    [0, -SLACK, SLACK].iter().any(|slack| offset(stay, moment.seconds + slack) == Some(moment.offset))
}
