//! From identities to contributors.
//!
//! In: the ledger's identities and who used them when. Out: contributors, each with the identities that are theirs.

mod address;
mod authorship;
mod blocking;
mod bots;
mod cluster;
mod crossed;
mod frequency;
mod gaps;
mod keys;
mod likeness;
mod name;
mod profile;
mod query;
mod usage;

pub use address::{NoReply, is_machine_email, is_role, noreply, normalise_email};
pub use authorship::{Trace, contradicted};
pub use keys::{KeyUse, Signed};
pub use likeness::{Reason, ReasonKind};
pub use name::Name;
pub use query::{named, nearest, shown};
pub use usage::{IdentityUse, uses};

use crate::history::TrailerKind;
use crate::ledger::{CommitRow, IdentityId, KeyId, Ledger};
use crate::repository::Mailmap;
use blocking::candidates;
use bots::{is_named_bot, is_program, placeholders, role_names};
use cluster::{Link, cluster};
pub use crossed::Crossed;
use crossed::{Evidence, crossed};
use frequency::Frequencies;
use gaps::Gaps;
use keys::{key_pairs, key_uses};
use likeness::likeness;
use profile::Profile;
use rayon::prelude::*;
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
    /// Why identities were joined, and which might belong together, in the order of identities.
    pub links: Vec<LinkRow>,
    /// Addresses that many unrelated names share: import tools, placeholders.
    pub placeholders: BTreeSet<Vec<u8>>,
    /// Identities with the name of one contributor and the address of another.
    pub crossed: Vec<Crossed>,
    /// The signing keys, and who signs with them.
    pub keys: BTreeMap<KeyId, KeyUse>,
    of: Vec<ContributorId>,
}

/// From this many names that have nothing in common, an address is nobody's.
const PLACEHOLDER_NAMES: usize = 6;

/// Whether two identities were found to be one contributor's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LinkStatus {
    /// They are, and this link joined them.
    Linked,
    /// Perhaps: shown, and never joined.
    Possible,
    /// They look so, but something forbids it.
    Refused,
}

/// Two identities, and what was made of them.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// The one that the history shows first.
    pub a: IdentityId,
    /// The other.
    pub b: IdentityId,
    /// What the reasons weigh together, in bits, without the prior.
    pub bits: f64,
    /// What was made of them.
    pub status: LinkStatus,
    /// What speaks for and against.
    pub reasons: Vec<Reason>,
}

/// log₂ of the odds from which two identities are joined, and from which they are shown as possible.
const JOIN: f64 = 1.0;
const POSSIBLE: f64 = -3.0;

/// What a trailer that names somebody else beside the author takes away, and what one that signs off under the same
/// name adds, in bits.
const SEEN_TOGETHER: f64 = -24.0;
const SIGNS_OFF: f64 = 6.0;

/// What signing with one key adds. A block is a claim that anybody can copy, so it weighs less than an address.
const SAME_KEY: f64 = 20.0;

/// What the repository's own `.mailmap` adds: its maintainers know their people.
const MAILMAP: f64 = 40.0;

