//! How reports write ids, timestamps, texts and figures; the same in every format.

use crate::analysis::people::ContributorId;
use crate::facts::IdentityId;
use crate::history::{Offset, Stamp};
use crate::pipeline::Audit;
use crate::scoring::Suspect;

pub(in crate::report) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(in crate::report) fn utc(seconds: i64) -> String {
    Stamp { seconds, offset: Offset::UTC }.utc()
}

/// The date of a timestamp, in UTC.
pub(in crate::report) fn day(seconds: i64) -> String {
    utc(seconds).chars().take(10).collect()
}

/// Rounds decibans and probabilities to three decimals: more would be noise.
pub(in crate::report) fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

pub(in crate::report) fn repository_id(number: usize) -> String {
    format!("r{}", number + 1)
}

pub(in crate::report) fn contributor_id(audit: &Audit, id: ContributorId) -> String {
    identity_id(audit, audit.people.get(id).earliest())
}

pub(in crate::report) fn identity_id(audit: &Audit, id: IdentityId) -> String {
    let (name, email) = audit.facts.identity(id);
    format!("{} <{}>", text(name), text(email))
}

/// Prefix of the name on a forged commit.
pub(in crate::report) const UNKNOWN_AUTHOR: &str = "unknown author using the name ";

/// The id of the contributor that a case or finding is about.
pub(in crate::report) fn suspect_id(audit: &Audit, suspect: Suspect) -> String {
    let name = contributor_id(audit, suspect.contributor);
    if suspect.is_forged { format!("{UNKNOWN_AUTHOR}{name}") } else { name }
}
