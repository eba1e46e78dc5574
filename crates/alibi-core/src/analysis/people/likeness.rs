//! Evidence for and against two identities being one person, in bits: log₂ of the likelihood ratio (Fellegi and Sunter,
//! "A theory for record linkage", 1969), adjusted for the frequency of the values that agree.

use super::frequency::Frequencies;
use super::name::Name;
use super::profile::{Address, Handle, Profile, written_from};
use serde::{Deserialize, Serialize};

/// A kind of evidence for or against.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonKind {
    /// The repository's `.mailmap` joins the identities.
    Mailmap,
    /// The same address.
    SameAddress,
    /// The same numbered account of a forge.
    SameAccount,
    /// The same login or local part.
    SameHandle,
    /// The name of one identity is the login or local part of the other.
    NameIsHandle,
    /// The login or local part of one identity is derived from the other's name.
    HandleFromName,
    /// The same name.
    SameName,
    /// Names that could be spellings of one name.
    SimilarName,
    /// A given name or nickname in common.
    SameGivenName,
    /// The same rare domain, or one user name on several machines of one owner.
    SameDomain,
    /// One identity signs off the other's commits under the same name.
    SignsOff,
    /// The same key signs the commits of both identities.
    SameKey,
    /// One identity becomes active about when the other stops, or their activity overlaps.
    CloseInTime,
    /// One identity becomes active long after the other stops.
    FarInTime,
    /// Similar names with a part that differs, or with look-alike letters.
    NamesDiffer,
    /// Full names with nothing in common.
    NamesConflict,
    /// One identity appears as another person in a trailer of the other's commit.
    SeenTogether,
}

impl ReasonKind {
    /// The description in reports.
    pub fn words(self) -> &'static str {
        match self {
            ReasonKind::Mailmap => "the repository's own .mailmap joins them",
            ReasonKind::SameAddress => "the same address",
            ReasonKind::SameAccount => "the same numbered account",
            ReasonKind::SameHandle => "the same login or local part",
            ReasonKind::NameIsHandle => "the name of one is the login or local part of the other",
            ReasonKind::HandleFromName => "the login or local part of one is derived from the other's name",
            ReasonKind::SameName => "the same name",
            ReasonKind::SimilarName => "names that could be spellings of one name",
            ReasonKind::SameGivenName => "a given name or nickname in common",
            ReasonKind::SameDomain => "the same rare domain",
            ReasonKind::SignsOff => "one signs off the other's commits under the same name",
            ReasonKind::SameKey => "the same key signs the commits of both",
            ReasonKind::CloseInTime => "active at the same time, or one soon after the other",
            ReasonKind::FarInTime => "active long after one another",
            ReasonKind::NamesDiffer => "names with a part that differs",
            ReasonKind::NamesConflict => "full names with nothing in common",
            ReasonKind::SeenTogether => "named as another person on the other's commits",
        }
    }
}

/// One reason and its weight.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Reason {
    /// The kind of evidence.
    pub kind: ReasonKind,
    /// Evidence for (positive) or against (negative), in bits.
    pub bits: f64,
}

/// Maximum evidence from agreeing names and from agreeing handles, in bits. No frequency count rules out namesakes.
const MAX_NAME: f64 = 20.0;
const MAX_HANDLE: f64 = 20.0;

/// Evidence from agreement on a name that many people have, in bits.
const MAX_CROWDED: f64 = 5.0;