impl People {
    /// Resolves all identities of a run. `mailmap` tells the canonical identity of one that a `.mailmap` knows.
    pub fn resolve(ledger: &Ledger, mailmap: &Mailmap) -> People {
        let uses = uses(ledger);
        let all = || (0..ledger.identity_count() as u32).map(IdentityId);
        let roles = role_names(ledger);
        let placeholders = placeholders(ledger, &roles, PLACEHOLDER_NAMES);
        let profiles = profiles(ledger, &placeholders, &roles);
        let seen = Frequencies::new(&profiles);
        let mapped = mailmap_pairs(ledger, mailmap);
        let keys = key_uses(ledger);
        let same_key = key_pairs(&keys);
        let mut pairs = candidates(&profiles);
        pairs.extend(&mapped);
        pairs.extend(&same_key);
        pairs.sort_unstable();
        pairs.dedup();
        let programs: Vec<bool> =
            all().map(|id| ledger.identity(id)).map(|(name, email)| is_program(name, email)).collect();
        pairs.retain(|(a, b)| programs[*a as usize] == programs[*b as usize]);
        let (together, signed) = trailer_pairs(ledger, &profiles);
        // Nearly all pairs of identities are two people's: among n, one has about as many partners whatever n is.
        let prior = -(profiles.len().max(2) as f64).log2() - 0.7;
        let gaps = Gaps::new(&uses);
        let weigh = |&(a, b): &(u32, u32)| {
            let mut reasons = likeness(&profiles[a as usize], &profiles[b as usize], &seen);
            // An address or an account is one person's however long it slept.
            let certain = reasons.iter().any(|r| matches!(r.kind, ReasonKind::SameAddress | ReasonKind::SameAccount));
            let apart = gaps.bits(&uses[a as usize], &uses[b as usize]);
            let mut add = |kind, bits| reasons.push(Reason { kind, bits });
            if apart != 0.0 && !certain {
                add(if apart > 0.0 { ReasonKind::CloseInTime } else { ReasonKind::FarInTime }, apart);
            }
            if mapped.contains(&(a, b)) {
                add(ReasonKind::Mailmap, MAILMAP);
            }
            if same_key.contains(&(a, b)) {
                add(ReasonKind::SameKey, SAME_KEY);
            }
            if together.contains(&(a, b)) {
                add(ReasonKind::SeenTogether, SEEN_TOGETHER);
            } else if signed.contains(&(a, b)) {
                add(ReasonKind::SignsOff, SIGNS_OFF);
            }
            reasons
        };
        let bits = |reasons: &[Reason]| reasons.iter().map(|r| r.bits).sum::<f64>();
        let likely: Vec<Link> = pairs
            .par_iter()
            .map(|pair| Link { a: pair.0, b: pair.1, odds: bits(&weigh(pair)) + prior })
            .filter(|link| link.odds >= POSSIBLE)
            .collect();
        let (strong, possible): (Vec<Link>, Vec<Link>) = likely.into_iter().partition(|link| link.odds >= JOIN);
        let likeness_of = |a: u32, b: u32| {
            let reasons: Vec<Reason> = weigh(&(a, b));
            let is_when = |kind: ReasonKind| matches!(kind, ReasonKind::CloseInTime | ReasonKind::FarInTime);
            let bits = reasons.iter().filter(|r| !is_when(r.kind)).map(|r| r.bits).sum();
            Evidence { kinds: reasons.iter().map(|r| r.kind).collect(), bits }
        };
        let (crossed, cut) = crossed(&strong, &uses, &likeness_of);
        let (bridges, strong): (Vec<Link>, Vec<Link>) = strong.into_iter().partition(|l| cut.contains(&(l.a, l.b)));
        let apart: Vec<(u32, u32)> = together.difference(&mapped).copied().collect();
        let clustered = cluster(&profiles, strong, &apart, &mapped);

        let mut contributors: Vec<Contributor> = Vec::new();
        let mut of: Vec<ContributorId> = Vec::with_capacity(profiles.len());
        // Identities are numbered in the canonical order of commits, so the smallest of a group is the earliest.
        for id in all() {
            let group = clustered.groups[id.index()];
            let contributor = if group == id.0 {
                let (name, email) = ledger.identity(id);
                contributors.push(Contributor { identities: Vec::new(), bot: is_named_bot(name, email) });
                ContributorId((contributors.len() - 1) as u32)
            } else {
                of[group as usize]
            };
            contributors[contributor.index()].identities.push(id);
            of.push(contributor);
        }
        let rows = |links: Vec<Link>, status| {
            links
                .into_iter()
                .map(|link| {
                    let reasons = weigh(&(link.a, link.b));
                    let (a, b) = (IdentityId(link.a), IdentityId(link.b));
                    LinkRow { a, b, bits: bits(&reasons), status, reasons }
                })
                .collect::<Vec<_>>()
        };
        let possible = possible.into_iter().filter(|l| of[l.a as usize] != of[l.b as usize]).collect();
        let mut links = rows(clustered.joined, LinkStatus::Linked);
        links.extend(rows(possible, LinkStatus::Possible));
        links.extend(rows(clustered.refused, LinkStatus::Refused));
        links.extend(rows(bridges, LinkStatus::Refused));
        links.sort_by_key(|l| (l.a, l.b));
        let mut people = People { contributors, uses, placeholders, crossed, keys, links, of };
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

    /// How many commits a contributor wrote.
    pub fn authored(&self, id: ContributorId) -> u32 {
        self.get(id).identities.iter().map(|i| self.uses[i.index()].authored).sum()
    }

    /// The identity that a contributor wrote most with; the first of several.
    pub fn most_used(&self, id: ContributorId) -> IdentityId {
        let contributor = self.get(id);
        let most = contributor.identities.iter().rev().max_by_key(|i| self.uses[i.index()].authored);
        most.copied().unwrap_or_else(|| contributor.earliest())
    }

    /// Whether one person made the commit in one act: author and committer are one contributor, by one clock, within a
    /// minute. Whatever somebody else applied, or a rebase or a web page made again, is not.
    pub fn made_in_one_act(&self, commit: &CommitRow) -> bool {
        self.contributor_of(commit.committer) == self.contributor_of(commit.author)
            && commit.committed.offset == commit.authored.offset
            && commit.committed.seconds.abs_diff(commit.authored.seconds) <= 60
    }

    /// The moments (seconds since 1970, UTC) of the first and the last commit a contributor wrote.
    pub fn span(&self, id: ContributorId) -> Option<(i64, i64)> {
        let spans = self.get(id).identities.iter().map(|i| &self.uses[i.index()]).filter(|u| u.authored > 0);
        spans.filter_map(|u| u.span).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// Contributors with their places.
    pub fn iter(&self) -> impl Iterator<Item = (ContributorId, &Contributor)> {
        self.contributors.iter().enumerate().map(|(i, c)| (ContributorId(i as u32), c))
    }
}

fn profiles(ledger: &Ledger, placeholders: &BTreeSet<Vec<u8>>, roles: &BTreeSet<Vec<u8>>) -> Vec<Profile> {
    (0..ledger.identity_count() as u32)
        .into_par_iter()
        .map(|id| {
            let (name, email) = ledger.identity(IdentityId(id));
            let name = if roles.contains(name) { b"" } else { name };
            Profile::new(name, email, |email| placeholders.contains(email))
        })
        .collect()
}

fn comparable(ledger: &Ledger) -> Vec<Profile> {
    let roles = role_names(ledger);
    profiles(ledger, &placeholders(ledger, &roles, PLACEHOLDER_NAMES), &roles)
}

/// The pairs of identities that resolution compares without a `.mailmap`: no method can join more than these, so they
/// bound the recall that any weighing of them could reach.
pub fn compared_pairs(ledger: &Ledger) -> Vec<(IdentityId, IdentityId)> {
    let mut pairs = candidates(&comparable(ledger));
    pairs.extend(key_pairs(&key_uses(ledger)));
    pairs.into_iter().map(|(a, b)| (IdentityId(a), IdentityId(b))).collect()
}

/// From this many commits on, nearly all of them merges, a contributor is a program that merges.
const MERGER_COMMITS: u32 = 100;

/// A committer who wrote nothing and commits for at least this many people is a forge.
const FORGE_AUTHORS: usize = 5;

/// Whether two names could be one person's, or cannot be compared.
pub fn names_related(a: &[u8], b: &[u8]) -> bool {
    !Name::parse(a).conflicts(&Name::parse(b))
}

/// The pairs that a mailmap joins, each with the first identity that it maps to the same person.
fn mailmap_pairs(ledger: &Ledger, mailmap: &Mailmap) -> BTreeSet<(u32, u32)> {
    let mut first: BTreeMap<(Vec<u8>, Vec<u8>), u32> = BTreeMap::new();
    let mut pairs = BTreeSet::new();
    // The identities that a line gives another address, and who has each address without one.
    let mut moved: Vec<(u32, Vec<u8>)> = Vec::new();
    let mut owners: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
    for id in (0..ledger.identity_count() as u32).filter(|_| !mailmap.is_empty()) {
        let (name, old) = ledger.identity(IdentityId(id));
        let (name, email) = mailmap.resolve(name, old);
        let (email, old) = (normalise_email(&email), normalise_email(old));
        if email == old {
            owners.entry(email.clone()).or_insert(id);
        } else {
            moved.push((id, email.clone()));
        }
        let earliest = *first.entry((name, email)).or_insert(id);
        if earliest != id {
            pairs.insert((earliest, id));
        }
    }
    // A line of two addresses joins them, whatever names they have.
    for (id, email) in moved {
        if let Some(&owner) = owners.get(&email) {
            pairs.insert((owner.min(id), owner.max(id)));
        }
    }
    pairs
}

type Pairs = BTreeSet<(u32, u32)>;

/// Pairs that trailers tell apart, and pairs that they hold together: somebody who reviews, acknowledges or writes
/// along with another is not that other, unless the names say so; somebody who signs off under the author's name is.
fn trailer_pairs(ledger: &Ledger, profiles: &[Profile]) -> (Pairs, Pairs) {
    let (mut together, mut signed) = (Pairs::new(), Pairs::new());
    for commit in &ledger.commits {
        for trailer in ledger.trailers(commit) {
            let pair = (commit.author.0.min(trailer.who.0), commit.author.0.max(trailer.who.0));
            if pair.0 == pair.1 {
                continue;
            }
            let (a, b) = (&profiles[pair.0 as usize], &profiles[pair.1 as usize]);
            match trailer.kind {
                TrailerKind::SignedOffBy if a.name.compact == b.name.compact => {
                    signed.insert(pair);
                }
                TrailerKind::ReviewedBy | TrailerKind::AckedBy | TrailerKind::CoAuthoredBy
                    if a.email != b.email && !a.name.resembles(&b.name) && a.name.full && b.name.full =>
                {
                    together.insert(pair);
                }
                _ => {}
            }
        }
    }
    (together, signed)
}
