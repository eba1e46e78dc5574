//! Times and offsets as commits record them.

use chrono::{DateTime, FixedOffset, Utc};
use std::fmt;

/// An offset from UTC as a commit writes it: a sign and up to four digits, not yet validated.
///
/// Git reads `+5130` as 51 hours and 30 minutes; such values occur in real history and are kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Offset(i16);

impl Offset {
    /// `-0000`, which Git writes if the time zone is unknown.
    pub const UNKNOWN: Offset = Offset(i16::MIN);
    /// No offset could be read.
    pub const MISSING: Offset = Offset(i16::MIN + 1);
    /// `+0000`.
    pub const UTC: Offset = Offset(0);

    /// Parses `+hhmm` or `-hhmm`. Anything but a sign and one to four digits is [`Offset::MISSING`].
    pub fn parse(text: &[u8]) -> Offset {
        let (sign, digits) = match text {
            [b'+', rest @ ..] => (1, rest),
            [b'-', rest @ ..] => (-1, rest),
            _ => return Offset::MISSING,
        };
        if digits.is_empty() || digits.len() > 4 || !digits.iter().all(u8::is_ascii_digit) {
            return Offset::MISSING;
        }
        let value = digits.iter().fold(0i16, |n, d| n * 10 + i16::from(d - b'0'));
        if sign < 0 && value == 0 { Offset::UNKNOWN } else { Offset(sign * value) }
    }

    /// Minutes east of UTC; `None` if the offset is unknown or missing, or if no real time zone has it (beyond ±14 h,
    /// or with 60 or more minutes).
    pub fn minutes(self) -> Option<i32> {
        if self == Offset::UNKNOWN || self == Offset::MISSING {
            return None;
        }
        let (hours, minutes) = (i32::from(self.0.abs() / 100), i32::from(self.0.abs() % 100));
        let total = hours * 60 + minutes;
        (minutes < 60 && total <= 14 * 60).then_some(total * i32::from(self.0.signum()))
    }

    /// Creates an offset from a number of minutes east of UTC.
    pub fn from_minutes(minutes: i32) -> Offset {
        let hhmm = minutes.abs() / 60 * 100 + minutes.abs() % 60;
        Offset(i16::try_from(hhmm * minutes.signum()).unwrap_or(i16::MIN + 1))
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Offset::UNKNOWN => f.write_str("-0000"),
            Offset::MISSING => f.write_str("(none)"),
            Offset(v) => write!(f, "{}{:04}", if v < 0 { '-' } else { '+' }, v.abs()),
        }
    }
}

/// A day without a clock change, in seconds.
pub const DAY: i64 = 86_400;

/// The date of Git's own first commit (2005-04-07T22:13:13Z), in seconds since 1970, UTC. A commit with an earlier date
/// was written by another system.
pub const FIRST_GIT_COMMIT: i64 = 1_112_911_993;

/// A time as a commit records it: seconds since 1970, UTC, and a UTC offset.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Stamp {
    /// Seconds since 1970-01-01T00:00:00Z; negative before it.
    pub seconds: i64,
    /// The UTC offset, as recorded.
    pub offset: Offset,
}

impl Stamp {
    /// Formats the time in UTC as `YYYY-MM-DDTHH:MM:SSZ`; outside the calendar's range, as the number of seconds.
    pub fn utc(self) -> String {
        match DateTime::<Utc>::from_timestamp(self.seconds, 0) {
            Some(t) => t.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            None => format!("{}s", self.seconds),
        }
    }

    /// Formats the local time at the recorded offset, with that offset; in UTC if the offset is not a real one.
    pub fn local(self) -> String {
        let zone = self.offset.minutes().and_then(|m| FixedOffset::east_opt(m * 60));
        match (DateTime::<Utc>::from_timestamp(self.seconds, 0), zone) {
            (Some(t), Some(zone)) => t.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S %z").to_string(),
            _ => format!("{} {}", self.utc(), self.offset),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_keep_their_text_and_are_validated_on_use() {
        assert_eq!(Offset::parse(b"+0530").minutes(), Some(330));
        assert_eq!(Offset::parse(b"-0330").minutes(), Some(-210));
        assert_eq!(Offset::parse(b"+1245").minutes(), Some(765));
        assert_eq!(Offset::parse(b"+5130").to_string(), "+5130");
        assert_eq!(Offset::parse(b"+5130").minutes(), None);
        assert_eq!(Offset::parse(b"-0000"), Offset::UNKNOWN);
        assert_eq!(Offset::parse(b"+0000"), Offset::UTC);
        assert_eq!(Offset::parse(b"0200"), Offset::MISSING);
        assert_eq!(Offset::parse(b"+02x0"), Offset::MISSING);
        assert_eq!(Offset::from_minutes(-210).to_string(), "-0330");
    }

    #[test]
    fn dates_before_1970_and_after_2100_are_formatted() {
        let utc = |seconds| Stamp { seconds, offset: Offset::UTC }.utc();
        assert_eq!(utc(-86_400), "1969-12-31T00:00:00Z");
        assert_eq!(utc(4_133_980_800), "2101-01-01T00:00:00Z");
        assert_eq!(utc(i64::MAX), format!("{}s", i64::MAX));
        let stamp = Stamp { seconds: 0, offset: Offset::parse(b"+0530") };
        assert_eq!(stamp.local(), "1970-01-01 05:30:00 +0530");
    }
}
