//! Builds the rule that searches for the strings on a team's list.

use super::model::Heuristic;
use super::raw::{RawAtom, RawAtomUse};
use super::rule::Kind;
use super::validate::atom;

/// The id of the heuristic that searches for the strings on a team's list.
pub const LISTED_TEXT: &str = "listed-text";
/// The name of its atom.
const LISTED: &str = "listed";

/// Replaces the atoms of a heuristic with one that matches any of these strings. The strings match literally except for
/// case, and must end at a word boundary.
///
/// # Errors
/// Returns a message if the heuristic is not a text rule or the list is too large.
pub fn listing(heuristic: &Heuristic, texts: &[String]) -> Result<Heuristic, String> {
    let mut listing = heuristic.clone();
    let Kind::Text(rule) = &mut listing.kind else { return Err(format!("'{}' is not a text rule", heuristic.id)) };
    let quoted: Vec<String> = texts.iter().map(|text| regex_syntax::escape(text)).collect();
    let shared = RawAtom {
        name: LISTED.into(),
        pattern: format!(r"(?i)(?:{})\b", quoted.join("|")),
        anchors: Some(texts.to_vec()),
        check: None,
        secret: false,
    };
    rule.atoms = vec![atom(shared, &RawAtomUse::default())?];
    Ok(listing)
}
