//! Whether a name looks like a well-known one, and how.
//!
//! The operators are those of published incidents: one key beside another, letters left out, doubled or swapped,
//! separators that come and go, words in another order, letters that look alike, a scope written into the name, and words
//! that make a companion of it (Taylor et al., "Defending Against Package Typosquatting", NSS 2020; Vu et al.,
//! "Typosquatting and Combosquatting Attacks on the Python Ecosystem", EuroS&PW 2020).

use super::Popular;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How near is near. The shorter a name, the more names are one letter from it by chance: so only the better known ones
/// are protected there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nearness {
    /// One edit: from this length of the well-known name on, up to this place in the list.
    pub one_edit: Vec<Band>,
    /// Two edits, likewise.
    pub two_edits: Vec<Band>,
    /// How deep each list is, by the ecosystem's name: later names are known, and nobody is taken to imitate them.
    pub depth: BTreeMap<String, usize>,
    /// Separators and looks are compared up to this place.
    pub forms: usize,
    /// Orders of words, up to this place.
    pub orders: usize,
    /// Up to this place every slip counts, in the first letter and in a number too.
    pub famous: usize,
    /// A plural is a slip up to this place.
    pub plurals: usize,
    /// Up to this place a slip in a short word counts too.
    pub short_words: usize,
    /// In a name of several words, a word of fewer characters that is another is another word.
    pub word_length: usize,
    /// A name of this length on may differ in a separator and a letter.
    pub joined_length: usize,
    /// Words that are left out before edits are counted; a star stands for the name.
    pub fillers: Vec<String>,
    /// Of a list without an order, every name counts as if it stood here.
    pub unranked_place: usize,
}

/// What makes a companion of a name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Companions {
    /// Words that say nothing (the language, the registry), and the place up to which they make a companion.
    pub fillers: Affixes,
    /// Words that say what a companion may be for, likewise.
    pub purposes: Affixes,
    /// Of a list without an order, every name counts as if it stood here.
    pub unranked_place: usize,
    /// How deep each list is, by the ecosystem's name.
    pub depth: BTreeMap<String, usize>,
}

/// Words before or after a well-known name, and up to which place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affixes {
    /// The place, from 0.
    pub place: usize,
    /// The words with their separators, and a star for the name.
    pub words: Vec<String>,
}

/// From this length on, up to this place.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The length of the well-known name, in characters.
    pub length: usize,
    /// The place in the list, from 0.
    pub place: usize,
}

/// How a name is like a well-known one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Likeness {
    /// The same letters with other separators.
    Separators,
    /// The same words in another order.
    Order,
    /// Other letters that look the same.
    Looks,
    /// The same name by another owner, or an owner written into the name.
    Owner,
    /// One letter apart.
    OneEdit,
    /// Two letters apart.
    TwoEdits,
}

impl Likeness {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Likeness::Separators => "the same letters with other separators",
            Likeness::Order => "the same words in another order",
            Likeness::Looks => "letters that look the same",
            Likeness::Owner => "the same name by another owner",
            Likeness::OneEdit => "one letter apart",
            Likeness::TwoEdits => "two letters apart",
        }
    }
}

/// Separators of words in names.
const SEPARATORS: [char; 3] = ['-', '_', '.'];

/// The words of a name.
pub(super) fn tokens(name: &str) -> impl Iterator<Item = &str> {
    name.split(SEPARATORS).filter(|t| !t.is_empty())
}

/// A name in lower case and without separators.
pub(super) fn squeezed(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| !SEPARATORS.contains(c)).collect()
}

/// A name's words in alphabetical order; empty where there is but one.
pub(super) fn sorted_tokens(name: &str) -> String {
    let lower = name.to_lowercase();
    let mut tokens: Vec<&str> = lower.split(SEPARATORS).filter(|t| !t.is_empty()).collect();
    tokens.sort_unstable();
    if tokens.len() < 2 { String::new() } else { tokens.join("-") }
}

