//! Tests the time statistics on synthetic timelines: what they must find, and what they must not.

use super::*;
use crate::analysis::people::ContributorId;
use crate::facts::IdentityId;
use alibi_git::history::{CommitIdx, DAY, MessageStyle};
use chrono::{Offset as _, TimeZone};
use chrono_tz::Tz;
use fastrand::Rng;
use proptest::prelude::*;

/// 2021-01-04, a Monday.
const START: i64 = 1_609_718_400;

fn moment(seconds: i64, offset: i32, message: &str) -> Moment {
    Moment {
        seconds,
        offset,
        clock: Clock::Own,
        in_one_act: true,
        tool: Tool {
            identity: IdentityId(0),
            key: 0,
            style: MessageStyle::of(message.as_bytes()),
            file_kind: 0,
            files: 0,
        },
        commit: CommitIdx(0),
    }
}

fn offset_of(zone: Tz, seconds: i64) -> i32 {
    let utc = chrono::DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
    zone.offset_from_utc_datetime(&utc).fix().local_minus_utc() / 60
}

/// Commits on working days from nine to six in a zone's local time, `per_day` on each day.
fn days(zone: Tz, from: i64, count: i64, per_day: usize, chance: &mut Rng) -> Vec<Moment> {
    let mut moments = Vec::new();
    for day in (0..count).filter(|day| (day + START / DAY + 3).rem_euclid(7) < 5) {
        for _ in 0..per_day {
            let local = from + day * DAY + chance.i64(9 * 3_600..18 * 3_600);
            let seconds = local - i64::from(offset_of(zone, local)) * 60;
            moments.push(moment(seconds, offset_of(zone, seconds), "Add a thing"));
        }
    }
    moments
}

fn timeline(mut moments: Vec<Moment>) -> Timeline {
    moments.sort_by_key(|m| m.seconds);
    moments.dedup_by_key(|m| m.seconds);
    for (i, m) in moments.iter_mut().enumerate() {
        m.commit = CommitIdx(i as u32);
    }
    Timeline { contributor: ContributorId(0), moments }
}

fn path(timeline: &Timeline) -> ZonePath {
    zone_path(timeline).tested().unwrap().clone()
}

/// A working day from nine to six.
fn office() -> PopulationDay {
    let (own, _) = shares(timeline(days(Tz::UTC, START, 400, 3, &mut Rng::with_seed(1))).moments.iter());
    PopulationDay(own)
}

#[test]
fn zones_with_identical_rules_share_a_class() {
    let zones = Zones::get();
    assert!((100..250).contains(&zones.classes.len()), "{}", zones.classes.len());
    let of = |zone| zones.of(zone).unwrap();
    assert_eq!(of(Tz::Europe__Paris), of(Tz::Europe__Berlin), "both zones have had the same rules since 2005");
    assert_ne!(of(Tz::Europe__Istanbul), of(Tz::Europe__Athens), "Istanbul stopped changing its clocks in 2016");
    assert_eq!(zones.class(of(Tz::Asia__Kathmandu)).offset(START), 345);
    assert_eq!(zones.class(of(Tz::Pacific__Kiritimati)).offset(START), 14 * 60);
    let berlin = zones.class(of(Tz::Europe__Berlin));
    assert_eq!(berlin.words(START, START + 360 * DAY), "+0100/+0200, clocks change in March and October");
    assert_eq!(zones.class(of(Tz::Asia__Tokyo)).words(START, START + 360 * DAY), "+0900 all year");
}

