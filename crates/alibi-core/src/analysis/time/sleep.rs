//! Detects work without rest that one person could not sustain.

use super::clock::Timeline;
use super::reading::Reading;
use super::sessions::at_work;

/// Minimum length of a rest, in seconds.
const REST: i64 = 7 * 3_600;

/// Minimum number of working days.
const MIN_DAYS: usize = 14;

/// The contributor's longest stretch without rest.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Restless {
    /// Length of the stretch in days. The stretch contains no break of seven hours or more.
    pub days_without_rest: f64,
    /// Number of hours of the day (UTC, at most 24) with work in the stretch.
    pub hours_of_the_day: usize,
    /// Beginning and end of the stretch: seconds since 1970, UTC.
    pub stretch: (i64, i64),
}

/// Finds the longest stretch of work without rest.
pub fn restless(timeline: &Timeline) -> Reading<Restless> {
    let at: Vec<i64> = at_work(timeline).map(|m| m.seconds).collect();
    let mut days: Vec<i64> = at.iter().map(|s| s.div_euclid(86_400)).collect();
    days.dedup();
    if days.len() < MIN_DAYS {
        return Reading::Insufficient(format!("work on {} days; {MIN_DAYS} are needed", days.len()));
    }
    let (mut begun, mut stretch) = (at[0], (at[0], at[0]));
    for pair in at.windows(2) {
        if pair[1] - pair[0] >= REST {
            begun = pair[1];
        }
        if pair[1] - begun > stretch.1 - stretch.0 {
            stretch = (begun, pair[1]);
        }
    }
    let inside = at.iter().filter(|s| (stretch.0..=stretch.1).contains(*s));
    let mut hours: Vec<i64> = inside.map(|s| s.rem_euclid(86_400) / 3_600).collect();
    hours.sort_unstable();
    hours.dedup();
    Reading::Tested(Restless {
        days_without_rest: (stretch.1 - stretch.0) as f64 / 86_400.0,
        hours_of_the_day: hours.len(),
        stretch,
    })
}
