//! Dates and durations on the command line.

use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};

/// Parses a date, an RFC 3339 timestamp, or a relative time such as `90 days ago` or `yesterday` into seconds since
/// 1970 (UTC). A date without a time stands for its first second, or with `end` for its last second.
pub(super) fn parse(text: &str, end: bool, now: i64) -> Result<i64, String> {
    let text = text.trim();
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.timestamp());
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        let start = date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
        return Ok(if end { start + 86_399 } else { start });
    }
    relative(text, now)
        .ok_or_else(|| format!("'{text}' is not a date: write 2026-01-31, 2026-01-31T12:00:00Z, or '90 days ago'"))
}

fn relative(text: &str, now: i64) -> Option<i64> {
    let text = match text {
        "now" | "today" => "0 days",
        "yesterday" => "1 day",
        "last week" => "1 week",
        "last month" => "1 month",
        "last year" => "1 year",
        other => other,
    };
    let words: Vec<&str> = text.split([' ', '.']).filter(|w| !w.is_empty()).collect();
    let (count, unit) = match words.as_slice() {
        [count, unit] | [count, unit, "ago"] => (count.parse::<u32>().ok()?, unit.trim_end_matches('s')),
        _ => return None,
    };
    let now = DateTime::<Utc>::from_timestamp(now, 0)?;
    let then = match unit {
        "hour" => now.checked_sub_signed(TimeDelta::try_hours(count.into())?),
        "day" => now.checked_sub_signed(TimeDelta::try_days(count.into())?),
        "week" => now.checked_sub_signed(TimeDelta::try_weeks(count.into())?),
        "month" => now.checked_sub_months(Months::new(count)),
        "year" => now.checked_sub_months(Months::new(count.checked_mul(12)?)),
        _ => None,
    };
    then.map(|t| t.timestamp())
}

/// Returns the current time, or `SOURCE_DATE_EPOCH` if it is set, so that reports can be reproduced.
pub(super) fn now() -> i64 {
    std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok()).unwrap_or_else(|| Utc::now().timestamp())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn dates_timestamps_and_relative_times_are_parsed() {
        let now = 1_735_689_600; // 2025-01-01T00:00:00Z
        assert_eq!(parse("2024-12-31", false, now), Ok(now - 86_400));
        assert_eq!(parse("2024-12-31", true, now), Ok(now - 1));
        assert_eq!(parse("2025-01-01T01:00:00+01:00", false, now), Ok(now));
        assert_eq!(parse("2 weeks ago", false, now), Ok(now - 14 * 86_400));
        assert_eq!(parse("1.year.ago", false, now), Ok(now - 366 * 86_400));
        assert!(parse("yesterday-ish", false, now).is_err());
        assert!(parse("99999999999 years", false, now).is_err());
    }
}