/// A name as it looks: confusable characters of all scripts folded (Unicode Technical Standard 39), and those that a
/// typeface makes alike. Capitals are told apart before, since a capital i looks like a small l.
pub(super) fn looks(name: &str) -> String {
    let folded: String = unicode_security::skeleton(&name.replace('I', "l").to_lowercase()).collect();
    let pairs = folded.replace("rn", "m").replace("vv", "w").replace("cl", "d");
    pairs
        .chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | 'i' => 'l',
            '3' => 'e',
            '5' => 's',
            c => c,
        })
        .collect()
}

/// A name's owner and the rest, where the name says both: a scope, a vendor, a group, the owner of a repository.
pub(super) fn split_owner(name: &str) -> Option<(&str, &str)> {
    if let Some(rest) = name.strip_prefix('@') {
        return rest.split_once('/');
    }
    if name.contains(':') {
        return name.split_once(':');
    }
    let (owner, base) = name.split_once('/')?;
    // host/owner/repository/…
    match base.split_once('/') {
        Some((of, base)) if owner.contains('.') => Some((of, base)),
        _ => Some((owner, base)),
    }
}

/// The well-known name that a name looks like, and how; nothing for a name that is well known itself.
pub fn near<'p>(name: &str, popular: &'p Popular, nearness: &Nearness) -> Option<(&'p str, Likeness)> {
    /// Longer names are nobody's slip.
    const MOST: usize = 100;
    if popular.contains(name) || name.len() > MOST || name.chars().count() < 3 {
        return None;
    }
    let judge = Judge { name, popular, nearness };
    let found = judge.by_form().or_else(|| judge.by_owner()).or_else(|| judge.by_edits());
    let deep = nearness.depth.get(popular.ecosystem()).copied().unwrap_or(usize::MAX);
    found.filter(|(place, _)| *place < deep).map(|(place, how)| (popular.name(place), how))
}

/// The well-known name that a name makes itself a companion of; nothing for a name that is well known itself.
pub fn companion<'p>(name: &str, popular: &'p Popular, companions: &Companions) -> Option<&'p str> {
    if popular.contains(name) || is_by_known_owner(name, popular) {
        return None;
    }
    let lower = name.to_lowercase();
    let known = |rest: &str, most: usize| {
        let rest = rest.trim_matches(SEPARATORS);
        let place = popular.place(rest)?;
        let rank = if popular.is_ranked() { place } else { companions.unranked_place };
        (rank < most && rest.chars().count() >= 2).then_some(place)
    };
    // The same name with another word that says nothing, or with one where the other has none.
    let fillers = &companions.fillers.words;
    let bare = fillers.iter().filter_map(|word| without(&lower, word));
    let other = bare
        .filter(|rest| rest.chars().count() >= 4)
        .flat_map(|rest| fillers.iter().map(move |word| word.replace('*', rest)))
        .filter_map(|name| known(&name, companions.fillers.place));
    let found = [&companions.fillers, &companions.purposes].into_iter().flat_map(|affixes| {
        let lower = &lower;
        affixes.words.iter().filter_map(move |word| known(without(lower, word)?, affixes.place))
    });
    let deep = companions.depth.get(popular.ecosystem()).copied().unwrap_or(usize::MAX);
    found.chain(other).min().filter(|place| *place < deep).map(|place| popular.name(place))
}

/// What stands for the star of a word such as `*-js` or `node-*`.
fn without<'n>(name: &'n str, word: &str) -> Option<&'n str> {
    let (before, after) = word.split_once('*')?;
    let rest = name.strip_prefix(before)?.strip_suffix(after)?.trim_matches(SEPARATORS);
    (!rest.is_empty()).then_some(rest)
}

/// Whether somebody well known publishes under the name's owner: then the name is theirs.
fn is_by_known_owner(name: &str, popular: &Popular) -> bool {
    split_owner(name).is_some_and(|(owner, _)| popular.owners.contains_key(owner))
}

struct Judge<'j, 'p> {
    name: &'j str,
    popular: &'p Popular,
    nearness: &'j Nearness,
}

type Match = Option<(usize, Likeness)>;

impl Judge<'_, '_> {
    /// How well known the name at a place is, as a place.
    fn rank(&self, place: usize) -> usize {
        if self.popular.is_ranked() { place } else { self.nearness.unranked_place }
    }

