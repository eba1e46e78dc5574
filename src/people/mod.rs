//! From identities to contributors.
//!
//! In: the ledger's identities and who used them when. Out: contributors, each with the identities that are theirs.

mod address;
mod usage;

pub use address::{NoReply, is_role, noreply, normalise_email};
pub use usage::{IdentityUse, uses};

use crate::ledger::{IdentityId, Ledger};
use std::collections::{BTreeMap, BTreeSet};

/// A contributor's place in [`People::contributors`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ContributorId(pub u32);

impl ContributorId {
    /// The place as a number.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Somebody, or something, that commits.
#[derive(Clone, Debug)]
pub struct Contributor {
    /// The identities, in the order in which the history first shows them; never empty.
    pub identities: Vec<IdentityId>,
    /// Whether it is a program.
    pub bot: bool,
}

impl Contributor {
    /// The identity that the history shows first: it names the contributor for ever.
    pub fn earliest(&self) -> IdentityId {
        self.identities[0]
    }
}

/// Contributors, and whose each identity is.
pub struct People {
    /// In the order of their earliest identities.
    pub contributors: Vec<Contributor>,
    /// What each identity did, by id.
    pub uses: Vec<IdentityUse>,
    /// Addresses that many unrelated names share: import tools, placeholders.
    pub placeholders: BTreeSet<Vec<u8>>,
    of: Vec<ContributorId>,
}

/// From this many names that have nothing in common, an address is nobody's.
const PLACEHOLDER_NAMES: usize = 6;

impl People {
    /// Resolves all identities of a run.
    pub fn resolve(ledger: &Ledger) -> People {
        let uses = uses(ledger);
        let placeholders = placeholders(ledger);
        let mut contributors: Vec<Contributor> = Vec::new();
        let mut of = Vec::with_capacity(ledger.identity_count());
        let mut by_email: BTreeMap<Vec<u8>, ContributorId> = BTreeMap::new();
        // Identities are numbered in the canonical order of commits, so the first of a contributor is the earliest.
        for id in (0..ledger.identity_count() as u32).map(IdentityId) {
            let (name, email) = ledger.identity(id);
            let email = normalise_email(email);
            let known =
                if email.is_empty() || placeholders.contains(&email) { None } else { by_email.get(&email).copied() };
            let contributor = known.unwrap_or_else(|| {
                contributors.push(Contributor { identities: Vec::new(), bot: is_named_bot(name, &email) });
                let new = ContributorId((contributors.len() - 1) as u32);
                by_email.entry(email).or_insert(new);
                new
            });
            contributors[contributor.index()].identities.push(id);
            of.push(contributor);
        }
        let mut people = People { contributors, uses, placeholders, of };
        people.recognise_services(ledger);
        people
    }

    /// Recognises programs by what they do: those that only merge, and those that only commit what others wrote.
    fn recognise_services(&mut self, ledger: &Ledger) {
        #[derive(Clone, Default)]
        struct Deeds {
            authored: u32,
            merges: u32,
            committed_for: BTreeSet<ContributorId>,
        }
        let mut deeds = vec![Deeds::default(); self.contributors.len()];
        for commit in &ledger.commits {
            let (author, committer) = (self.contributor_of(commit.author), self.contributor_of(commit.committer));
            let by = &mut deeds[author.index()];
            by.authored += 1;
            by.merges += u32::from(commit.parent_count > 1);
            if author != committer && deeds[committer.index()].committed_for.len() < FORGE_AUTHORS {
                deeds[committer.index()].committed_for.insert(author);
            }
        }
        for (contributor, deeds) in self.contributors.iter_mut().zip(deeds) {
            let only_merges = deeds.authored >= MERGER_COMMITS && deeds.merges * 100 >= deeds.authored * 98;
            let only_commits = deeds.authored == 0 && deeds.committed_for.len() >= FORGE_AUTHORS;
            contributor.bot |= only_merges || only_commits;
        }
    }

    /// Whose identity it is.
    pub fn contributor_of(&self, identity: IdentityId) -> ContributorId {
        self.of[identity.index()]
    }

    /// The contributor at this place.
    pub fn get(&self, id: ContributorId) -> &Contributor {
        &self.contributors[id.index()]
    }

    /// Contributors with their places.
    pub fn iter(&self) -> impl Iterator<Item = (ContributorId, &Contributor)> {
        self.contributors.iter().enumerate().map(|(i, c)| (ContributorId(i as u32), c))
    }
}

/// From this many commits on, nearly all of them merges, a contributor is a program that merges.
const MERGER_COMMITS: u32 = 100;

/// A committer who wrote nothing and commits for at least this many people is a forge.
const FORGE_AUTHORS: usize = 5;

/// The forge's own committer, and accounts that a forge marks as programs.
fn is_named_bot(name: &[u8], email: &[u8]) -> bool {
    name.ends_with(b"[bot]")
        || memchr::memmem::find(email, b"[bot]@").is_some()
        || name == b"GitHub" && email == b"noreply@github.com"
}

/// The words of a name that can be compared: three letters or more, in lower case.
pub fn name_words(name: &[u8]) -> BTreeSet<String> {
    String::from_utf8_lossy(name)
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| w.chars().count() >= 3)
        .map(str::to_owned)
        .collect()
}

/// Whether two names share a word, or one could be the other written differently.
pub fn names_related(a: &[u8], b: &[u8]) -> bool {
    let (left, right) = (name_words(a), name_words(b));
    // A name without words to compare, or in another script, proves nothing.
    if left.len() < 2 || right.len() < 2 || a.is_ascii() != b.is_ascii() {
        return true;
    }
    let joined = |words: &BTreeSet<String>| words.iter().cloned().collect::<Vec<_>>().join(" ");
    left.intersection(&right).next().is_some()
        || left.iter().any(|l| right.iter().any(|r| strsim::jaro_winkler(l, r) >= 0.85))
        || strsim::jaro_winkler(&joined(&left), &joined(&right)) >= 0.75
}

fn placeholders(ledger: &Ledger) -> BTreeSet<Vec<u8>> {
    let mut names: BTreeMap<Vec<u8>, BTreeSet<&[u8]>> = BTreeMap::new();
    for id in (0..ledger.identity_count() as u32).map(IdentityId) {
        let (name, email) = ledger.identity(id);
        names.entry(normalise_email(email)).or_default().insert(name);
    }
    names
        .into_iter()
        .filter(|(_, names)| names.len() >= PLACEHOLDER_NAMES)
        .filter(|(_, names)| {
            let mut unrelated: Vec<&[u8]> = Vec::new();
            for name in names.iter().filter(|n| name_words(n).len() >= 2) {
                if unrelated.iter().all(|known| !names_related(known, name)) {
                    unrelated.push(name);
                }
                if unrelated.len() >= PLACEHOLDER_NAMES {
                    return true;
                }
            }
            false
        })
        .map(|(email, _)| email)
        .collect()
}
