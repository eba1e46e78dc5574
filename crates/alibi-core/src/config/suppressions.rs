//! Reads suppressions (entries of `alibi.toml`, baselines and inline comments), and formats new baselines.

use super::source::{ConfigError, Source, day};
use crate::finding::{DecidedIn, Suppression};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSuppression {
    finding: Spanned<String>,
    reason: Option<Spanned<String>>,
    owner: Option<String>,
    expires: Option<Spanned<toml::value::Datetime>>,
    #[serde(default)]
    disputed: bool,
}

/// Validates the suppressions of an alibi file.
///
/// # Errors
/// [`ConfigError::Invalid`] if an entry has no reason, an invalid finding id or an invalid date, or if a finding has
/// several entries.
pub(super) fn validate(raw: Vec<Spanned<RawSuppression>>, source: &Source) -> Result<Vec<Suppression>, ConfigError> {
    let mut all: Vec<Suppression> = Vec::new();
    for entry in raw {
        let span = entry.span();
        let entry = entry.into_inner();
        let finding = finding_id(&entry.finding, source)?;
        if all.iter().any(|other| other.finding == finding) {
            return Err(source.invalid(&entry.finding.span(), "this finding is listed twice: keep one entry"));
        }
        all.push(Suppression {
            finding,
            by: DecidedIn::File,
            reason: reason(entry.reason.as_ref(), &span, source)?,
            owner: entry.owner.map(|o| o.trim().to_owned()).filter(|o| !o.is_empty()),
            expires: day(entry.expires.as_ref(), source)?,
            disputed: entry.disputed,
        });
    }
    Ok(all)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBaseline {
    reason: Option<Spanned<String>>,
    owner: Option<String>,
    expires: Option<Spanned<toml::value::Datetime>>,
    findings: Vec<Spanned<String>>,
}

/// Findings that a team accepted together, for one reason.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Baseline {
    /// A suppression for each finding.
    pub suppressions: Vec<Suppression>,
    source: Source,
}

impl Baseline {
    /// Reads and parses a file.
    ///
    /// # Errors
    /// [`ConfigError`] if the file cannot be read or is invalid.
    pub fn read(path: &Path) -> Result<Baseline, ConfigError> {
        Baseline::of(Source::read(path)?)
    }

    /// Parses the text of a file.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] if the text is invalid.
    pub fn parse(path: &str, text: &str) -> Result<Baseline, ConfigError> {
        Baseline::of(Source::new(path, text))
    }

    /// The path of the file.
    pub fn path(&self) -> &str {
        self.source.path()
    }

    fn of(source: Source) -> Result<Baseline, ConfigError> {
        let raw: RawBaseline = source.parse()?;
        let reason = reason(raw.reason.as_ref(), &(0..0), &source)?;
        let expires = day(raw.expires.as_ref(), &source)?;
        let mut suppressions = Vec::new();
        for finding in &raw.findings {
            suppressions.push(Suppression {
                finding: finding_id(finding, &source)?,
                by: DecidedIn::Baseline,
                reason: reason.clone(),
                owner: raw.owner.clone(),
                expires,
                disputed: false,
            });
        }
        Ok(Baseline { suppressions, source })
    }

    /// Returns the text of a baseline that accepts these findings, sorted and without duplicates.
    ///
    /// # Errors
    /// Returns an error if the text cannot be written as TOML.
    pub fn text(findings: &[String], reason: &str, owner: Option<&str>) -> Result<String, toml::ser::Error> {
        let mut findings: Vec<&str> = findings.iter().map(String::as_str).collect();
        findings.sort_unstable();
        findings.dedup();
        let quoted = |text: &str| toml::to_string(&BTreeMap::from([("v", text)])).map(|line| line[4..].to_owned());
        let mut text =
            String::from("# Written by `git alibi baseline write`: findings that were reviewed and accepted.\n");
        text += &format!("reason = {}", quoted(reason)?);
        if let Some(owner) = owner {
            text += &format!("owner = {}", quoted(owner)?);
        }
        text += "findings = [\n";
        for finding in findings {
            text += &format!("    \"{finding}\",\n");
        }
        Ok(text + "]\n")
    }
}

fn reason(reason: Option<&Spanned<String>>, entry: &Range<usize>, source: &Source) -> Result<String, ConfigError> {
    let text = reason.map_or("", |r| r.as_ref().trim());
    if text.is_empty() {
        let span = reason.map_or(entry.clone(), Spanned::span);
        return Err(source.invalid(&span, "missing reason: say why this is accepted: reason = \"...\""));
    }
    Ok(text.to_owned())
}

fn finding_id(id: &Spanned<String>, source: &Source) -> Result<String, ConfigError> {
    let text = id.as_ref().trim();
    if !is_finding_id(text) {
        let message =
            format!("'{text}' is not a finding id: copy it from the report, like bidi-control:0123456789abcdef");
        return Err(source.invalid(&id.span(), &message));
    }
    Ok(text.to_owned())
}

/// Whether a string is a finding id: a heuristic, a hash and an optional ordinal, separated by colons.
fn is_finding_id(text: &str) -> bool {
    let mut parts = text.split(':');
    let heuristic = parts.next().unwrap_or_default();
    let is_hash = parts.next().is_some_and(|hash| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()));
    let is_ordinal = parts.next().is_none_or(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !heuristic.is_empty() && heuristic.bytes().all(is_name) && is_hash && is_ordinal && parts.next().is_none()
}