    fn by_form(&self) -> Match {
        if is_by_known_owner(self.name, self.popular) {
            return None;
        }
        let within = |place: Option<&usize>| place.copied().filter(|p| self.rank(*p) < self.nearness.forms);
        let long = |text: &str| text.chars().count() >= 4;
        let squeezed = squeezed(self.name);
        if let Some(place) = within(self.popular.squeezed.get(&squeezed)).filter(|_| long(&squeezed)) {
            return Some((place, Likeness::Separators));
        }
        let looks = looks(self.name);
        if let Some(place) = within(self.popular.looks.get(&looks)).filter(|_| long(&looks)) {
            return Some((place, Likeness::Looks));
        }
        let sorted = sorted_tokens(self.name);
        let place = within(self.popular.sorted.get(&sorted)).filter(|_| !sorted.is_empty())?;
        if self.rank(place) >= self.nearness.orders {
            return None;
        }
        Some((place, Likeness::Order))
    }

    /// A scope in the name, a name in a scope, or an owner that looks like a well-known one.
    fn by_owner(&self) -> Match {
        let known = |name: &str| self.popular.place(name).filter(|p| self.rank(*p) < self.nearness.forms);
        let Some((owner, base)) = split_owner(self.name) else {
            // scope-name for @scope/name; where well-known names begin with the same word it is a family, as plug-ins are.
            let is_family = |word: &str| self.popular.families.get(word).is_some_and(|names| *names >= 5);
            let found = self
                .name
                .match_indices(SEPARATORS)
                .filter(|(at, _)| !is_family(&self.name[..*at]))
                .find_map(|(at, _)| known(&format!("@{}/{}", &self.name[..at], &self.name[at + 1..])));
            return found.map(|place| (place, Likeness::Owner));
        };
        if is_by_known_owner(self.name, self.popular) {
            return None;
        }
        // A package that is well known by itself, as if it were a scope.
        if self.name.starts_with('@')
            && tokens(owner).any(|word| word == base)
            && let Some(place) = known(owner)
        {
            return Some((place, Likeness::Owner));
        }
        let prefix = &self.name[..self.name.find(owner).unwrap_or(0)];
        let separator = &self.name[prefix.len() + owner.len()..self.name.len() - base.len()];
        let names: Vec<&str> = self.popular.owners_like(owner).collect();
        let alike = names.iter().filter(|known| is_owner_like(owner, known));
        let mut found: Vec<usize> =
            alike.filter_map(|known| self.popular.place(&format!("{prefix}{known}{separator}{base}"))).collect();
        // The owner's other packages: a name that looks like one of them.
        // Groups of Maven are parts of each other, and owners on a forge anybody.
        let is_scope = matches!(self.popular.ecosystem(), "npm" | "composer");
        if found.is_empty() && is_scope && owner.chars().count() >= 8 {
            // An owner with a word more is a family of the same owner's, more often than not.
            let is_longer =
                |known: &&&str| owner.strip_prefix(**known).is_some_and(|rest| rest.starts_with(SEPARATORS));
            let alike = names.iter().filter(|known| is_owner_like(owner, known) && known.len() >= 8);
            let slipped = alike.filter(|known| !is_longer(known));
            found.extend(slipped.filter_map(|known| self.popular.owners.get(*known)));
        }
        let place = found.into_iter().min()?;
        Some((place, Likeness::Owner))
    }

    fn by_edits(&self) -> Match {
        if is_by_known_owner(self.name, self.popular) {
            return None;
        }
        let lower = self.name.to_lowercase();
        self.by_edits_of(&lower).or_else(|| {
            // What is left without a word that says nothing must not be a well-known name: that is a companion.
            let stripped = self.nearness.fillers.iter().filter_map(|word| without(&lower, word));
            let stripped = stripped.filter(|rest| !self.popular.contains(rest));
            stripped.filter_map(|rest| self.by_edits_of(rest)).min()
        })
    }

