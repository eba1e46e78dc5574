//! Indexes the well-known names of each ecosystem.

use super::form::{looks, shape, sorted_tokens, split_owner, squeezed, tokens};
use alibi_manifests::Ecosystem;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// One ecosystem's well-known names.
#[derive(Default, Debug)]
pub struct Popular {
    names: Vec<String>,
    /// Each name's rank in the list, starting at 0.
    places: FxHashMap<String, usize>,
    /// The best rank of each name without separators.
    pub(super) squeezed: FxHashMap<String, usize>,
    /// The best rank of each name with sorted words.
    pub(super) sorted: FxHashMap<String, usize>,
    /// The best rank of each look-alike form.
    pub(super) looks: FxHashMap<String, usize>,
    /// The best rank of each owner: a scope, a vendor, a group or the owner of a repository.
    pub(super) owners: FxHashMap<String, usize>,
    owner_shapes: OnceLock<Vec<(usize, u64, String)>>,
    /// The length and the letters of each name without separators, in the order of the list.
    pub(super) shapes: Vec<(usize, u64)>,
    /// Number of names that contain each word.
    words: FxHashMap<String, u32>,
    /// Number of names without an owner that begin with each word.
    pub(super) families: FxHashMap<String, u32>,
    ranked: bool,
    ecosystem: &'static str,
}

impl Popular {
    /// Creates a list of names. If it is `ranked`, the most popular name comes first.
    pub fn new<'n>(ecosystem: Ecosystem, names: impl IntoIterator<Item = &'n str>, ranked: bool) -> Popular {
        let mut list = Popular { ranked, ecosystem: ecosystem.name(), ..Popular::default() };
        for name in names {
            let place = list.names.len();
            if list.places.contains_key(name) {
                continue;
            }
            list.places.insert(name.to_owned(), place);
            list.names.push(name.to_owned());
            list.shapes.push(shape(&squeezed(name)));
            list.squeezed.entry(squeezed(name)).or_insert(place);
            list.looks.entry(looks(name)).or_insert(place);
            list.sorted.entry(sorted_tokens(name)).or_insert(place);
            let base = match split_owner(name) {
                Some((owner, base)) => {
                    list.owners.entry(owner.to_owned()).or_insert(place);
                    base
                }
                None => {
                    let first = tokens(name).next().unwrap_or_default();
                    *list.families.entry(first.to_lowercase()).or_default() += 1;
                    name
                }
            };
            for word in tokens(base) {
                *list.words.entry(word.to_lowercase()).or_default() += 1;
            }
        }
        list
    }

    /// The built-in list of an ecosystem, if there is one.
    pub fn of(ecosystem: Ecosystem) -> Option<&'static Popular> {
        static BUILT: [OnceLock<Popular>; Ecosystem::ALL.len()] = [const { OnceLock::new() }; Ecosystem::ALL.len()];
        let list = ecosystem.popular()?;
        Some(BUILT[ecosystem as usize].get_or_init(|| {
            let names: Vec<String> = list.text.lines().map(|name| ecosystem.comparable(name)).collect();
            Popular::new(ecosystem, names.iter().map(String::as_str), list.is_ranked)
        }))
    }

    /// Whether the name is on the list.
    pub fn contains(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// The rank of a name, starting at 0.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// The name at a rank.
    pub fn name(&self, place: usize) -> &str {
        self.names.get(place).map_or("", String::as_str)
    }

    /// All names, in the order of the list.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The name of the ecosystem.
    pub fn ecosystem(&self) -> &'static str {
        self.ecosystem
    }

    /// Whether the list is ordered by popularity.
    pub fn is_ranked(&self) -> bool {
        self.ranked
    }

    /// Whether at least two well-known names contain this word. Such a word is not a typo.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.words.get(&word.to_lowercase()).is_some_and(|names| *names >= 2)
    }

    /// The well-known owners whose names have a similar length and similar letters.
    pub(super) fn owners_like(&self, owner: &str) -> impl Iterator<Item = &str> {
        let (length, mask) = shape(&squeezed(owner));
        let shapes = self.owner_shapes.get_or_init(|| {
            let mut all: Vec<(usize, u64, String)> = self
                .owners
                .keys()
                .map(|owner| {
                    let (length, mask) = shape(&squeezed(owner));
                    (length, mask, owner.clone())
                })
                .collect();
            all.sort_unstable();
            all
        });
        let is_like = move |(other, letters, _): &&(usize, u64, String)| {
            // An owner may be the other owner with an added word of up to six letters, or begin with another label.
            other.abs_diff(length) <= 6
                && ((letters ^ mask).count_ones() <= 4 || letters & mask == *letters || letters & mask == mask)
        };
        shapes.iter().filter(is_like).map(|(.., owner)| owner.as_str())
    }
}