/// Compares two identities. Their order does not matter.
pub(super) fn likeness(a: &Profile, b: &Profile, frequencies: &Frequencies) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut add = |kind, bits: f64| {
        if bits != 0.0 {
            reasons.push(Reason { kind, bits });
        }
    };
    let same_address = a.address != Address::Nobodys && a.email == b.email;
    if same_address {
        let bits = match a.address {
            Address::Personal => 30.0,
            Address::Machine => 18.0,
            Address::Role => 16.0,
            Address::Nobodys => 0.0,
        };
        add(ReasonKind::SameAddress, bits);
    } else if let (Some(x), Some(y)) = (&a.account, &b.account)
        && x.domain == y.domain
    {
        match (x.id, y.id) {
            (Some(x), Some(y)) if x == y => add(ReasonKind::SameAccount, 28.0),
            // A login belongs to one account at a time.
            (None, _) | (_, None) if x.login == y.login => add(ReasonKind::SameAccount, 24.0),
            _ => {}
        }
    }
    let (kind, bits) = names(&a.name, &b.name, frequencies);
    add(kind, bits);
    if !same_address {
        // Several reasons from handles support each other, but are not independent, so the weaker ones count half.
        for (rank, (kind, bits)) in handles(a, b, frequencies).into_iter().enumerate() {
            add(kind, if rank == 0 { bits } else { bits / 2.0 });
        }
    }
    let local = |p: &Profile| p.email.split('@').next().map(str::to_owned);
    if !same_address
        && a.domain != b.domain
        && a.account.is_none()
        && b.account.is_none()
        && local(a) == local(b)
        && parent(&a.domain).is_some_and(|domain| Some(domain) == parent(&b.domain))
    {
        // One user name on several machines of one owner.
        add(ReasonKind::SameDomain, 8.0);
    }
    if !same_address && !a.domain.is_empty() && a.domain == b.domain && a.account.is_none() {
        let bits = match frequencies.domain(&a.domain) {
            0..=3 => 5.0,
            4..=8 => 3.0,
            9..=20 => 1.0,
            _ => 0.0,
        };
        add(ReasonKind::SameDomain, bits);
    }
    reasons
}

/// The last two labels of a domain, if they name an owner rather than a country-code registry.
fn parent(domain: &str) -> Option<&str> {
    let mut dots = domain.rmatch_indices('.').map(|(i, _)| i);
    let (last, second) = (dots.next()?, dots.next());
    let start = second.map_or(0, |i| i + 1);
    let owner = &domain[start..last];
    (owner.len() > 3 && !domain[last + 1..].starts_with('(')).then(|| &domain[start..])
}

/// log₂ of the ratio of `m`, the probability that two identities of one person agree, to `accident`, the probability of
/// agreement by chance; at most `most`.
fn agreement(m: f64, accident: f64, most: f64) -> f64 {
    (m / accident).log2().min(most)
}

fn names(a: &Name, b: &Name, frequencies: &Frequencies) -> (ReasonKind, f64) {
    if a.words.is_empty() || b.words.is_empty() {
        return (ReasonKind::SameName, 0.0);
    }
    if a.mixed != b.mixed {
        // Look-alike letters are not a typing error.
        return (ReasonKind::NamesDiffer, -12.0);
    }
    let (left, right) = (a.word_set(), b.word_set());
    let shared: Vec<&str> = left.intersection(&right).copied().collect();
    let chance = frequencies.words(shared.iter().copied());
    let long = |words: &[&str]| words.iter().filter(|w| w.chars().count() >= 2).count();
    if (a.compact == b.compact || left == right) && frequencies.is_crowded(&a.compact) {
        return (ReasonKind::SameName, MAX_CROWDED);
    }
    if a.compact == b.compact || left == right {
        return if a.words.len() == 1 && b.words.len() == 1 {
            // A single word is a given name or a nickname; the longer, the more likely a nickname.
            let digits = a.compact.chars().filter(char::is_ascii_digit).count();
            let most = match a.compact.chars().count() {
                _ if digits > 0 => MAX_HANDLE,
                0..=3 => 4.0,
                4 => 6.0,
                5 => 8.0,
                6 => 10.0,
                7 => 13.0,
                _ => MAX_HANDLE,
            };
            (ReasonKind::SameGivenName, agreement(0.4, frequencies.handle(&a.compact, digits), most))
        } else {
            let words = if shared.len() >= 2 { chance } else { frequencies.words(right.iter().copied()).max(1e-9) };
            (ReasonKind::SameName, agreement(0.6, words, MAX_NAME))
        };
    }
    if a.conflicts(b) {
        return (ReasonKind::NamesConflict, -12.0);
    }
    if !a.full || !b.full {
        return match long(&shared) {
            0 => (ReasonKind::SimilarName, 0.0),
            1 => (ReasonKind::SameGivenName, agreement(0.2, frequencies.word(shared[0]).max(chance), 5.0)),
            _ => (ReasonKind::SimilarName, agreement(0.3, chance, MAX_NAME - 2.0)),
        };
    }
    // Two full names that are not equal.
    let shorter = left.len().min(right.len());
    if long(&shared) >= 2 && shared.len() == shorter {
        return (ReasonKind::SimilarName, agreement(0.3, chance, MAX_NAME - 1.0));
    }
    let (first, last) = ((a.words.first(), b.words.first()), (a.words.last(), b.words.last()));
    let initial = |w: Option<&String>| w.and_then(|w| w.chars().next());
    let short = |w: Option<&String>| w.is_some_and(|w| w.chars().count() == 1);
    if last.0 == last.1 && initial(first.0) == initial(first.1) && (short(first.0) || short(first.1)) {
        let chance = last.0.map_or(1.0, |w| frequencies.word(w)) / 12.0;
        return (ReasonKind::SimilarName, agreement(0.2, chance, 12.0));
    }
    if a.compact.len().abs_diff(b.compact.len()) <= 1 && strsim::osa_distance(&a.compact, &b.compact) <= 1 {
        // A typing error: as likely by chance as the more common of the two names.
        let chance = frequencies.words(left.iter().copied()).max(frequencies.words(right.iter().copied()));
        return (ReasonKind::SimilarName, agreement(0.02, chance, 12.0));
    }
    match long(&shared) {
        // A family or given name in common: relatives, namesakes, or a new family name.
        1 | 2 => (ReasonKind::NamesDiffer, -4.0),
        _ => (ReasonKind::NamesDiffer, -6.0),
    }
}

