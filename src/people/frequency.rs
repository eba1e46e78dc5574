use super::profile::Profile;
use std::collections::{HashMap, HashSet};

/// How many unseen identities the counts are smoothed with: a word that occurs once among twenty identities is as rare
/// in the world as one that occurs once among two thousand.
const UNSEEN: f64 = 2_000.0;

/// Handles that begin with another one are counted up to here.
const MOST_LONGER: usize = 50;

/// A name that goes with more different logins and local parts than this is many people's.
const MOST_HANDLES: u32 = 15;

/// How much commoner a given name and a family name are together than apart.
const TOGETHER: f64 = 4.0;

/// How often words, handles and domains occur, so that agreeing on a rare one weighs more.
///
/// Counted are distinct names, not identities: a person with ten addresses makes a name no more common.
pub struct Frequencies {
    words: HashMap<String, u32>,
    letters: HashMap<String, u32>,
    domains: HashMap<String, u32>,
    /// Names, run together, that so many different handles go with that they cannot be one person's.
    crowded: HashSet<String>,
    /// All names and handles, run together, sorted: a handle that many others begin with is a given name.
    beginnings: Vec<String>,
    total: f64,
}

impl Frequencies {
    /// Counts over all identities of a run.
    pub fn new(profiles: &[Profile]) -> Frequencies {
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
            // One handle under one name counts once, however many addresses repeat it.
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
        let many = handles_of.into_iter().filter(|(_, handles)| *handles > MOST_HANDLES);
        let crowded = many.map(|(name, _)| name.to_owned()).collect();
        Frequencies { words, letters, domains, crowded, beginnings, total: names.len() as f64 }
    }

    /// Whether a name, run together, is many people's: it then joins nobody by itself.
    pub fn is_crowded(&self, name: &str) -> bool {
        self.crowded.contains(name)
    }

    /// The chance that somebody else's name has this word.
    pub fn word(&self, word: &str) -> f64 {
        self.chance(self.words.get(word).copied().unwrap_or(0).saturating_sub(1))
    }

    /// The chance that somebody else goes by a handle of these letters, or has them as a word of the name. The two
    /// that are compared are left out. Long handles, and those with digits, are picked from far more than names are.
    pub fn handle(&self, letters: &str, digits: usize) -> f64 {
        let as_handle = self.letters.get(letters).copied().unwrap_or(0).saturating_sub(2);
        let as_word = self.words.get(letters).copied().unwrap_or(0).saturating_sub(1);
        // The two that are compared may have a longer form each.
        let start = self.beginnings.partition_point(|b| b.as_str() <= letters);
        let longer_ones =
            self.beginnings[start..].iter().take(MOST_LONGER).take_while(|b| b.starts_with(letters)).count();
        let others = as_handle.max(as_word).max(longer_ones.saturating_sub(2) as u32);
        let longer = letters.chars().count().saturating_sub(5).min(4) + digits.min(2);
        // What is seen of others, as a name or a handle, is no rarer for being long.
        let choice = if others == 0 { 0.5f64.powi(longer as i32) } else { 1.0 };
        self.chance(others) * choice
    }

    /// How many identities have an address in this domain.
    pub fn domain(&self, domain: &str) -> u32 {
        self.domains.get(domain).copied().unwrap_or(0)
    }

    /// The chance that somebody else has all these words. Given and family names go together by region, so that a pair
    /// of them is commoner than independent words would be.
    pub fn words<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> f64 {
        let chances: Vec<f64> = words.into_iter().map(|w| self.word(w)).collect();
        let together = TOGETHER.powi(chances.len().saturating_sub(1).min(1) as i32);
        (chances.iter().product::<f64>() * together).min(1.0)
    }

    /// Additive smoothing that fades as a word is seen more often.
    fn chance(&self, others: u32) -> f64 {
        (f64::from(others) + 0.5) / (self.total + UNSEEN / f64::from(1 + others))
    }
}
