//! Models clocks: tz database zones, merged into classes. The zones of a class have the same offsets throughout
//! [`KNOWN`]. A class is identified by its offsets and its rule, and has no name.

use alibi_git::history::{DAY, Offset, Stamp};
use chrono::{DateTime, Datelike, Offset as _, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The period in which classes are distinguished: from the year of the first Git release to the year from which only
/// today's rules are known (2005-01-01 to 2038-01-01, in seconds since 1970, UTC).
pub const KNOWN: std::ops::Range<i64> = 1_104_537_600..2_145_916_800;

/// Days between two samples of a zone's clock. No offset has lasted for less time. Changes between samples are located
/// by bisection.
const SAMPLE_DAYS: i64 = 10;

/// Minimum length of a period that includes every season, in seconds.
const WHOLE_YEAR: i64 = 330 * DAY;

/// Index in [`Zones::classes`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ClassId(pub u16);

/// Zones whose clocks never differ in [`KNOWN`].
#[derive(Clone, Debug)]
pub struct Class {
    /// Number of zones in the class.
    pub zones: usize,
    /// The time (seconds since 1970, UTC) from which each offset (minutes east of UTC) holds.
    steps: Vec<(i64, i16)>,
}

impl Class {
    /// The offset at a moment, in minutes east of UTC. Before [`KNOWN`], the first offset; after it, the last.
    pub fn offset(&self, seconds: i64) -> i32 {
        let next = self.steps.partition_point(|step| step.0 <= seconds);
        i32::from(self.steps[next.saturating_sub(1)].1)
    }

    /// Returns a reader of the offsets at ascending moments.
    pub(super) fn walk(&self) -> Walk<'_> {
        Walk { steps: &self.steps, at: 0 }
    }

    /// The changes of the offset between two moments: the time and the new offset.
    pub fn changes(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, i32)> {
        let steps = self.steps.iter().skip(1).map(|step| (step.0, i32::from(step.1)));
        steps.filter(move |step| (from..to).contains(&step.0))
    }

    /// Describes the offsets and the rule between two moments: `+0100/+0200, clocks change in March and October`.
    pub fn words(&self, from: i64, to: i64) -> String {
        self.words_over(&[(from, to)])
    }

    /// Describes the offsets and the rule over several stretches, excluding the time between them.
    pub fn words_over(&self, stretches: &[(i64, i64)]) -> String {
        let (mut offsets, mut months) = (Vec::new(), Vec::new());
        let mut longest = 0;
        for &(from, to) in stretches {
            longest = longest.max(to - from);
            offsets.push(self.offset(from));
            for (when, offset) in self.changes(from, to) {
                offsets.push(offset);
                months.extend(DateTime::<Utc>::from_timestamp(when, 0).map(|t| t.month0() as usize));
            }
        }
        offsets.sort_unstable();
        offsets.dedup();
        let shown: Vec<String> = offsets.iter().map(|&m| Offset::from_minutes(m).to_string()).collect();
        let shown = shown.join("/");
        const NAMES: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        months.sort_unstable();
        months.dedup();
        match months.as_slice() {
            [] if longest >= WHOLE_YEAR => format!("{shown} all year"),
            // Part of a year does not show whether the offset changes in the rest.
            [] => shown,
            [one] => format!("{shown}, the clock changed in {}", NAMES[*one]),
            [a, b] => format!("{shown}, clocks change in {} and {}", NAMES[*a], NAMES[*b]),
            _ => format!("{shown}, the rule for clock changes changed"),
        }
    }
}

/// A reader of the offsets of a class at ascending moments.
pub(super) struct Walk<'c> {
    steps: &'c [(i64, i16)],
    at: usize,
}

impl Walk<'_> {
    pub(super) fn offset(&mut self, seconds: i64) -> i16 {
        while self.steps.get(self.at + 1).is_some_and(|next| next.0 <= seconds) {
            self.at += 1;
        }
        self.steps[self.at].1
    }
}