proptest! {
    #[test]
    fn a_class_has_the_same_offsets_as_its_zones(seconds in KNOWN.start..KNOWN.end, zone in 0..chrono_tz::TZ_VARIANTS.len()) {
        let zone = chrono_tz::TZ_VARIANTS[zone];
        let class = Zones::get().class(Zones::get().of(zone).unwrap());
        // Within a minute of a change, either offset is accepted.
        let near = [seconds - 60, seconds, seconds + 60].map(|s| offset_of(zone, s));
        prop_assert!(near.contains(&class.offset(seconds)), "{} at {seconds}", zone.name());
    }

    #[test]
    fn arbitrary_dates_and_offsets_never_cause_a_panic(
        rows in proptest::collection::vec((-(1i64 << 42)..(1i64 << 42), -900i32..900, 0u8..8), 0..200)
    ) {
        const CLOCKS: [Clock; 8] = [
            Clock::Committer, Clock::Neighbour, Clock::Web, Clock::Merge, Clock::Own, Clock::Relayed, Clock::Missing,
            Clock::Unknown,
        ];
        let made = |(seconds, offset, clock): (i64, i32, u8)| Moment { clock: CLOCKS[usize::from(clock)], ..moment(seconds, offset, "") };
        let timeline = timeline(rows.into_iter().map(made).collect());
        let path = zone_path(&timeline);
        let _ = (phase(&timeline, path.tested(), &office()), restless(&timeline), machine_made(&timeline));
        let _ = (operators(&timeline), author_change(&timeline), episodes(&timeline, path.tested()));
        if let Some(path) = path.tested() {
            let _ = slips(&timeline, path);
        }
    }
}

#[test]
fn minimum_travel_times_between_offsets_are_close_to_known_ones() {
    // Hours at 900 km/h, plus two hours. The season changes the expected values by about an hour.
    let hours = |a, b| Zones::get().min_distance(a, b, START).unwrap() / 900.0 + 2.0;
    for (a, b, known) in [(180, 480, 5.8), (120, 480, 7.2), (60, -300, 5.4), (-480, 480, 10.7)] {
        assert!((hours(a, b) - known).abs() < 1.5, "{a} {b}: {}", hours(a, b));
    }
    assert_eq!(Zones::get().min_distance(60, 37, START), None, "no place shows +0037");
}

#[test]
fn clock_changes_do_not_split_a_stay_in_one_zone() {
    let home = timeline(days(Tz::Europe__Berlin, START, 364, 2, &mut Rng::with_seed(2)));
    let path = path(&home);
    assert_eq!(path.segments.len(), 1);
    assert_eq!((path.segments[0].kind, path.stray), (SegmentKind::Stay, 0));
    assert_eq!(slips(&home, &path).tested().unwrap().impossible, 0);
}

#[test]
fn trips_are_distinguished_from_moves() {
    let mut chance = Rng::with_seed(3);
    let mut moments = days(Tz::Europe__Berlin, START, 120, 2, &mut chance);
    moments.extend(days(Tz::Asia__Tokyo, START + 126 * DAY, 14, 2, &mut chance));
    moments.extend(days(Tz::Europe__Berlin, START + 147 * DAY, 60, 2, &mut chance));
    moments.extend(days(Tz::America__New_York, START + 210 * DAY, 200, 2, &mut chance));
    let all = timeline(moments);
    let path = path(&all);
    let kinds: Vec<SegmentKind> = path.segments.iter().map(|s| s.kind).collect();
    assert_eq!(kinds, [SegmentKind::Stay, SegmentKind::Trip, SegmentKind::Stay, SegmentKind::Move]);
    assert_eq!(slips(&all, &path).tested().unwrap().impossible, 0, "there was time for every journey");
    let kind: Vec<EpisodeKind> = episodes(&all, Some(&path)).iter().map(|e| e.kind).collect();
    assert!(
        kind.contains(&EpisodeKind::Away)
            && kind.contains(&EpisodeKind::Moved)
            && !kind.contains(&EpisodeKind::Impossible)
    );
}

#[test]
fn a_change_of_zone_rules_is_not_a_move() {
    // Istanbul stayed on summer time in 2016 (1443657600 is 2015-10-01).
    let home = timeline(days(Tz::Europe__Istanbul, 1_443_657_600, 900, 1, &mut Rng::with_seed(4)));
    assert_eq!(path(&home).segments.len(), 1);
}

