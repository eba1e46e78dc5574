//! Maps signing keys to the identities that sign with them.

use super::bots::is_named_bot;
use super::name::Name;
use crate::facts::{Facts, IdentityId, KeyId};
use alibi_git::history::{Oid, Validity};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// A key used with this many unrelated names or more belongs to a service: a forge that signs for its users.
const SERVICE_NAMES: usize = 4;

/// A key with more identities than this pairs each of them only with the first one.
const ALL_PAIRS: usize = 12;

/// Commits that one identity signed with one key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signed {
    /// Number of commits.
    pub commits: u32,
    /// Committer date of the first commit (seconds since 1970, UTC).
    pub first: i64,
    /// Committer date of the last commit (seconds since 1970, UTC).
    pub last: i64,
}

/// A signing key and the identities that sign with it.
#[derive(Clone, Default, Debug)]
pub struct KeyUse {
    /// Committers of the commits that the key signs. A signature belongs to the committer, not to the author.
    pub holders: BTreeMap<IdentityId, Signed>,
    /// Whether the key belongs to a bot, or to a service that signs for many users. Such a key does not identify a
    /// person.
    pub service: bool,
    /// Whether the key signs commits of many unrelated people, so that it counts as the key of a service.
    pub crowd: bool,
    /// Number of signatures by identity and verification result. An unverified signature does not prove who signed.
    pub checked: BTreeMap<IdentityId, BTreeMap<Validity, u32>>,
}

/// Collects all keys of a run. A commit whose signature is bad, or is unverified and also occurs on another commit,
/// does not make its committer a holder of the key.
pub(super) fn key_uses(facts: &Facts) -> BTreeMap<KeyId, KeyUse> {
    let mut keys: BTreeMap<KeyId, KeyUse> = BTreeMap::new();
    // The commit that each signature block signs; `None` if several commits have the block.
    let mut blocks: FxHashMap<u64, Option<Oid>> = FxHashMap::default();
    for commit in &facts.commits {
        if let Some(signature) = facts.signature(commit) {
            let known = blocks.entry(signature.block).or_insert(Some(commit.oid));
            *known = known.filter(|oid| *oid == commit.oid);
        }
    }
    for commit in &facts.commits {
        let Some(signature) = facts.signature(commit) else { continue };
        let Some(key) = signature.key else { continue };
        let key = keys.entry(key).or_default();
        *key.checked.entry(commit.committer).or_default().entry(signature.validity).or_default() += 1;
        // If two commits have the same block, one of them copied it, and Git does not record which.
        let copied = blocks.get(&signature.block).is_some_and(Option::is_none);
        if signature.validity == Validity::Bad || copied && signature.validity == Validity::Unchecked {
            continue;
        }
        let at = commit.committed.seconds;
        let signed = key.holders.entry(commit.committer).or_insert(Signed { commits: 0, first: at, last: at });
        signed.commits += 1;
        signed.first = signed.first.min(at);
        signed.last = signed.last.max(at);
    }
    for key in keys.values_mut() {
        key.crowd = is_crowd(facts, key);
        key.service = key.crowd || is_program(facts, key);
    }
    keys
}

/// Whether bots committed most of the commits that the key signs. One commit under a bot's name is not enough.
fn is_program(facts: &Facts, key: &KeyUse) -> bool {
    let by_program = |(id, _): &(&IdentityId, &Signed)| {
        let (name, email) = facts.identity(**id);
        is_named_bot(name, email)
    };
    let all: u32 = key.holders.values().map(|s| s.commits).sum();
    2 * key.holders.iter().filter(by_program).map(|(_, s)| s.commits).sum::<u32>() > all
}

fn is_crowd(facts: &Facts, key: &KeyUse) -> bool {
    let mut unrelated: Vec<Name> = Vec::new();
    for holder in key.holders.keys() {
        let name = Name::parse(facts.identity(*holder).0);
        if name.full && unrelated.iter().all(|known| known.conflicts(&name)) {
            unrelated.push(name);
        }
        if unrelated.len() >= SERVICE_NAMES {
            return true;
        }
    }
    false
}

/// Pairs of identities that sign with the same key, smaller number first.
pub(super) fn key_pairs(keys: &BTreeMap<KeyId, KeyUse>) -> BTreeSet<(u32, u32)> {
    let mut pairs = BTreeSet::new();
    for key in keys.values().filter(|key| !key.service) {
        let holders: Vec<u32> = key.holders.keys().map(|id| id.0).collect();
        let starts = if holders.len() <= ALL_PAIRS { holders.len() } else { 1 };
        for (i, a) in holders.iter().enumerate().take(starts) {
            pairs.extend(holders[i + 1..].iter().map(|b| (*a, *b)));
        }
    }
    pairs
}