/// All classes, and the places where their clocks are used.
pub struct Zones {
    /// The classes, in the order of their first zones' names.
    pub classes: Vec<Class>,
    by_zone: BTreeMap<&'static str, ClassId>,
    cities: Vec<City>,
}

/// A place in the tz database: a unit vector from the centre of the earth, and its class.
struct City {
    at: [f64; 3],
    class: ClassId,
}

/// The list of places in the tz database (`zone1970.tab`, public domain): ISO 6709 coordinates and the zone.
const CITIES: &str = include_str!("cities.tsv");

static ZONES: LazyLock<Zones> = LazyLock::new(Zones::compute);

impl Zones {
    /// The classes, computed from the tz database on first use.
    pub fn get() -> &'static Zones {
        &ZONES
    }

    fn compute() -> Zones {
        let steps: Vec<Vec<(i64, i16)>> = TZ_VARIANTS.par_iter().map(|zone| steps(*zone)).collect();
        let mut known: BTreeMap<&[(i64, i16)], ClassId> = BTreeMap::new();
        let mut classes: Vec<Class> = Vec::new();
        let mut by_zone = BTreeMap::new();
        for (zone, steps) in TZ_VARIANTS.iter().zip(&steps) {
            let next = ClassId(classes.len() as u16);
            let class = *known.entry(steps).or_insert(next);
            if class == next {
                classes.push(Class { zones: 0, steps: steps.clone() });
            }
            classes[usize::from(class.0)].zones += 1;
            by_zone.insert(zone.name(), class);
        }
        let city = |line: &str| {
            let (place, zone) = line.split_once('\t')?;
            Some(City { at: iso6709(place)?, class: *by_zone.get(zone.trim())? })
        };
        let cities = CITIES.lines().filter_map(city).collect();
        Zones { classes, by_zone, cities }
    }

    /// The class with this id.
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[usize::from(id.0)]
    }

    /// The class of a zone of the tz database.
    pub fn of(&self, zone: Tz) -> Option<ClassId> {
        self.by_zone.get(zone.name()).copied()
    }

    /// All classes with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (ClassId, &Class)> {
        self.classes.iter().enumerate().map(|(i, class)| (ClassId(i as u16), class))
    }

    /// The shortest distance on the earth's surface, in kilometres, between a place with the offset `a` and a place
    /// with the offset `b`, at a moment; `None` if either offset is used nowhere.
    pub fn min_distance(&self, a: i32, b: i32, seconds: i64) -> Option<f64> {
        let places = |offset: i32| {
            let shows = move |city: &&City| self.class(city.class).offset(seconds) == offset;
            self.cities.iter().filter(shows).map(|city| city.at).collect::<Vec<_>>()
        };
        let (from, to) = (places(a), places(b));
        let dot = |p: &[f64; 3], q: &[f64; 3]| p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
        let nearest = from
            .iter()
            .flat_map(|p| to.iter().map(move |q| dot(p, q)))
            .fold(None, |best: Option<f64>, d| Some(best.map_or(d, |b| b.max(d))))?;
        Some(EARTH_RADIUS_KM * nearest.clamp(-1.0, 1.0).acos())
    }
}

/// The mean radius of the earth (IUGG), in kilometres.
const EARTH_RADIUS_KM: f64 = 6371.0;

fn steps(zone: Tz) -> Vec<(i64, i16)> {
    let offset = |seconds: i64| -> i16 {
        let utc = DateTime::<Utc>::from_timestamp(seconds, 0).unwrap_or_default().naive_utc();
        (zone.offset_from_utc_datetime(&utc).fix().local_minus_utc() / 60) as i16
    };
    let mut steps = vec![(i64::MIN, offset(KNOWN.start))];
    let mut at = KNOWN.start;
    while at < KNOWN.end {
        let next = at + SAMPLE_DAYS * DAY;
        let (before, after) = (offset(at), offset(next));
        if before != after {
            let (mut low, mut high) = (at, next);
            while high - low > 60 {
                let middle = low + (high - low) / 120 * 60;
                if offset(middle) == before { low = middle } else { high = middle }
            }
            steps.push((high, after));
        }
        at = next;
    }
    steps
}

