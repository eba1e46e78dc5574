//! The well-known names of each ecosystem. `data/popular/README.md` lists the sources and how to update them.

use super::form::{comparable, looks, shape, sorted_tokens, split_owner, squeezed, tokens};
use alibi_git::history::Ecosystem;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// The built-in lists. If the flag is `true`, the most popular name comes first; otherwise the order has no meaning.
const LISTS: [(Ecosystem, &str, bool); 8] = [
    (Ecosystem::Npm, include_str!("../../../../../data/popular/npm.txt"), true),
    (Ecosystem::PyPi, include_str!("../../../../../data/popular/pypi.txt"), true),
    (Ecosystem::Cargo, include_str!("../../../../../data/popular/cargo.txt"), false),
    (Ecosystem::Go, include_str!("../../../../../data/popular/golang.txt"), false),
    (Ecosystem::Gem, include_str!("../../../../../data/popular/gem.txt"), false),
    (Ecosystem::Composer, include_str!("../../../../../data/popular/composer.txt"), false),
    (Ecosystem::Maven, include_str!("../../../../../data/popular/maven.txt"), false),
    (Ecosystem::NuGet, include_str!("../../../../../data/popular/nuget.txt"), false),
];

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
            if list.places.insert(name.to_owned(), place).is_some() {
                continue;
            }
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
        static BUILT: [OnceLock<Popular>; 8] = [const { OnceLock::new() }; 8];
        let place = LISTS.iter().position(|(listed, ..)| *listed == ecosystem)?;
        let (_, text, ranked) = LISTS[place];
        Some(BUILT[place].get_or_init(|| {
            let names: Vec<String> = text.lines().map(|name| comparable(ecosystem, name)).collect();
            Popular::new(ecosystem, names.iter().map(String::as_str), ranked)
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
