//! Counts how often names, handles and domains occur, so that agreement on a rare value counts more.

use super::profile::Profile;
use std::collections::{HashMap, HashSet};

/// Assumed number of identities outside the history, for smoothing. A word found once among twenty identities is as
/// rare in the world as a word found once among two thousand.
const UNSEEN: f64 = 2_000.0;

/// Maximum number of counted names and handles that begin with the letters of a handle.
const MAX_LONGER: usize = 50;

/// A name used with more distinct logins and local parts than this belongs to several people.
const MAX_HANDLES: u32 = 15;

/// How many times more often a given name and a family name occur together than independence predicts.
const TOGETHER: f64 = 4.0;

/// How often words, handles and domains occur.
///
/// Words and handles are counted once per distinct name: ten addresses of one person do not make the name more common.
/// Domains are counted once per identity.
pub(super) struct Frequencies {
    words: HashMap<String, u32>,
    letters: HashMap<String, u32>,
    domains: HashMap<String, u32>,
    /// Names, without spaces, used with too many distinct handles to belong to one person.
    crowded: HashSet<String>,
    /// All names and handles, without spaces, sorted. A handle that many longer entries start with is probably a given
    /// name.
    beginnings: Vec<String>,
    total: f64,
}

impl Frequencies {
    /// Counts the words, handles and domains of all identities of a run.
    pub(super) fn new(profiles: &[Profile]) -> Frequencies {
        let mut names: HashMap<&str, ()> = HashMap::new();
        let (mut words, mut domains): (HashMap<String, u32>, HashMap<String, u32>) = Default::default();
        let mut letters: HashMap<String, u32> = HashMap::new();
        let mut counted: HashMap<(&str, &str), ()> = HashMap::new();
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
                if counted.insert((&handle.letters, &p.name.compact), ()).is_none() {
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

    /// The probability that another person has a handle with these letters, or a name with the letters as a word. The
    /// two compared identities are excluded. Long handles, and handles with digits, are chosen from a far larger set
    /// than names.
    pub(super) fn handle(&self, letters: &str, digits: usize) -> f64 {
        let as_handle = self.letters.get(letters).copied().unwrap_or(0).saturating_sub(2);
        let as_word = self.words.get(letters).copied().unwrap_or(0).saturating_sub(1);
        // Each of the two compared identities may also have a longer form of the handle.
        let start = self.beginnings.partition_point(|b| b.as_str() <= letters);
        let longer_ones =
            self.beginnings[start..].iter().take(MAX_LONGER).take_while(|b| b.starts_with(letters)).count();
        let others = as_handle.max(as_word).max(longer_ones.saturating_sub(2) as u32);
        let longer = letters.chars().count().saturating_sub(5).min(4) + digits.min(2);
        // A long handle is not rarer if other people also have it.
        let choice = if others == 0 { 0.5f64.powi(longer as i32) } else { 1.0 };
        self.chance(others) * choice
    }

    /// Number of identities that have an address in this domain.
    pub(super) fn domain(&self, domain: &str) -> u32 {
        self.domains.get(domain).copied().unwrap_or(0)
    }

    /// The probability that another person has all these words. Given and family names correlate by region, so a pair
    /// of names is more common than two independent words would be.
    pub(super) fn words<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> f64 {
        let chances: Vec<f64> = words.into_iter().map(|w| self.word(w)).collect();
        let together = TOGETHER.powi(chances.len().saturating_sub(1).min(1) as i32);
        (chances.iter().product::<f64>() * together).min(1.0)
    }

    /// The probability of a value that this many other people have, with additive smoothing that fades as the number
    /// grows.
    fn chance(&self, others: u32) -> f64 {
        (f64::from(others) + 0.5) / (self.total + UNSEEN / f64::from(1 + others))
    }
}