/// `±DDMM±DDDMM` or `±DDMMSS±DDDMMSS` as a unit vector.
fn iso6709(text: &str) -> Option<[f64; 3]> {
    let second = text[1..].find(['+', '-'])? + 1;
    let degrees = |part: &str, whole: usize| -> Option<f64> {
        let sign = if part.starts_with('-') { -1.0 } else { 1.0 };
        let digits = &part[1..];
        let number = |range: std::ops::Range<usize>| digits.get(range).map_or(Some(0.0), |d| d.parse::<f64>().ok());
        let seconds = if digits.len() > whole + 2 { number(whole + 2..whole + 4)? } else { 0.0 };
        Some(sign * (number(0..whole)? + number(whole..whole + 2)? / 60.0 + seconds / 3600.0).to_radians())
    };
    let (latitude, longitude) = (degrees(&text[..second], 2)?, degrees(&text[second..], 3)?);
    Some([latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()])
}

/// The local day (since 1970) at a moment, by this offset (minutes east of UTC).
pub fn local_day(seconds: i64, offset: i32) -> i64 {
    (seconds + i64::from(offset) * 60).div_euclid(DAY)
}

/// The local second of the day at a moment, by this offset (minutes east of UTC).
pub fn local_second(seconds: i64, offset: i32) -> i64 {
    (seconds + i64::from(offset) * 60).rem_euclid(DAY)
}

/// A moment with its recorded UTC offset.
pub fn stamp(seconds: i64, offset: i32) -> Stamp {
    Stamp { seconds, offset: Offset::from_minutes(offset) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_change_at_the_published_second() {
        // Zone, second (UTC) of a change, offset before the change, and offset at the change.
        for (zone, change, before, after) in [
            (Tz::Europe__Berlin, 1_616_893_200, 60, 120),        // 2021-03-28 01:00
            (Tz::Europe__Berlin, 1_635_642_000, 120, 60),        // 2021-10-31 01:00
            (Tz::America__New_York, 1_615_705_200, -300, -240),  // 2021-03-14 07:00
            (Tz::Australia__Lord_Howe, 1_617_462_000, 660, 630), // 2021-04-03 15:00, by half an hour
            (Tz::Asia__Pyongyang, 1_525_446_000, 510, 540),      // 2018-05-04 15:00, a new standard time
            (Tz::Pacific__Apia, 1_325_239_200, -600, 840),       // 2011-12-30 10:00, across the date line
        ] {
            let class = Zones::get().class(Zones::get().of(zone).unwrap());
            let offsets = (class.offset(change - 60), class.offset(change));
            assert_eq!(offsets, (before, after), "{} at {change}", zone.name());
        }
    }

    #[test]
    fn local_day_and_second_follow_the_offset() {
        // Seconds since 1970 (UTC), offset in minutes, expected day and second of the day.
        for (seconds, offset, day, second) in [
            (0, 0, 0, 0),
            (0, -1, -1, DAY - 60),
            (-1, 0, -1, DAY - 1),
            (DAY - 1, 1, 1, 59),
            (DAY, 840, 1, 14 * 3600),
            (DAY, -720, 0, 12 * 3600),
        ] {
            assert_eq!(
                (local_day(seconds, offset), local_second(seconds, offset)),
                (day, second),
                "{seconds} {offset}"
            );
        }
    }

    #[test]
    fn coordinates_become_unit_vectors() {
        let close = |a: [f64; 3], b: [f64; 3]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-3);
        for (text, expected) in [
            ("+0000+00000", [1.0, 0.0, 0.0]),
            ("+0000+09000", [0.0, 1.0, 0.0]),
            ("-9000+00000", [0.0, 0.0, -1.0]),
            ("+4530-09000", [0.0, -0.701, 0.713]),
            ("+453000-0900000", [0.0, -0.701, 0.713]),
        ] {
            assert!(iso6709(text).is_some_and(|found| close(found, expected)), "{text}: {:?}", iso6709(text));
        }
        assert_eq!(iso6709("+4530"), None, "the longitude is missing");
    }
}