/// The prefix of an inline suppression.
const MARK: &str = "git-alibi:";

/// Parses an inline suppression, if the line contains one: `git-alibi: ignore[HEURISTIC] reason`. `owner=NAME`,
/// `expires=2027-01-31` and `disputed` may follow the heuristic.
///
/// # Errors
/// Returns a message if the suppression cannot be parsed or has no reason.
pub fn inline_suppression(line: &str) -> Result<Option<Suppression>, String> {
    let Some((_, comment)) = line.split_once(MARK) else { return Ok(None) };
    let Some(comment) = comment.trim_start().strip_prefix("ignore") else { return Ok(None) };
    let parts = comment.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let Some((words, reason)) = parts else {
        return Err("an inline suppression must name its heuristic: git-alibi: ignore[HEURISTIC] reason".into());
    };
    let mut words = words.split([' ', ',']).filter(|word| !word.is_empty());
    let heuristic = words.next().ok_or("an inline suppression must name its heuristic")?.to_owned();
    // A comment terminator is not a reason.
    let reason = ["*/", "-->", "#}", "%>"].iter().fold(reason.trim(), |text, end| text.trim_end_matches(end).trim());
    let reason = reason.trim_start_matches([':', '-', ' ']).to_owned();
    if reason.is_empty() {
        return Err(format!("the inline suppression of {heuristic} has no reason, so it has no effect"));
    }
    let by = DecidedIn::Inline;
    let mut found = Suppression { finding: heuristic, by, reason, owner: None, expires: None, disputed: false };
    for word in words {
        match word.split_once('=') {
            Some(("owner", owner)) => found.owner = Some(owner.to_owned()),
            Some(("expires", day)) => {
                let day = day.parse().map_err(|_| format!("'{day}' is not a date like 2027-01-31"))?;
                found.expires = Some(day);
            }
            None if word == "disputed" => found.disputed = true,
            _ => return Err(format!("unknown word '{word}' in an inline suppression")),
        }
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::AlibiFile;
    use chrono::NaiveDate;

    #[test]
    fn suppressions_need_a_finding_id_and_a_reason() {
        let parse = |lines: &str| AlibiFile::parse("alibi.toml", &format!("[[suppress]]\n{lines}\n"));
        let id = "finding = 'bidi-control:0123456789abcdef'";
        let file = parse(&format!("{id}\nreason = 'a test'\nowner = 'ana'\nexpires = 2027-01-31\ndisputed = true"));
        let one = &file.unwrap().suppressions[0];
        assert_eq!((one.reason.as_str(), one.owner.as_deref(), one.disputed), ("a test", Some("ana"), true));
        assert_eq!(one.expires, NaiveDate::from_ymd_opt(2027, 1, 31));
        let error = |lines: &str| parse(lines).unwrap_err().to_string();
        assert!(error(id).starts_with("alibi.toml:1:1: missing reason"), "{}", error(id));
        assert!(error(&format!("{id}\nreason = ' '")).starts_with("alibi.toml:3:10: missing reason"));
        assert!(
            error("finding = 'bidi-control'\nreason = 'x'")
                .starts_with("alibi.toml:2:11: 'bidi-control' is not a finding id")
        );
        assert!(error(&format!("{id}\nreason = 'x'\nexpires = '2027'")).contains("alibi.toml:4:"));
        let twice = format!("{id}\nreason = 'x'\n[[suppress]]\n{id}\nreason = 'y'");
        assert!(error(&twice).contains("twice"));
    }

    #[test]
    fn a_baseline_round_trips_as_text() {
        let ids = ["b-c:0123456789abcdef:2".to_owned(), "a:0123456789abcdef".to_owned()];
        let text = Baseline::text(&ids, "seen \"before\" us", Some("ana")).unwrap();
        let read = Baseline::parse("alibi-baseline.toml", &text).unwrap();
        assert_eq!(read.suppressions.len(), 2);
        assert_eq!(read.suppressions[0].finding, ids[1]);
        assert_eq!(read.suppressions[0].reason, "seen \"before\" us");
        assert!(Baseline::parse("b", "findings = []").is_err(), "a baseline without a reason must be rejected");
    }

    #[test]
    fn inline_suppressions_need_a_heuristic_and_a_reason() {
        let one =
            inline_suppression("  // git-alibi: ignore[bidi-control owner=ana expires=2027-01-31] a fixture").unwrap();
        let one = one.unwrap();
        assert_eq!((one.finding.as_str(), one.reason.as_str()), ("bidi-control", "a fixture"));
        assert_eq!(one.owner.as_deref(), Some("ana"));
        assert_eq!(inline_suppression("/* git-alibi: ignore[x] why */").unwrap().unwrap().reason, "why");
        assert_eq!(inline_suppression("nothing of the kind"), Ok(None));
        assert!(inline_suppression("# git-alibi: ignore[x]").unwrap_err().contains("no reason"));
        assert!(inline_suppression("# git-alibi: ignore[x expires=soon] y").is_err());
        assert!(inline_suppression("# git-alibi: ignore everything").is_err());
    }
}
