//! Reads and validates `alibi.toml`.

use super::source::{ConfigError, Source, day};
use super::suppressions::{RawSuppression, validate};
use crate::finding::Suppression;
use alibi_rules::heuristics::PathFilter;
use chrono::NaiveDate;
use chrono_tz::{TZ_VARIANTS, Tz};
use serde::Deserialize;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;

/// A query that must match exactly one contributor, with its position in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Who {
    /// A name, an address, or `Name <address>`.
    pub query: String,
    span: Range<usize>,
}

/// A period from its first to its last day, both included. It is open-ended where a day is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    /// The first day, in the declared time zone.
    pub from: Option<NaiveDate>,
    /// The last day, in the declared time zone.
    pub to: Option<NaiveDate>,
}

impl Period {
    /// Whether the period includes a day.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    fn overlaps(&self, other: &Period) -> bool {
        let before = |a: &Period, b: &Period| a.to.zip(b.from).is_some_and(|(to, from)| to < from);
        !before(self, other) && !before(other, self)
    }
}

/// Working hours, in minutes since local midnight. They may continue past midnight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hours {
    /// Start of work.
    pub from: u32,
    /// End of work; smaller than `from` if work continues past midnight.
    pub to: u32,
}

impl Hours {
    /// Whether the hours include a minute of the local day.
    pub fn contains(&self, minute: u32) -> bool {
        if self.from <= self.to {
            (self.from..=self.to).contains(&minute)
        } else {
            minute >= self.from || minute <= self.to
        }
    }
}

/// A declared stay in a time zone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stay {
    /// The time zone, from the tz database.
    pub zone: Tz,
    /// The period.
    pub period: Period,
    /// The working hours, if declared.
    pub hours: Option<Hours>,
}

/// Everything declared about one contributor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Declared {
    /// The contributor.
    pub who: Who,
    /// Declared home zones; their periods do not overlap.
    pub alibis: Vec<Stay>,
    /// Declared journeys. During a journey, its zone is accepted in addition to the home zone.
    pub travel: Vec<Stay>,
    /// The declared addresses; empty if none are declared.
    pub addresses: Vec<String>,
    /// The declared signing keys, as reports print them; empty if none are declared.
    pub keys: Vec<String>,
}

impl Declared {
    /// Whether a home zone, an address or a key is declared.
    pub fn is_complete(&self) -> bool {
        !(self.alibis.is_empty() && self.addresses.is_empty() && self.keys.is_empty())
    }
}

/// Paths that the team declares sensitive.
#[derive(Clone, Debug)]
pub struct Sensitive {
    /// The kind: one from the catalogue, or one that the team defines.
    pub kind: String,
    /// The paths.
    pub paths: PathFilter,
}

impl PartialEq for Sensitive {
    fn eq(&self, other: &Sensitive) -> bool {
        self.kind == other.kind && self.paths.is_same(&other.paths)
    }
}

impl Eq for Sensitive {}

