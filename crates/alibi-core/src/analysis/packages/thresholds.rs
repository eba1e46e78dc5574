//! Thresholds of the heuristics that compare package names.

use serde::Deserialize;
use std::collections::BTreeMap;

/// Thresholds for typos and other differences. The shorter a name, the more names happen to be one letter away from it,
/// so only the best-known short names are compared.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nearness {
    /// The well-known names for which a difference of one edit counts, by length and rank.
    pub one_edit: Vec<Band>,
    /// The well-known names for which a difference of two edits counts, by length and rank.
    pub two_edits: Vec<Band>,
    /// Number of top-ranked names treated as targets of imitation, by the ecosystem's name. The other names of the list
    /// are well known, but not considered targets.
    pub depth: BTreeMap<String, usize>,
    /// Number of top-ranked names compared by separators, look-alike letters and owner.
    pub forms: usize,
    /// Number of top-ranked names compared by word order.
    pub orders: usize,
    /// Number of top-ranked names for which a typo counts even in the first letter or in a number.
    pub famous: usize,
    /// Number of top-ranked names whose plural or singular counts as a typo.
    pub plurals: usize,
    /// Number of top-ranked names for which a typo in a short word counts.
    pub short_words: usize,
    /// Minimum length of a word for a typo in a name of several words. A shorter word that differs is another word.
    pub word_length: usize,
    /// Minimum length of a well-known name for a typo that changes both a separator and a letter.
    pub joined_length: usize,
    /// Filler words that are removed before edits are counted, as patterns such as `*-js`; the star matches the name.
    pub fillers: Vec<String>,
    /// The rank assumed for every name of an unordered list.
    pub unranked_place: usize,
}

/// Thresholds for companion packages, whose names add a word to a well-known name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Companions {
    /// Words that only name the language or the registry.
    pub fillers: Affixes,
    /// Words that describe the purpose of a companion package.
    pub purposes: Affixes,
    /// The rank assumed for every name of an unordered list.
    pub unranked_place: usize,
    /// Number of top-ranked names that can have companions, by the ecosystem's name.
    pub depth: BTreeMap<String, usize>,
}

/// Words before or after a well-known name, and the names for which they count.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affixes {
    /// Number of top-ranked names for which the words count.
    pub place: usize,
    /// The words with their separators, as patterns such as `*-js`; the star matches the name.
    pub words: Vec<String>,
}

/// The top-ranked well-known names that have at least a certain length.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Minimum length of the well-known name, in characters.
    pub length: usize,
    /// Number of top-ranked names.
    pub place: usize,
}