/// Evidence from handles: each kind once, strongest first.
fn handles(a: &Profile, b: &Profile, frequencies: &Frequencies) -> Vec<(ReasonKind, f64)> {
    let mut best: Vec<(ReasonKind, f64)> = Vec::new();
    let mut offer = |kind, bits: f64| match best.iter_mut().find(|(known, _)| *known == kind) {
        Some((_, most)) => *most = bits.max(*most),
        None if bits > 0.0 => best.push((kind, bits)),
        None => {}
    };
    let nickname = |p: &Profile, h: &Handle| !p.name.full && h.text == p.name.compact;
    // If both have full names that agree, a handle derived from them adds nothing.
    let agree = a.name.full && b.name.full && a.name.resembles(&b.name);
    for x in &a.handles {
        for y in &b.handles {
            let exact = x.text == y.text;
            let both = (nickname(a, x), nickname(b, y));
            // Two nicknames are compared as names.
            if both == (true, true) || !exact && (x.letters != y.letters || x.letters.chars().count() < 5) {
                continue;
            }
            // A local part that is only a given name could belong to anyone with that name.
            let given = |p: &Profile, h: &Handle| p.name.full && p.name.words.first() == Some(&h.text);
            if given(a, x) || given(b, y) {
                continue;
            }
            let digits = if exact { x.digits } else { 0 };
            let bits = if agree && (a.has_handle(x) || b.has_handle(y)) {
                // Matching digits are still evidence.
                if digits >= 2 { 2.5 * digits.min(4) as f64 } else { 0.0 }
            } else {
                agreement(0.4, frequencies.handle(&x.letters, digits), MAX_HANDLE) - if exact { 0.0 } else { 3.0 }
            };
            offer(if both.0 != both.1 { ReasonKind::NameIsHandle } else { ReasonKind::SameHandle }, bits);
        }
    }
    // A handle derived from the full name of the other identity. If both have full names, the names are already
    // compared.
    for (named, other) in [(a, b), (b, a)] {
        if !named.name.full || other.name.full {
            continue;
        }
        for form in written_from(&named.name.words) {
            let sorted = if form.whole.len() > 1 { sorted(&named.name.words) } else { form.text.clone() };
            for _ in other.handles.iter().filter(|h| h.letters == form.text || h.letters == sorted) {
                let bits = match form.whole.as_slice() {
                    // Only the word written in full is rare; an initial is one of about a dozen.
                    [one] => agreement(0.2, frequencies.word(one) / 12.0, 11.5),
                    both => agreement(0.3, frequencies.words(both.iter().map(String::as_str)), MAX_HANDLE),
                };
                offer(ReasonKind::HandleFromName, bits);
            }
        }
    }
    best.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
    best
}

fn sorted(words: &[String]) -> String {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_unstable();
    words.concat()
}
