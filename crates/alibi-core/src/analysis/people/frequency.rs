//! Counts how often names, handles and domains occur, so that agreeing on a rare one counts more.

use super::profile::Profile;
use std::collections::{HashMap, HashSet};

/// Number of unseen identities for smoothing. A word seen once among twenty identities is as rare in the world as one
/// seen once among two thousand.
const UNSEEN: f64 = 2_000.0;

/// Handles that begin with another one are counted up to this number.
const MAX_LONGER: usize = 50;

/// A name used with more distinct logins and local parts than this belongs to several people.
const MAX_HANDLES: u32 = 15;

/// How much more often a given and a family name occur together than independence predicts.
const TOGETHER: f64 = 4.0;

/// How often words, handles and domains occur.
///
/// Counts distinct names, not identities: ten addresses of one person do not make the name more common.
pub(super) struct Frequencies {
    words: HashMap<String, u32>,
    letters: HashMap<String, u32>,
    domains: HashMap<String, u32>,
    /// Names, without spaces, used with too many distinct handles to belong to one person.
    crowded: HashSet<String>,
    /// All names and handles, without spaces, sorted. A handle that many others begin with is a given name.
    beginnings: Vec<String>,
    total: f64,
}

impl Frequencies {
    /// Counts over all identities of a run.
    pub(super) fn new(profiles: &[Profile]) -> Frequencies {
        let mut names: HashMap<&str, ()> = HashMap::new();
        let (mut words, mut domains): (HashMap<String, u32>, HashMap<String, u32>) = Default::default();
        let mut letters: HashMap<String, u32> = HashMap::new();
        let mut seen: HashMap<(&str, &str), ()> = HashMap::new();
        let mut written: HashSet<(&str, &str)> = HashSet::new();
        let mut handles_of: HashMap<&str, u32> = HashMap::new();
        for p in profiles {
            if names.insert(&p.name.compact, ()).is_none() {
                for word in p.name.word_set() {
                    *words.entry(word.to_owned()).or_default() += 1;
                }
            }
            // A handle counts once per name, however many addresses repeat it.
            for handle in &p.handles {
                if seen.insert((&handle.letters, &p.name.compact), ()).is_none() {
                    *letters.entry(handle.letters.clone()).or_default() += 1;
                }
                if written.insert((&handle.text, &p.name.compact)) {
                    *handles_of.entry(&p.name.compact).or_default() += 1;
                }
            }
            *domains.entry(p.domain.clone()).or_default() += 1;
        }
        let mut beginnings: Vec<String> = names.keys().map(|n| (*n).to_owned()).collect();
        beginnings.extend(profiles.iter().flat_map(|p| p.handles.iter().map(|h| h.text.clone())));
        beginnings.sort_unstable();
        beginnings.dedup();
        let many = handles_of.into_iter().filter(|(_, handles)| *handles > MAX_HANDLES);
        let crowded = many.map(|(name, _)| name.to_owned()).collect();
        Frequencies { words, letters, domains, crowded, beginnings, total: names.len() as f64 }
    }

    /// Whether a name, without spaces, belongs to many people. Such a name alone does not join two identities.
    pub(super) fn is_crowded(&self, name: &str) -> bool {
        self.crowded.contains(name)
    }

    /// The probability that another person's name contains this word.
    pub(super) fn word(&self, word: &str) -> f64 {
        self.chance(self.words.get(word).copied().unwrap_or(0).saturating_sub(1))
    }

    /// The probability that another person has a handle of these letters, or has them as a word of the name. The two
    /// compared are excluded. Long handles, and handles with digits, are chosen from a far larger set than names.
    pub(super) fn handle(&self, letters: &str, digits: usize) -> f64 {
        let as_handle = self.letters.get(letters).copied().unwrap_or(0).saturating_sub(2);
        let as_word = self.words.get(letters).copied().unwrap_or(0).saturating_sub(1);
        // Each of the two compared may also have a longer form.
        let start = self.beginnings.partition_point(|b| b.as_str() <= letters);
        let longer_ones =
            self.beginnings[start..].iter().take(MAX_LONGER).take_while(|b| b.starts_with(letters)).count();
        let others = as_handle.max(as_word).max(longer_ones.saturating_sub(2) as u32);
        let longer = letters.chars().count().saturating_sub(5).min(4) + digits.min(2);
        // A handle that others have too is no rarer for being long.
        let choice = if others == 0 { 0.5f64.powi(longer as i32) } else { 1.0 };
        self.chance(others) * choice
    }

    /// How many identities have an address in this domain.
    pub(super) fn domain(&self, domain: &str) -> u32 {
        self.domains.get(domain).copied().unwrap_or(0)
    }

    /// The probability that another person has all these words. Given and family names correlate by region, so a pair
    /// is more common than independent words would be.
    pub(super) fn words<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> f64 {
        let chances: Vec<f64> = words.into_iter().map(|w| self.word(w)).collect();
        let together = TOGETHER.powi(chances.len().saturating_sub(1).min(1) as i32);
        (chances.iter().product::<f64>() * together).min(1.0)
    }

    /// Additive smoothing that fades as a word is seen more often.
    fn chance(&self, others: u32) -> f64 {
        (f64::from(others) + 0.5) / (self.total + UNSEEN / f64::from(1 + others))
    }
}