#[test]
fn slips_to_a_distant_zone_are_counted_as_impossible() {
    let mut chance = Rng::with_seed(5);
    let mut moments = days(Tz::Europe__Berlin, START, 364, 3, &mut chance);
    for month in 0..12 {
        let seconds = START + month * 28 * DAY + 13 * 3_600;
        moments.push(moment(seconds, offset_of(Tz::America__Los_Angeles, seconds), "Add a thing"));
    }
    let all = timeline(moments);
    let found = slips(&all, &path(&all));
    let found = found.tested().unwrap();
    assert!(found.impossible >= 10, "{found:?}");
    let class = found.fits.unwrap();
    assert_eq!(found.seasons.iter().sum::<usize>(), found.impossible, "all match the offset of their season");
    assert_eq!(Zones::get().class(class).offset(START), -480);
    assert!(found.seasons.iter().all(|n| *n >= 3), "{:?}", found.seasons);
}

#[test]
fn utc_counts_as_missing_unless_summer_time_confirms_it() {
    let berlin = timeline(days(Tz::Europe__Berlin, START, 300, 1, &mut Rng::with_seed(6)));
    let london = days(Tz::Europe__London, START, 300, 1, &mut Rng::with_seed(6));
    let kind = |moments: Vec<Moment>| {
        let mut moments = timeline(moments).moments;
        super::clock::prove_utc(&mut moments);
        moments.iter().filter(|m| m.offset == 0 && m.clock == Clock::Missing).count()
    };
    assert_eq!(kind(london.clone()), 0);
    let mut mixed = berlin.moments.clone();
    mixed.extend((0..20).map(|i| moment(START + i * 9 * DAY + 500, 0, "Add")));
    assert_eq!(kind(mixed), 20, "+0100 in winter and +0200 in summer do not confirm +0000");
    let container: Vec<Moment> = london.iter().map(|m| Moment { offset: 0, ..*m }).collect();
    let count = timeline(container.clone()).moments.len();
    assert_eq!(kind(container), count);
}

#[test]
fn the_phase_shifts_with_the_recorded_offset() {
    let home = timeline(days(Tz::Europe__Berlin, START, 364, 3, &mut Rng::with_seed(7)));
    let at = |shift: i32| {
        let turned = timeline(home.moments.iter().map(|m| Moment { offset: m.offset + shift * 60, ..*m }).collect());
        phase(&turned, None, &office()).tested().unwrap().hours
    };
    for shift in [0, 3, 6, -6, -11] {
        assert!(wrap(at(shift) - f64::from(shift)).abs() < 0.8, "{shift}: {}", at(shift));
    }
    let honest = phase(&home, None, &office()).tested().copied().unwrap();
    assert!(any_other_offset(&honest) < 0.0);
    let far = Phase { hours: 9.0, ..honest };
    assert!(any_other_offset(&far) > 5.0 && offset_against_rhythm(&far, 9.0) > 10.0);
    assert!(offset_against_rhythm(&honest, 9.0) < -10.0, "another offset would make an ordinary day unusual");
}

#[test]
fn small_samples_are_reported_as_insufficient() {
    let few = timeline(days(Tz::Europe__Berlin, START, 8, 1, &mut Rng::with_seed(8)));
    for insufficient in [
        zone_path(&few).tested().is_none(),
        phase(&few, None, &office()).tested().is_none(),
        restless(&few).tested().is_none(),
        machine_made(&few).tested().is_none(),
        operators(&few).tested().is_none(),
        author_change(&few).tested().is_none(),
    ] {
        assert!(insufficient);
    }
    let one_day = timeline((0..500).map(|i| moment(START + i * 60, 60, "Add")).collect());
    assert!(zone_path(&one_day).tested().is_none() && phase(&one_day, None, &office()).tested().is_none());
}

