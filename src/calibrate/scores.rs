//! One number for each question, so that a threshold can be drawn: the higher, the more it looks like what a scenario
//! injects.

use crate::people::ContributorId;
use crate::timeline::{Clocks, Operators, Timeline, last_commits_change, machine_made, operators, some_other_clock};

/// What stays elsewhere add, in decibans: how seldom honest contributors show one, and what each further one adds.
const FIRST_STAY: f64 = 11.0;
const EACH_STAY: f64 = 3.0;
const MOST_STAYS: f64 = 20.0;
const POSSIBLE_STAY: f64 = 2.0;

/// What the rhythm adds to them, and takes away, at most.
const RHYTHM: std::ops::RangeInclusive<f64> = -15.0..=22.0;

/// Does the day alone say that another clock is lived by?
pub(super) fn day(clocks: &Clocks, who: ContributorId) -> f64 {
    clocks.phase(who).tested().map_or(0.0, some_other_clock)
}

/// Does the clock shown differ from the one lived by? The day alone, or slips to one clock and the day by it.
pub(super) fn place(clocks: &Clocks, who: ContributorId) -> f64 {
    let rhythm = day(clocks, who);
    let Some(leak) = clocks.slips(who).tested().and_then(|slips| clocks.leak(who, slips)) else { return rhythm };
    // Those that could have been journeys say less.
    let possible = (leak.stays.len() - leak.impossible) as f64 * POSSIBLE_STAY;
    let impossible = if leak.impossible == 0 { 0.0 } else { FIRST_STAY + EACH_STAY * (leak.impossible as f64 - 1.0) };
    let stays = (impossible + possible).min(MOST_STAYS);
    let others = EACH_STAY * leak.others as f64;
    rhythm.max(stays - others + leak.rhythm_db.clamp(*RHYTHM.start(), *RHYTHM.end()))
}

/// Do two operators share the account? Hours between two days that alternate, times how regular they are.
pub(super) fn shared(timeline: &Timeline) -> f64 {
    operators(timeline).tested().map_or(0.0, Operators::strength)
}

/// Are the last commits another hand's?
pub(super) fn hand(timeline: &Timeline, last: usize) -> f64 {
    last_commits_change(timeline, last).unwrap_or(0.0)
}

/// From this share of commits in the quietest seven hours on, no night is kept free.
const NO_NIGHT: f64 = 0.2;

/// Did a machine make the dates?
pub(super) fn dates(timeline: &Timeline) -> f64 {
    let found = machine_made(timeline);
    let Some(dates) = found.tested() else { return 0.0 };
    let seconds = if dates.commonest_second >= 0.1 { dates.uneven.min(40.0) / 2.0 } else { 0.0 };
    let beat = (dates.same_gap as f64 - 3.0).clamp(0.0, 20.0);
    // Either as many a day that bursts must be expected, or no night kept free of work.
    let expected = (dates.per_day / 2.5).min(1.0).max(if dates.at_night > NO_NIGHT { 1.0 } else { 0.0 });
    let spread = if dates.quick < 0.05 { 20.0 * (0.3 - dates.burstiness).max(0.0) * expected } else { 0.0 };
    seconds.max(beat).max(spread)
}