/// A validated alibi file.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct AlibiFile {
    /// The declared contributors.
    pub declared: Vec<Declared>,
    /// Additional sensitive paths.
    pub sensitive: Vec<Sensitive>,
    /// The team's suppressions.
    pub suppressions: Vec<Suppression>,
    source: Source,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    contributor: Vec<RawContributor>,
    #[serde(default)]
    sensitive: Vec<RawSensitive>,
    #[serde(default)]
    suppress: Vec<Spanned<RawSuppression>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSensitive {
    kind: Spanned<String>,
    globs: Spanned<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawContributor {
    who: Spanned<String>,
    #[serde(default)]
    alibi: Vec<Spanned<RawStay>>,
    #[serde(default)]
    travel: Vec<Spanned<RawStay>>,
    #[serde(default)]
    addresses: Vec<String>,
    #[serde(default)]
    keys: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStay {
    zone: Spanned<String>,
    from: Option<Spanned<toml::value::Datetime>>,
    to: Option<Spanned<toml::value::Datetime>>,
    hours: Option<Spanned<String>>,
}

impl AlibiFile {
    /// Reads and parses a file.
    ///
    /// # Errors
    /// [`ConfigError`] if the file cannot be read or is invalid.
    pub fn read(path: &Path) -> Result<AlibiFile, ConfigError> {
        AlibiFile::of(Source::read(path)?)
    }

    /// Parses the text of a file.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] if the text is invalid.
    pub fn parse(path: &str, text: &str) -> Result<AlibiFile, ConfigError> {
        AlibiFile::of(Source::new(path, text))
    }

    fn of(source: Source) -> Result<AlibiFile, ConfigError> {
        let raw: RawFile = source.parse()?;
        let mut file = AlibiFile { source, ..AlibiFile::default() };
        file.suppressions = validate(raw.suppress, &file.source)?;
        for paths in raw.sensitive {
            let kind = paths.kind.as_ref().trim().to_owned();
            if kind.is_empty() {
                return Err(file.invalid(&paths.kind.span(), "missing kind of path: kind = \"payments\""));
            }
            let globs = paths.globs.as_ref();
            if globs.is_empty() {
                return Err(file.invalid(&paths.globs.span(), "missing paths: globs = [\"src/pay/**\"]"));
            }
            let read = PathFilter::new(globs, &[]);
            let paths = read.map_err(|e| file.invalid(&paths.globs.span(), &format!("invalid glob: {e}")))?;
            file.sensitive.push(Sensitive { kind, paths });
        }
        for contributor in raw.contributor {
            let span = contributor.who.span();
            let query = contributor.who.into_inner().trim().to_owned();
            if query.is_empty() {
                return Err(file.invalid(&span, "missing contributor: write a name, an address, or 'Name <address>'"));
            }
            if file.declared.iter().any(|d| d.who.query.to_lowercase() == query.to_lowercase()) {
                return Err(file.invalid(&span, &format!("'{query}' is listed twice: merge the entries")));
            }
            let (alibis, travel) = (file.stays(&contributor.alibi)?, file.stays(&contributor.travel)?);
            for (stays, spans, kind) in
                [(&alibis, &contributor.alibi, "alibis"), (&travel, &contributor.travel, "journeys")]
            {
                let spans: Vec<Range<usize>> =
                    spans.iter().filter(|s| !s.as_ref().zone.as_ref().is_empty()).map(Spanned::span).collect();
                file.refuse_overlaps(stays, &spans, kind)?;
            }
            if let Some(trip) = contributor.travel.iter().find(|t| t.as_ref().from.is_none() || t.as_ref().to.is_none())
            {
                return Err(
                    file.invalid(&trip.span(), "a journey needs a first and a last day: from = 2026-01-31, to = …")
                );
            }
            let trimmed = |list: Vec<String>| list.iter().map(|s| s.trim().to_owned()).collect();
            file.declared.push(Declared {
                who: Who { query, span },
                alibis,
                travel,
                addresses: trimmed(contributor.addresses),
                keys: trimmed(contributor.keys),
            });
        }
        Ok(file)
    }

    /// Creates an error at the position of a contributor in the file.
    pub fn invalid_contributor(&self, who: &Who, message: &str) -> ConfigError {
        self.invalid(&who.span, message)
    }

    /// The path of the file.
    pub fn path(&self) -> &str {
        self.source.path()
    }

    fn invalid(&self, span: &Range<usize>, message: &str) -> ConfigError {
        self.source.invalid(span, message)
    }

    fn stays(&self, raw: &[Spanned<RawStay>]) -> Result<Vec<Stay>, ConfigError> {
        // A generated draft leaves zones blank; such entries declare nothing yet.
        let declared = raw.iter().filter(|stay| !stay.as_ref().zone.as_ref().is_empty());
        declared.map(|stay| self.stay(stay.as_ref())).collect()
    }

    fn stay(&self, raw: &RawStay) -> Result<Stay, ConfigError> {
        let name = raw.zone.as_ref();
        let zone = TZ_VARIANTS.iter().find(|zone| zone.name() == name.as_str()).copied();
        let Some(zone) = zone else {
            let message = format!("there is no zone '{name}' in the tz database{}", suggestion(name));
            return Err(self.invalid(&raw.zone.span(), &message));
        };
        let day = |when: &Option<Spanned<toml::value::Datetime>>| day(when.as_ref(), &self.source);
        let period = Period { from: day(&raw.from)?, to: day(&raw.to)? };
        if let Some((from, to)) = period.from.zip(period.to)
            && from > to
        {
            let span = raw.to.as_ref().map_or(0..0, Spanned::span);
            return Err(
                self.invalid(&span, &format!("the period ends on {to}, before it begins on {from}: swap the days"))
            );
        }
        let hours = match &raw.hours {
            None => None,
            Some(text) => Some(hours(text.as_ref()).ok_or_else(|| {
                self.invalid(&text.span(), "write hours as \"09:00-17:30\"; the end may be after midnight")
            })?),
        };
        Ok(Stay { zone, period, hours })
    }

    fn refuse_overlaps(&self, stays: &[Stay], spans: &[Range<usize>], kind: &str) -> Result<(), ConfigError> {
        for (i, stay) in stays.iter().enumerate() {
            if let Some(other) = stays[..i].iter().position(|other| other.period.overlaps(&stay.period)) {
                let message = format!(
                    "these {kind} overlap: number {} and number {} share days; end one before the other begins",
                    other + 1,
                    i + 1
                );
                return Err(self.invalid(&spans[i], &message));
            }
        }
        Ok(())
    }
}

fn hours(text: &str) -> Option<Hours> {
    let (from, to) = text.split_once('-')?;
    let minute = |text: &str| {
        let (hours, minutes) = text.trim().split_once(':')?;
        let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours <= 24 && minutes < 60 && hours * 60 + minutes <= 24 * 60).then_some(hours * 60 + minutes)
    };
    Some(Hours { from: minute(from)?, to: minute(to)? }).filter(|h| h.from != h.to)
}

/// Returns a hint for an unknown zone: the nearest zone name, or an example if none is close.
fn suggestion(name: &str) -> String {
    let near = |zone: &Tz| {
        let last = |text: &str| text.rsplit('/').next().unwrap_or(text).to_lowercase();
        strsim::jaro_winkler(&zone.name().to_lowercase(), &name.to_lowercase())
            .max(strsim::jaro_winkler(&last(zone.name()), &last(name)) - 0.02)
    };
    let best = TZ_VARIANTS.iter().rev().max_by(|a, b| near(a).total_cmp(&near(b)));
    best.filter(|zone| near(zone) > 0.8)
        .map_or_else(|| ": names look like Europe/Lisbon".into(), |zone| format!("; did you mean '{}'?", zone.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        AlibiFile::parse("alibi.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn a_complete_alibi_file_is_parsed() {
        let text = r#"
[[contributor]]
who = "Ana Duarte <ana@example.org>"
addresses = ["ana@example.org"]
keys = ["ssh:SHA256:abc"]
[[contributor.alibi]]
zone = "Europe/Lisbon"
to = 2023-12-31
hours = "09:00-18:00"
[[contributor.alibi]]
zone = "America/Toronto"
from = 2024-01-01
[[contributor.travel]]
zone = "Asia/Tokyo"
from = 2023-05-01
to = 2023-05-14
"#;
        let file = AlibiFile::parse("alibi.toml", text).unwrap();
        let ana = &file.declared[0];
        assert_eq!(ana.alibis.len(), 2);
        assert!(ana.alibis[0].hours.unwrap().contains(9 * 60));
        assert!(!ana.alibis[0].hours.unwrap().contains(8 * 60 + 59));
        assert!(ana.travel[0].period.contains(NaiveDate::from_ymd_opt(2023, 5, 14).unwrap()));
        let night = Hours { from: 22 * 60, to: 6 * 60 };
        assert!(night.contains(23 * 60) && night.contains(60) && !night.contains(12 * 60));
    }

    #[test]
    fn invalid_entries_are_rejected_with_line_and_column() {
        let with = |lines: &str| format!("[[contributor]]\nwho = \"a\"\n[[contributor.alibi]]\n{lines}\n");
        assert_eq!(
            error(&with("zone = \"Europe/Lisbo\"")),
            "alibi.toml:4:8: there is no zone 'Europe/Lisbo' in the tz database; did you mean 'Europe/Lisbon'?"
        );
        assert!(error(&with("zone = \"Lisbon\"")).contains("did you mean 'Europe/Lisbon'?"));
        assert!(
            error(&with("zone = \"UTC\"\nfrom = 2024-02-01\nto = 2024-01-01"))
                .starts_with("alibi.toml:6:6: the period ends")
        );
        assert!(error(&with("zone = \"UTC\"\nhours = \"9 to 5\"")).contains(":5:9: write hours"));
        assert!(error(&with("zone = \"UTC\"\n[[contributor.alibi]]\nzone = \"UTC\"")).contains("overlap"));
        assert!(error(&with("zone = \"UTC\"\ncity = \"x\"")).contains("alibi.toml:5:1: unknown field `city`"));
        assert!(
            error("[[contributor]]\nwho = \"a\"\n[[contributor.travel]]\nzone = \"UTC\"").contains("a journey needs")
        );
        assert!(
            error("[[contributor]]\nwho = \"a\"\n[[contributor]]\nwho = \"A\"").contains(":4:7: 'A' is listed twice")
        );
    }
}
