//! Anomalies to inject into an honest contributor's timeline.

use alibi_core::analysis::time::{Clock, Moment, Timeline};
use alibi_git::history::DAY;
use fastrand::Rng;

/// Moves the recorded UTC offset ahead by this many hours. Offsets above +14 h or below −12 h do not exist, and wrap to
/// the same hour across the date line. A resulting +0000 counts as missing, as in clock classification.
pub(super) fn turn(moment: &mut Moment, hours: i32) {
    let shifted = moment.offset + hours * 60;
    moment.offset = match shifted {
        841.. => shifted - 24 * 60,
        ..-720 => shifted + 24 * 60,
        _ => shifted,
    };
    if moment.offset == 0 {
        moment.clock = Clock::Missing;
    }
}

/// Moves recorded UTC offsets ahead by `hours`, except for a share of commits that leak the true offset.
pub(super) fn rotate(timeline: &Timeline, hours: i32, leaking: f64, chance: &mut Rng) -> Timeline {
    let mut moments = timeline.moments.clone();
    for moment in moments.iter_mut().filter(|m| m.clock.is_the_authors()) {
        if chance.f64() >= leaking {
            turn(moment, hours);
        }
    }
    Timeline { contributor: timeline.contributor, moments }
}

/// Simulates two operators who share the first operator's account. The second operator's commits are interleaved as if
/// both worked in the same period. They use the second operator's tools if `own_tools` is set, or else the first's.
pub(super) fn share(first: &Timeline, second: &Timeline, own_tools: bool) -> Timeline {
    let begin = |t: &Timeline| t.moments.first().map_or(0, |m| m.seconds);
    const WEEK: i64 = 7 * 86_400;
    // Shift by whole weeks, so that hours and weekdays stay the same.
    let shift = (begin(first) - begin(second)).div_euclid(WEEK) * WEEK;
    let mut moments = first.moments.clone();
    let own: Vec<Moment> = first.kept().copied().collect();
    if own.is_empty() {
        return first.clone();
    }
    for moment in &second.moments {
        let mut moment = Moment { seconds: moment.seconds + shift, ..*moment };
        let nearest = own.partition_point(|m| m.seconds <= moment.seconds);
        let model = &own[nearest.saturating_sub(1)];
        // Another machine has a different key and different habits. The account's identity and offset are shared.
        moment.tool.identity = model.tool.identity;
        if !own_tools {
            moment.tool = model.tool;
        }
        moment.offset = model.offset;
        moments.push(moment);
    }
    moments.sort_by_key(|m| (m.seconds, m.commit));
    moments.dedup_by_key(|m| m.seconds);
    // Both must work in the same period, so the account ends with the timeline that ends first.
    let end = |t: &Timeline| t.moments.last().map_or(0, |m| m.seconds);
    let last = end(first).min(end(second) + shift);
    moments.retain(|m| m.seconds <= last);
    Timeline { contributor: first.contributor, moments }
}

/// Appends `n` commits of another author under the first author's identity.
pub(super) fn take_over(first: &Timeline, second: &Timeline, n: usize) -> Timeline {
    let mut moments = first.moments.clone();
    let end = moments.last().map_or(0, |m| m.seconds);
    let from = second.moments.len() / 2;
    let taken =
        second.moments.iter().skip(from).filter(|m| !matches!(m.clock, Clock::Web | Clock::Merge | Clock::Unknown));
    let taken: Vec<&Moment> = taken.take(n).collect();
    let Some(start) = taken.first().map(|m| m.seconds) else { return first.clone() };
    for moment in taken {
        let mut moment = Moment { seconds: end + 86_400 + moment.seconds - start, ..*moment };
        moment.tool.identity = first.moments[0].tool.identity;
        moments.push(moment);
    }
    moments.dedup_by_key(|m| m.seconds);
    Timeline { contributor: first.contributor, moments }
}

/// A way to forge dates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Forgery {
    /// Dates are uniformly distributed between the first and the last.
    Uniform,
    /// Dates are on weekdays from nine to five, at whole minutes.
    OfficeHours,
    /// Dates are always at the same time of day.
    Copied,
    /// Dates are at equal intervals.
    Linear,
}

/// Replaces all dates with forged dates between the first and the last.
pub(super) fn forge(timeline: &Timeline, how: Forgery, chance: &mut Rng) -> Timeline {
    let mut moments = timeline.moments.clone();
    let (Some(first), Some(last)) = (moments.first().map(|m| m.seconds), moments.last().map(|m| m.seconds)) else {
        return timeline.clone();
    };
    let count = moments.len() as i64;
    let mut dates: Vec<i64> = (0..count)
        .map(|i| match how {
            Forgery::Uniform => chance.i64(first..=last),
            Forgery::OfficeHours => loop {
                let day = chance.i64(first..=last).div_euclid(DAY);
                if (day + 3).rem_euclid(7) < 5 {
                    break day * DAY + 9 * 3_600 + chance.i64(0..8 * 60) * 60;
                }
            },
            Forgery::Copied => {
                (first + (last - first) * i / count.max(1)).div_euclid(DAY) * DAY + 12 * 3_600 + 17 + i % 2
            }
            Forgery::Linear => first + (last - first) / count.max(1) * i,
        })
        .collect();
    dates.sort_unstable();
    for (moment, date) in moments.iter_mut().zip(dates) {
        moment.seconds = date;
        moment.clock = if moment.clock.is_the_authors() { Clock::Own } else { moment.clock };
    }
    moments.dedup_by_key(|m| m.seconds);
    Timeline { contributor: timeline.contributor, moments }
}
