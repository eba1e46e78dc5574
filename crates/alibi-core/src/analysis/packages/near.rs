//! Determines whether and how a name resembles a well-known one.
//!
//! The comparisons cover the techniques of published incidents: a neighbouring key, omitted, doubled or swapped
//! letters, added or removed separators, reordered words, look-alike letters, a scope written into the name, and words
//! that make the name a companion package (Taylor et al., "Defending Against Package Typosquatting", NSS 2020; Vu et
//! al., "Typosquatting and Combosquatting Attacks on the Python Ecosystem", EuroS&PW 2020).

use super::form::{SEPARATORS, looks, shape, sorted_tokens, split_owner, squeezed, tokens};
use super::popular::Popular;
use super::thresholds::{Band, Companions, Nearness};

/// How a name resembles a well-known one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Likeness {
    /// The same letters with different separators.
    Separators,
    /// The same words in a different order.
    Order,
    /// Look-alike letters.
    Looks,
    /// A similar owner, an owner written into the name, or a package name used as an owner.
    Owner,
    /// One letter added, removed or replaced, or two neighbouring letters swapped.
    OneEdit,
    /// Two such differences.
    TwoEdits,
}

impl Likeness {
    /// The description in reports.
    pub fn words(self) -> &'static str {
        match self {
            Likeness::Separators => "the same letters with different separators",
            Likeness::Order => "the same words in a different order",
            Likeness::Looks => "look-alike letters",
            Likeness::Owner => "the same name under another owner",
            Likeness::OneEdit => "one letter different",
            Likeness::TwoEdits => "two letters different",
        }
    }
}

/// Returns the well-known name that a name resembles, and how; `None` for a name that is well known itself, or whose
/// owner is.
pub fn near<'p>(name: &str, popular: &'p Popular, nearness: &Nearness) -> Option<(&'p str, Likeness)> {
    /// Maximum length of a name that is compared, in bytes.
    const MAX: usize = 100;
    if popular.contains(name) || name.len() > MAX || name.chars().count() < 3 {
        return None;
    }
    let comparison = Comparison { name, popular, nearness };
    let found = comparison.by_form().or_else(|| comparison.by_owner()).or_else(|| comparison.by_edits());
    let deep = nearness.depth.get(popular.ecosystem()).copied().unwrap_or(usize::MAX);
    found.filter(|(place, _)| *place < deep).map(|(place, how)| (popular.name(place), how))
}

/// Returns the well-known name of which a name appears to be a companion; `None` for a name that is well known itself,
/// or whose owner is.
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
    // The same name with a different filler word.
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

/// Returns the part of a name that matches the star of a pattern such as `*-js` or `node-*`.
fn without<'n>(name: &'n str, pattern: &str) -> Option<&'n str> {
    let (before, after) = pattern.split_once('*')?;
    let rest = name.strip_prefix(before)?.strip_suffix(after)?.trim_matches(SEPARATORS);
    (!rest.is_empty()).then_some(rest)
}

/// Whether the name's owner publishes well-known packages. Such a name is considered legitimate.
fn is_by_known_owner(name: &str, popular: &Popular) -> bool {
    split_owner(name).is_some_and(|(owner, _)| popular.owners.contains_key(owner))
}

struct Comparison<'j, 'p> {
    name: &'j str,
    popular: &'p Popular,
    nearness: &'j Nearness,
}

type Match = Option<(usize, Likeness)>;

impl Comparison<'_, '_> {
    /// The rank of the name at this index of the list; for an unordered list, the rank assumed for every name.
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

    /// Finds a well-known name that differs in its owner: a scope is written into the name, a package name is used as a
    /// scope, or the owner resembles a well-known owner.
    fn by_owner(&self) -> Match {
        let known = |name: &str| self.popular.place(name).filter(|p| self.rank(*p) < self.nearness.forms);
        let Some((owner, base)) = split_owner(self.name) else {
            // Try `@scope/name` for `scope-name`, unless many well-known names begin with the scope: then it is the
            // name of a family of packages, such as plug-ins.
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
        // A well-known package name used as a scope.
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
        // Otherwise, any package of an owner that resembles a well-known owner counts. Only npm scopes and Composer
        // vendors are compared: Maven groups contain each other, and a forge account can belong to anyone.
        let is_scope = matches!(self.popular.ecosystem(), "npm" | "composer");
        if found.is_empty() && is_scope && owner.chars().count() >= 8 {
            // An owner name with an extra word usually belongs to the same owner.
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
            // If the name without its filler word is well known, the name is a companion, which another heuristic
            // covers.
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
            // The prefix `py` is too common among Python packages to distinguish names.
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

    /// Whether the difference is a typo, rather than another word, another number or a plural.
    fn is_slip(&self, name: &str, known: &str, rank: usize, apart: usize) -> bool {
        // Typos rarely affect the first letter, and imitators keep it.
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
            // An added or removed word is not a typo. In a long name, a different separator together with a different
            // letter may be one.
            let has_all = |words: &[&str], others: &[&str]| others.iter().all(|word| words.contains(word));
            let is_long = known.chars().count() >= self.nearness.joined_length;
            return is_long && apart == 1 && !has_all(&a, &b) && !has_all(&b, &a);
        }
        let mut differ = a.iter().zip(&b).filter(|(a, b)| a != b);
        let least = if rank < self.nearness.short_words { 2 } else { self.nearness.word_length } + 2 * (apart - 1);
        let long = b.len() == 1 || differ.clone().all(|(_, b)| b.chars().count() >= least);
        long && !differ.all(|(a, _)| self.popular.is_word(a))
    }
}

/// Whether an owner resembles a well-known owner: it has typos, different separators, an added or removed word, or
/// another first label of a reversed domain.
fn is_owner_like(owner: &str, known: &str) -> bool {
    let (a, b) = (squeezed(owner), squeezed(known));
    let added = |long: &str, short: &str| {
        let rest = long.strip_prefix(short).or_else(|| long.strip_suffix(short));
        short.len() >= 4 && rest.is_some_and(|rest| !rest.is_empty() && rest.len() <= 6)
    };
    // A Maven group is a reversed domain: its first label is the top-level domain.
    let inner =
        |owner: &str| owner.split_once('.').filter(|(_, rest)| rest.contains('.')).map(|(_, rest)| rest.to_owned());
    a == b
        || inner(owner).is_some_and(|rest| inner(known) == Some(rest))
        || distance(owner, known, 1) && owner.len() >= 4
        || added(&a, &b)
        || added(&b, &a)
        || owner.len() >= 8 && distance(owner, known, 2)
}

/// Whether two names differ by at most `most` typos: an added, removed or replaced letter, or two neighbouring letters
/// swapped.
fn distance(a: &str, b: &str, most: usize) -> bool {
    a.len().abs_diff(b.len()) <= 4 * most && strsim::osa_distance(a, b) <= most
}