#[test]
fn days_without_rest_are_counted() {
    let mut moments = days(Tz::UTC, START, 60, 3, &mut Rng::with_seed(9));
    assert!(restless(&timeline(moments.clone())).tested().unwrap().days_without_rest < 1.0);
    moments.extend((0..48).map(|i| moment(START + 70 * DAY + i * 3 * 3_600, 0, "Add")));
    let found = *restless(&timeline(moments)).tested().unwrap();
    assert!((found.days_without_rest - 47.0 / 8.0).abs() < 0.01 && found.hours_of_the_day == 8, "{found:?}");
}

#[test]
fn alternating_operators_are_detected_but_a_new_laptop_is_not() {
    let mut chance = Rng::with_seed(10);
    let mornings = days(Tz::UTC, START, 400, 1, &mut chance);
    let evenings = days(Tz::America__Los_Angeles, START, 400, 1, &mut chance);
    let other =
        |m: &Moment| moment(m.seconds, 0, "core: adds a thing to the list.\n\nSigned-off-by: A <a@example.org>");
    let shared = timeline(mornings.iter().copied().chain(evenings.iter().map(other)).collect());
    let found = operators(&shared);
    let found = found.tested().unwrap();
    assert!(found.habits > 20.0 && found.alternation > 0.5 && found.p <= 0.01, "{found:?}");
    assert!((found.hours - 8.0).abs() < 1.5, "{}", found.hours);

    let later: Vec<Moment> = mornings.iter().map(|m| other(&Moment { seconds: m.seconds + 400 * DAY, ..*m })).collect();
    let laptop = timeline(mornings.iter().copied().chain(later).collect());
    let found = operators(&laptop);
    assert!(found.tested().unwrap().alternation < 0.1, "a single switch is not an alternation");
    assert_eq!(operators(&timeline(mornings.clone())).tested().unwrap().strength(), 0.0);
    // One author with a work address, and a private address in the evening.
    let home = evenings.iter().map(|m| Moment { offset: 0, tool: Tool { identity: IdentityId(1), ..m.tool }, ..*m });
    let addresses = timeline(mornings.into_iter().chain(home).collect());
    assert_eq!(operators(&addresses).tested().unwrap().strength(), 0.0);
}

#[test]
fn a_change_of_operator_is_located_at_the_right_commit() {
    let first: Vec<Moment> = (0..150).map(|i| moment(START + i * DAY, 0, "core: add a thing")).collect();
    let second =
        (150..200).map(|i| moment(START + i * DAY, 0, "Added a thing to the long list of all the things there are."));
    let found = author_change(&timeline(first.iter().copied().chain(second).collect()));
    let found = found.tested().unwrap();
    assert_eq!(found.at, 150);
    assert!(found.ln_bf - found.next_best > 40.0 && found.channels.len() >= 3, "{found:?}");
    let steady = author_change(&timeline(first));
    assert!(steady.tested().unwrap().ln_bf < 1.0);
}

#[test]
fn scripted_dates_are_regular_and_manual_dates_are_bursty() {
    let mut chance = Rng::with_seed(11);
    let noon = timeline((0..200).map(|i| moment(START + i * DAY + 12 * 3_600, 0, "Add")).collect());
    let found = *machine_made(&noon).tested().unwrap();
    assert!(found.commonest_second == 1.0 && found.uneven > 50.0 && found.same_gap > 100, "{found:?}");
    let mut hand = Vec::new();
    for day in 0..200 {
        let start = START + chance.i64(0..400) * DAY + day + chance.i64(9 * 3_600..16 * 3_600);
        hand.extend((0..chance.i64(1..6)).map(|i| moment(start + i * chance.i64(60..1_500), 0, "Add")));
    }
    let found = *machine_made(&timeline(hand)).tested().unwrap();
    assert!(found.burstiness > 0.2 && found.quick > 0.1 && found.uneven < 4.0, "{found:?}");
}
