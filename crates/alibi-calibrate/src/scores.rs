//! One score per question, on which a threshold is set. The higher the score, the more the timeline looks like the
//! injected scenario.

use alibi_core::analysis::people::ContributorId;
use alibi_core::analysis::time::{
    Clocks, Operators, Timeline, any_other_offset, last_commits_change, machine_made, operators,
};

/// Weight of the first impossible stay elsewhere, in decibans, from its rarity among honest contributors.
const FIRST_STAY: f64 = 11.0;
/// Weight of each further impossible stay, in decibans.
const EACH_STAY: f64 = 3.0;
/// Maximum weight of all stays, in decibans.
const MAX_STAYS: f64 = 20.0;
/// Weight of each stay that could have been a journey, in decibans.
const POSSIBLE_STAY: f64 = 2.0;

/// Limits of the weight that the rhythm adds to or subtracts from that of the stays, in decibans.
const RHYTHM: std::ops::RangeInclusive<f64> = -15.0..=22.0;

/// Scores whether the rhythm of the day alone suggests another clock.
pub(super) fn day(clocks: &Clocks, who: ContributorId) -> f64 {
    clocks.phase(who).tested().map_or(0.0, any_other_offset)
}

/// Scores whether the recorded UTC offset differs from the true one: by the rhythm of the day alone, or by brief stays
/// that fit one other clock, together with the rhythm at that clock.
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

/// Scores whether two operators share the account: the hours between two alternating rhythms, times their regularity.
pub(super) fn shared(timeline: &Timeline) -> f64 {
    operators(timeline).tested().map_or(0.0, Operators::strength)
}

/// Scores whether the last commits are another author's.
pub(super) fn hand(timeline: &Timeline, last: usize) -> f64 {
    last_commits_change(timeline, last).unwrap_or(0.0)
}

/// Maximum share of commits in the quietest seven hours of the day for a contributor who rests at night.
const NO_NIGHT: f64 = 0.2;

/// Scores whether a script made the dates.
pub(super) fn dates(timeline: &Timeline) -> f64 {
    let found = machine_made(timeline);
    let Some(dates) = found.tested() else { return 0.0 };
    let seconds = if dates.commonest_second >= 0.1 { dates.uneven.min(40.0) / 2.0 } else { 0.0 };
    let beat = (dates.same_gap as f64 - 3.0).clamp(0.0, 20.0);
    // Bursts are expected if there are enough commits per day, or if the contributor works at night.
    let expected = (dates.per_day / 2.5).min(1.0).max(if dates.at_night > NO_NIGHT { 1.0 } else { 0.0 });
    let spread = if dates.quick < 0.05 { 20.0 * (0.3 - dates.burstiness).max(0.0) * expected } else { 0.0 };
    seconds.max(beat).max(spread)
}
