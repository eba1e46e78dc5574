//! Resolves identities (name and address) into contributors.
//!
//! In: the ledger's identities and when each was used. Out: contributors, each with their identities.

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

/// A person or a bot that commits.
#[derive(Clone, Debug)]
pub struct Contributor {
    /// The identities, in order of first appearance; never empty.
    pub identities: Vec<IdentityId>,
    /// Whether it is a bot.
    pub bot: bool,
}

impl Contributor {
    /// The identity that appears first in the history. It names the contributor permanently.
    pub fn earliest(&self) -> IdentityId {
        self.identities[0]
    }
}

/// Contributors, and the contributor of each identity.
pub struct People {
    /// In the order of their earliest identities.
    pub contributors: Vec<Contributor>,
    /// Activity of each identity, by id.
    pub uses: Vec<IdentityUse>,
    /// Joins between identities and their reasons, and possible joins, in the order of identities.
    pub links: Vec<LinkRow>,
    /// Addresses shared by many unrelated names: import tools, placeholders.
    pub placeholders: BTreeSet<Vec<u8>>,
    /// Identities with one contributor's name and another's address.
    pub crossed: Vec<Crossed>,
    /// The signing keys and their holders.
    pub keys: BTreeMap<KeyId, KeyUse>,
    of: Vec<ContributorId>,
}

/// An address used with this many unrelated names or more is a placeholder.
const PLACEHOLDER_NAMES: usize = 6;

/// Whether two identities belong to one contributor.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LinkStatus {
    /// They do: this link joined them.
    Linked,
    /// Possibly: reported, never joined.
    Possible,
    /// The evidence suggests it, but a constraint forbids it.
    Refused,
}

/// Two identities and the decision about them.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// The one that appears first in the history.
    pub a: IdentityId,
    /// The other.
    pub b: IdentityId,
    /// Sum of the reasons, in bits, without the prior.
    pub bits: f64,
    /// The decision.
    pub status: LinkStatus,
    /// Evidence for and against.
    pub reasons: Vec<Reason>,
}

/// log₂ of the odds at which two identities are joined, and at which they are listed as possible.
const JOIN: f64 = 1.0;
const POSSIBLE: f64 = -3.0;

/// Evidence, in bits, from a trailer that names another person next to the author, and from one that signs off under
/// the same name.
const SEEN_TOGETHER: f64 = -24.0;
const SIGNS_OFF: f64 = 6.0;

/// Evidence from a shared signing key, in bits. Anyone can copy a signature block, so it has less weight than an
/// address.
const SAME_KEY: f64 = 20.0;

/// Evidence from the repository's own `.mailmap`, in bits: maintainers know their contributors.
const MAILMAP: f64 = 40.0;

impl People {
    /// Resolves all identities of a run. `mailmap` gives the canonical identity of those listed in a `.mailmap`.
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
        // Nearly all pairs of identities are two people: among n identities, each has about as many partners whatever n
        // is.
        let prior = -(profiles.len().max(2) as f64).log2() - 0.7;
        let gaps = Gaps::new(&uses);
        let weigh = |&(a, b): &(u32, u32)| {
            let mut reasons = likeness(&profiles[a as usize], &profiles[b as usize], &seen);
            // An address or an account stays one person's, whatever the gap.
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

    /// Recognises bots by behaviour: those that only merge, and those that only commit other people's work.
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

    /// The contributor of an identity.
    pub fn contributor_of(&self, identity: IdentityId) -> ContributorId {
        self.of[identity.index()]
    }

    /// The contributor at this place.
    pub fn get(&self, id: ContributorId) -> &Contributor {
        &self.contributors[id.index()]
    }

    /// Number of commits a contributor authored.
    pub fn authored(&self, id: ContributorId) -> u32 {
        self.get(id).identities.iter().map(|i| self.uses[i.index()].authored).sum()
    }

    /// The identity a contributor authored most commits with; the first if several tie.
    pub fn most_used(&self, id: ContributorId) -> IdentityId {
        let contributor = self.get(id);
        let most = contributor.identities.iter().rev().max_by_key(|i| self.uses[i.index()].authored);
        most.copied().unwrap_or_else(|| contributor.earliest())
    }

    /// Whether one person made the commit in one act: author and committer are one contributor, with one offset, within
    /// a minute. Commits that someone else applied, or that a rebase or a web page recreated, are not.
    pub fn made_in_one_act(&self, commit: &CommitRow) -> bool {
        self.contributor_of(commit.committer) == self.contributor_of(commit.author)
            && commit.committed.offset == commit.authored.offset
            && commit.committed.seconds.abs_diff(commit.authored.seconds) <= 60
    }

    /// The moments (seconds since 1970, UTC) of a contributor's first and last authored commit.
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

/// The pairs of identities that resolution compares without a `.mailmap`. No scoring can join more than these, so they
/// bound the recall.
pub fn compared_pairs(ledger: &Ledger) -> Vec<(IdentityId, IdentityId)> {
    let mut pairs = candidates(&comparable(ledger));
    pairs.extend(key_pairs(&key_uses(ledger)));
    pairs.into_iter().map(|(a, b)| (IdentityId(a), IdentityId(b))).collect()
}

/// A contributor with at least this many commits, nearly all of them merges, is a merge bot.
const MERGER_COMMITS: u32 = 100;

/// A committer who authored nothing and commits for at least this many people is a forge.
const FORGE_AUTHORS: usize = 5;

/// Whether two names could belong to one person, or cannot be compared.
pub fn names_related(a: &[u8], b: &[u8]) -> bool {
    !Name::parse(a).conflicts(&Name::parse(b))
}

/// The pairs that a mailmap joins, each with the first identity that it maps to the same person.
fn mailmap_pairs(ledger: &Ledger, mailmap: &Mailmap) -> BTreeSet<(u32, u32)> {
    let mut first: BTreeMap<(Vec<u8>, Vec<u8>), u32> = BTreeMap::new();
    let mut pairs = BTreeSet::new();
    // Identities whose address a line changes, and the owner of each address that no line changes.
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
    // A line with two addresses joins them, whatever the names.
    for (id, email) in moved {
        if let Some(&owner) = owners.get(&email) {
            pairs.insert((owner.min(id), owner.max(id)));
        }
    }
    pairs
}

type Pairs = BTreeSet<(u32, u32)>;

/// Pairs that trailers separate, and pairs that they join. A reviewer, acknowledger or co-author is another person than
/// the author, unless the names match. A sign-off under the author's name is the author.
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
