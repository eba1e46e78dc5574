//! Resolves identities into contributors: compares likely pairs, joins those with enough evidence, and recognises bots.

use super::address::normalise_email;
use super::blocking::candidates;
use super::bots::{is_named_bot, is_program, placeholders, role_names};
use super::cluster::{Link, cluster};
use super::contributor::{Contributor, ContributorId, LinkRow, LinkStatus, People};
use super::crossed::{Evidence, crossed};
use super::frequency::Frequencies;
use super::gaps::Gaps;
use super::keys::{key_pairs, key_uses};
use super::likeness::{Reason, ReasonKind, likeness};
use super::profile::Profile;
use super::usage::uses;
use crate::facts::{Facts, IdentityId};
use alibi_git::history::TrailerKind;
use alibi_git::repository::Mailmap;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// An address used with this many unrelated names or more is a placeholder.
const PLACEHOLDER_NAMES: usize = 6;

/// Minimum log₂ of the odds at which two identities are joined, and at which their link is listed as possible.
const JOIN: f64 = 1.0;
const POSSIBLE: f64 = -3.0;

/// Evidence, in bits, from a trailer that names another person next to the author, and from a trailer that signs off
/// under the same name.
const SEEN_TOGETHER: f64 = -24.0;
const SIGNS_OFF: f64 = 6.0;

/// Evidence from a shared signing key, in bits. Anyone can copy a signature block, so it has less weight than an
/// address.
const SAME_KEY: f64 = 20.0;

/// Evidence from the repository's own `.mailmap`, in bits: maintainers know their contributors.
const MAILMAP: f64 = 40.0;