    fn by_edits_of(&self, written: &str) -> Match {
        let name = squeezed(written);
        let (length, mask) = shape(&name);
        let mut best: Match = None;
        let most = |bands: &[Band], length: usize| {
            bands.iter().filter(|b| length >= b.length).map(|b| b.place).max().unwrap_or(0)
        };
        for (place, &(known_length, known_mask)) in self.popular.shapes.iter().enumerate() {
            let apart = known_length.abs_diff(length);
            if apart > 2 || (known_mask ^ mask).count_ones() > 4 {
                continue;
            }
            let known = self.popular.name(place);
            let rank = self.rank(place);
            // What half of an ecosystem's names begin with tells none apart.
            let known_length = known_length - if known.starts_with("py") { 2 } else { 0 };
            let one = rank < most(&self.nearness.one_edit, known_length) && apart <= 1;
            let two = best.is_none() && rank < most(&self.nearness.two_edits, known_length);
            if !one && !two {
                continue;
            }
            let squeezed = squeezed(known);
            let apart = strsim::osa_distance(&name, &squeezed);
            if !(1..=2).contains(&apart) || !self.is_slip(written, known, rank, apart) {
                continue;
            }
            match apart {
                1 if one => return Some((place, Likeness::OneEdit)),
                2 if two => best = Some((place, Likeness::TwoEdits)),
                _ => {}
            }
        }
        best
    }

    /// Whether what differs is a slip, rather than another word, another number, or more than one of the same.
    fn is_slip(&self, name: &str, known: &str, rank: usize, apart: usize) -> bool {
        // Nobody slips on the first letter, and who wants to be taken for another keeps it.
        let is_famous = rank < self.nearness.famous;
        if name.chars().next() != known.chars().next() && !is_famous {
            return false;
        }
        let without_digits = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
        if without_digits(name) == without_digits(known) && !is_famous {
            return false;
        }
        if name.strip_suffix('s') == Some(known) || known.strip_suffix('s') == Some(name) {
            return rank < self.nearness.plurals;
        }
        let (a, b): (Vec<&str>, Vec<&str>) = (tokens(name).collect(), tokens(known).collect());
        if a.len() != b.len() {
            // A word more or less is no slip; a separator may be, beside another one, in a long name.
            let has_all = |of: &[&str], others: &[&str]| others.iter().all(|word| of.contains(word));
            let is_long = known.chars().count() >= self.nearness.joined_length;
            return is_long && apart == 1 && !has_all(&a, &b) && !has_all(&b, &a);
        }
        let mut differ = a.iter().zip(&b).filter(|(a, b)| a != b);
        let least = if rank < self.nearness.short_words { 2 } else { self.nearness.word_length } + 2 * (apart - 1);
        let long = b.len() == 1 || differ.clone().all(|(_, b)| b.chars().count() >= least);
        long && !differ.all(|(a, _)| self.popular.is_word(a))
    }
}

/// Whether an owner looks like another: a slip, other separators, or a word added.
fn is_owner_like(owner: &str, known: &str) -> bool {
    let (a, b) = (squeezed(owner), squeezed(known));
    let added = |long: &str, short: &str| {
        let rest = long.strip_prefix(short).or_else(|| long.strip_suffix(short));
        short.len() >= 4 && rest.is_some_and(|rest| !rest.is_empty() && rest.len() <= 6)
    };
    // Groups of Maven are domains, the widest first.
    let inner =
        |owner: &str| owner.split_once('.').filter(|(_, rest)| rest.contains('.')).map(|(_, rest)| rest.to_owned());
    a == b
        || inner(owner).is_some_and(|rest| inner(known) == Some(rest))
        || distance(owner, known, 1) && owner.len() >= 4
        || added(&a, &b)
        || added(&b, &a)
        || owner.len() >= 8 && distance(owner, known, 2)
}

/// How long a name is, and which letters it has.
pub(super) fn shape(name: &str) -> (usize, u64) {
    (name.chars().count(), letters(name))
}

/// Which letters and digits a name has, as bits.
fn letters(name: &str) -> u64 {
    name.bytes().fold(0, |mask, b| match b {
        b'a'..=b'z' => mask | 1 << (b - b'a'),
        b'A'..=b'Z' => mask | 1 << (b - b'A'),
        b'0'..=b'9' => mask | 1 << (26 + (b - b'0')),
        _ => mask,
    })
}

/// Whether two names are at most this many slips apart: a letter more, less, or another, or two neighbours swapped.
fn distance(a: &str, b: &str, most: usize) -> bool {
    a.len().abs_diff(b.len()) <= 4 * most && strsim::osa_distance(a, b) <= most
}
