//! The well-known names of each ecosystem. `data/popular/README.md` lists the sources and how to update them.

use super::form::{comparable, looks, shape, sorted_tokens, split_owner, squeezed, tokens};
use alibi_git::history::Ecosystem;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// The lists: most popular name first if the flag is `true`, otherwise in no particular order.
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
    /// Each name's rank in the list, from 0.
    places: FxHashMap<String, usize>,
    /// Names without separators, with sorted tokens, and as they look: each with its best rank.
    pub(super) squeezed: FxHashMap<String, usize>,
    pub(super) sorted: FxHashMap<String, usize>,
    pub(super) looks: FxHashMap<String, usize>,
    /// Publishers: scopes, vendors, groups, owners.
    pub(super) owners: FxHashMap<String, usize>,
    owner_shapes: OnceLock<Vec<(usize, u64, String)>>,
    /// The length of each name without separators, and its letters.
    pub(super) shapes: Vec<(usize, u64)>,
    /// Number of names that contain each word.
    words: FxHashMap<String, u32>,
    /// Number of names without an owner that begin with each word.
    pub(super) families: FxHashMap<String, u32>,
    ranked: bool,
    ecosystem: &'static str,
}

impl Popular {
    /// A list of names, most popular first if it is `ranked`.
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

    /// The built-in list; `None` for an ecosystem without one.
    pub fn of(ecosystem: Ecosystem) -> Option<&'static Popular> {
        static BUILT: [OnceLock<Popular>; 8] = [const { OnceLock::new() }; 8];
        let place = LISTS.iter().position(|(of, ..)| *of == ecosystem)?;
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

    /// The rank of a name, from 0.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// The name at a rank.
    pub fn name(&self, place: usize) -> &str {
        self.names.get(place).map_or("", String::as_str)
    }

    /// All names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The name of the ecosystem.
    pub fn ecosystem(&self) -> &'static str {
        self.ecosystem
    }

    /// Whether the order is by popularity.
    pub fn is_ranked(&self) -> bool {
        self.ranked
    }

    /// Whether several well-known names contain this word: then it is a word, not a typo.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.words.get(&word.to_lowercase()).is_some_and(|names| *names >= 2)
    }

    /// The owners with names of similar length and letters.
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
            // One may be the other plus a word of up to six letters, or begin with another label.
            other.abs_diff(length) <= 6
                && ((letters ^ mask).count_ones() <= 4 || letters & mask == *letters || letters & mask == mask)
        };
        shapes.iter().filter(is_like).map(|(.., owner)| owner.as_str())
    }
}
