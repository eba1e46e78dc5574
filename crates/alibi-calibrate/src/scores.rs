//! One score per question, on which a threshold is set. The higher the score, the more the timeline looks like the
//! injected scenario.

use alibi_core::analysis::people::ContributorId;
use alibi_core::analysis::time::{
    Clocks, Operators, Timeline, last_commits_change, machine_made, operators, some_other_clock,
};

/// Weights of stays elsewhere, in decibans: the first (how rare one is among honest contributors), and each further
/// one.
const FIRST_STAY: f64 = 11.0;
const EACH_STAY: f64 = 3.0;
const MAX_STAYS: f64 = 20.0;
const POSSIBLE_STAY: f64 = 2.0;

/// Limits of the amount that the rhythm adds to or subtracts from them.
const RHYTHM: std::ops::RangeInclusive<f64> = -15.0..=22.0;

/// Does the day alone suggest another clock?
pub(super) fn day(clocks: &Clocks, who: ContributorId) -> f64 {
    clocks.phase(who).tested().map_or(0.0, some_other_clock)
}

/// Does the shown clock differ from the true one? By the day alone, or by slips to one clock and the day under it.
pub(super) fn place(clocks: &Clocks, who: ContributorId) -> f64 {
    let rhythm = day(clocks, who);
    let Some(leak) = clocks.slips(who).tested().and_then(|slips| clocks.leak(who, slips)) else { return rhythm };
    // Stays that could have been journeys are weaker evidence.
    let possible = (leak.stays.len() - leak.impossible) as f64 * POSSIBLE_STAY;
    let impossible = if leak.impossible == 0 { 0.0 } else { FIRST_STAY + EACH_STAY * (leak.impossible as f64 - 1.0) };
    let stays = (impossible + possible).min(MAX_STAYS);
    let others = EACH_STAY * leak.others as f64;
    rhythm.max(stays - others + leak.rhythm_db.clamp(*RHYTHM.start(), *RHYTHM.end()))
}

/// Do two operators share the account? Hours between two alternating days, times their regularity.
pub(super) fn shared(timeline: &Timeline) -> f64 {
    operators(timeline).tested().map_or(0.0, Operators::strength)
}

/// Are the last commits another author's?
pub(super) fn hand(timeline: &Timeline, last: usize) -> f64 {
    last_commits_change(timeline, last).unwrap_or(0.0)
}

/// From this share of commits in the quietest seven hours, the contributor has no night without work.
const NO_NIGHT: f64 = 0.2;

/// Were the dates made by a script?
pub(super) fn dates(timeline: &Timeline) -> f64 {
    let found = machine_made(timeline);
    let Some(dates) = found.tested() else { return 0.0 };
    let seconds = if dates.commonest_second >= 0.1 { dates.uneven.min(40.0) / 2.0 } else { 0.0 };
    let beat = (dates.same_gap as f64 - 3.0).clamp(0.0, 20.0);
    // Either enough commits a day that bursts are expected, or no night without work.
    let expected = (dates.per_day / 2.5).min(1.0).max(if dates.at_night > NO_NIGHT { 1.0 } else { 0.0 });
    let spread = if dates.quick < 0.05 { 20.0 * (0.3 - dates.burstiness).max(0.0) * expected } else { 0.0 };
    seconds.max(beat).max(spread)
}