impl People {
    /// Resolves all identities of a run. `mailmap` maps the identities that a `.mailmap` lists to their canonical
    /// identities.
    pub fn resolve(facts: &Facts, mailmap: &Mailmap) -> People {
        let uses = uses(facts);
        let roles = role_names(facts);
        let placeholders = placeholders(facts, &roles, PLACEHOLDER_NAMES);
        let profiles = profiles(facts, &placeholders, &roles);
        let frequencies = Frequencies::new(&profiles);
        let mapped = mailmap_pairs(facts, mailmap);
        let keys = key_uses(facts);
        let same_key = key_pairs(&keys);
        let mut pairs = candidates(&profiles);
        pairs.extend(&mapped);
        pairs.extend(&same_key);
        pairs.sort_unstable();
        pairs.dedup();
        let identities = (0..facts.identity_count() as u32).map(IdentityId);
        let programs: Vec<bool> =
            identities.map(|id| facts.identity(id)).map(|(name, email)| is_program(name, email)).collect();
        pairs.retain(|(a, b)| programs[*a as usize] == programs[*b as usize]);
        let (together, signed) = trailer_pairs(facts, &profiles);
        // Nearly all pairs of identities belong to two people. A person has no more identities in a large history than
        // in a small one, so the prior odds of a pair fall as the number of all identities grows.
        let prior = -(profiles.len().max(2) as f64).log2() - 0.7;
        let gaps = Gaps::new(&uses);
        let weigh = |&(a, b): &(u32, u32)| {
            let mut reasons = likeness(&profiles[a as usize], &profiles[b as usize], &frequencies);
            // An address or an account belongs to one person, whatever the gap.
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

        let (contributors, of) = contributors(facts, &clustered.groups);
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
        people.recognise_services(facts);
        people
    }

    /// Recognises bots by behaviour: contributors that only merge, and contributors that only commit other people's
    /// work.
    fn recognise_services(&mut self, facts: &Facts) {
        #[derive(Clone, Default)]
        struct Activity {
            authored: u32,
            merges: u32,
            committed_for: BTreeSet<ContributorId>,
        }
        let mut activity = vec![Activity::default(); self.contributors.len()];
        for commit in &facts.commits {
            let (author, committer) = (self.contributor_of(commit.author), self.contributor_of(commit.committer));
            let own = &mut activity[author.index()];
            own.authored += 1;
            own.merges += u32::from(commit.parent_count > 1);
            if author != committer && activity[committer.index()].committed_for.len() < FORGE_AUTHORS {
                activity[committer.index()].committed_for.insert(author);
            }
        }
        for (contributor, activity) in self.contributors.iter_mut().zip(activity) {
            let only_merges = activity.authored >= MERGER_COMMITS && activity.merges * 100 >= activity.authored * 98;
            let only_commits = activity.authored == 0 && activity.committed_for.len() >= FORGE_AUTHORS;
            contributor.bot |= only_merges || only_commits;
        }
    }
}

/// Returns the contributors that the groups of identities form, and the contributor of each identity. A group is
/// identified by its smallest identity, which is the earliest: identities are numbered in the canonical order of
/// commits.
fn contributors(facts: &Facts, groups: &[u32]) -> (Vec<Contributor>, Vec<ContributorId>) {
    let mut contributors: Vec<Contributor> = Vec::new();
    let mut of: Vec<ContributorId> = Vec::with_capacity(groups.len());
    for (id, &group) in (0..).map(IdentityId).zip(groups) {
        let contributor = if group == id.0 {
            let (name, email) = facts.identity(id);
            contributors.push(Contributor { identities: Vec::new(), bot: is_named_bot(name, email) });
            ContributorId((contributors.len() - 1) as u32)
        } else {
            of[group as usize]
        };
        contributors[contributor.index()].identities.push(id);
        of.push(contributor);
    }
    (contributors, of)
}

fn profiles(facts: &Facts, placeholders: &BTreeSet<Vec<u8>>, roles: &BTreeSet<Vec<u8>>) -> Vec<Profile> {
    (0..facts.identity_count() as u32)
        .into_par_iter()
        .map(|id| {
            let (name, email) = facts.identity(IdentityId(id));
            let name = if roles.contains(name) { b"" } else { name };
            Profile::new(name, email, |email| placeholders.contains(email))
        })
        .collect()
}

fn comparable(facts: &Facts) -> Vec<Profile> {
    let roles = role_names(facts);
    profiles(facts, &placeholders(facts, &roles, PLACEHOLDER_NAMES), &roles)
}

/// Returns the pairs of identities that resolution compares without a `.mailmap`. No scoring can join other pairs, so
/// these pairs bound the recall.
pub fn compared_pairs(facts: &Facts) -> Vec<(IdentityId, IdentityId)> {
    let mut pairs = candidates(&comparable(facts));
    pairs.extend(key_pairs(&key_uses(facts)));
    pairs.into_iter().map(|(a, b)| (IdentityId(a), IdentityId(b))).collect()
}

/// A contributor with at least this many commits, nearly all of them merges, is a merge bot.
const MERGER_COMMITS: u32 = 100;

/// A committer who authored nothing and commits for at least this many people is a forge.
const FORGE_AUTHORS: usize = 5;

/// Returns the pairs that a mailmap joins: each identity, with the first identity that the mailmap maps to the same
/// person.
fn mailmap_pairs(facts: &Facts, mailmap: &Mailmap) -> BTreeSet<(u32, u32)> {
    let mut first: BTreeMap<(Vec<u8>, Vec<u8>), u32> = BTreeMap::new();
    let mut pairs = BTreeSet::new();
    // Each identity whose address a mailmap line changes, with its new address, and the first identity with each
    // unchanged address.
    let mut moved: Vec<(u32, Vec<u8>)> = Vec::new();
    let mut owners: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
    for id in (0..facts.identity_count() as u32).filter(|_| !mailmap.is_empty()) {
        let (name, old) = facts.identity(IdentityId(id));
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
    // A mailmap line with two addresses joins their identities, whatever the names.
    for (id, email) in moved {
        if let Some(&owner) = owners.get(&email) {
            pairs.insert((owner.min(id), owner.max(id)));
        }
    }
    pairs
}

type Pairs = BTreeSet<(u32, u32)>;

/// Returns the pairs of identities that trailers separate, and the pairs that trailers join. A reviewer, acknowledger
/// or co-author is not the author if both have full names that are not alike, and the addresses differ. A sign-off
/// under the author's name comes from the author.
fn trailer_pairs(facts: &Facts, profiles: &[Profile]) -> (Pairs, Pairs) {
    let (mut together, mut signed) = (Pairs::new(), Pairs::new());
    for commit in &facts.commits {
        for trailer in facts.trailers(commit) {
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
