//! Formats ids, timestamps, text and figures, in the same way for every output format.

use alibi_core::analysis::people::ContributorId;
use alibi_core::facts::{IdentityId, RepositoryIdx};
use alibi_core::scoring::Suspect;
use alibi_git::history::{Offset, Stamp};
use alibi_scan::pipeline::Audit;

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn utc(seconds: i64) -> String {
    Stamp { seconds, offset: Offset::UTC }.utc()
}

/// The date of a timestamp, in UTC.
pub(crate) fn day(seconds: i64) -> String {
    utc(seconds).chars().take(10).collect()
}

/// Rounds a figure to three decimals: further digits would be noise.
pub(crate) fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

pub(crate) fn repository_id(repository: RepositoryIdx) -> String {
    format!("r{}", repository.index() + 1)
}

pub(crate) fn contributor_id(audit: &Audit, id: ContributorId) -> String {
    identity_id(audit, audit.people.get(id).earliest())
}

pub(crate) fn identity_id(audit: &Audit, id: IdentityId) -> String {
    let (name, email) = audit.facts.identity(id);
    format!("{} <{}>", text(name), text(email))
}

/// Precedes the forged name in the id of an unknown author.
pub(crate) const UNKNOWN_AUTHOR: &str = "unknown author using the name ";

/// The id of the contributor that a case or finding is about.
pub(crate) fn suspect_id(audit: &Audit, suspect: Suspect) -> String {
    let name = contributor_id(audit, suspect.contributor);
    if suspect.is_forged { format!("{UNKNOWN_AUTHOR}{name}") } else { name }
}
