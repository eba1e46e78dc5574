//! The thresholds of likeness: parameters of the heuristics that compare names.

use serde::Deserialize;
use std::collections::BTreeMap;

/// Distance thresholds. The shorter a name, the more names differ from it by one letter by chance, so only the better
/// known short names are compared.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nearness {
    /// One edit: from this length of the well-known name, up to this rank in the list.
    pub one_edit: Vec<Band>,
    /// Two edits, likewise.
    pub two_edits: Vec<Band>,
    /// The depth of each list, by the ecosystem's name: names beyond it are well known, but not treated as targets of
    /// imitation.
    pub depth: BTreeMap<String, usize>,
    /// Separators and looks are compared up to this rank.
    pub forms: usize,
    /// Word order is compared up to this rank.
    pub orders: usize,
    /// Up to this rank every typo counts, even in the first letter or in a number.
    pub famous: usize,
    /// Up to this rank a plural counts as a typo.
    pub plurals: usize,
    /// Up to this rank a typo in a short word counts.
    pub short_words: usize,
    /// In a name of several words, a difference in a shorter word than this is a different word, not a typo.
    pub word_length: usize,
    /// From this length a name may differ in a separator and a letter.
    pub joined_length: usize,
    /// Words removed before edits are counted; a star stands for the name.
    pub fillers: Vec<String>,
    /// The rank assumed for every name of an unordered list.
    pub unranked_place: usize,
}

/// What makes a name a companion of another.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Companions {
    /// Words that only name the language or the registry, and the rank up to which they make a companion.
    pub fillers: Affixes,
    /// Words for the purpose of a companion, likewise.
    pub purposes: Affixes,
    /// The rank assumed for every name of an unordered list.
    pub unranked_place: usize,
    /// The depth of each list, by the ecosystem's name.
    pub depth: BTreeMap<String, usize>,
}

/// Words before or after a well-known name, and the rank up to which they count.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affixes {
    /// The rank, from 0.
    pub place: usize,
    /// The words with their separators, and a star for the name.
    pub words: Vec<String>,
}

/// A limit on the rank of well-known names of at least some length.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The length of the well-known name, in characters.
    pub length: usize,
    /// The rank in the list, from 0.
    pub place: usize,
}
