//! Builds the rule that searches for the texts on a team's list.

use super::model::Heuristic;
use super::raw::{RawAtom, RawAtomUse};
use super::rule::Kind;
use super::validate::atom;

/// The heuristic that searches for a team's listed texts, and its atom.
pub const LISTED_TEXT: &str = "listed-text";
const LISTED: &str = "listed";

/// The heuristic, with its atoms replaced by these texts. They match literally except for case, and must end at a word
/// boundary.
///
/// # Errors
/// A sentence, if the list is too large.
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
