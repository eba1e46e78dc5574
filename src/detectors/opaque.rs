//! Binary files among tests that come from a hand that does not usually bring them, with nothing that uses them.

use super::Facts;
use crate::history::CommitIdx;
use crate::ledger::PathId;
use crate::people::ContributorId;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What counts as such a file, and as usual.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OpaqueParams {
    /// Files of this entropy or more, in bits a byte, are opaque: compressed, encrypted or random.
    pub least_entropy: f32,
    /// Smaller ones, in bytes, hold no program.
    pub least_bytes: u64,
    /// Who brings this share of a project's such files or more brings them usually.
    pub usual_share: f64,
    /// A project with fewer such files by others has no practice that somebody could differ from.
    pub least_by_others: usize,
}

/// A commit that brings opaque files among tests, and no code that would use them.
pub(super) struct Unusual {
    pub who: ContributorId,
    pub commit: CommitIdx,
    pub paths: Vec<PathId>,
    /// Whether one of the files was there before, and says something else now.
    pub rewrites: bool,
    /// How many such files the contributor brought, and how many the project has.
    pub counts: (usize, usize),
}

/// All of them, in the order of commits.
pub(super) fn unusual(facts: &Facts<'_>, params: &OpaqueParams, is_code: impl Fn(PathId) -> bool) -> Vec<Unusual> {
    let ledger = facts.ledger;
    let mut counts: BTreeMap<u16, BTreeMap<ContributorId, usize>> = BTreeMap::new();
    let mut commits: Vec<(CommitIdx, Vec<PathId>, bool)> = Vec::new();
    for rows in ledger.changes.chunk_by(|a, b| a.commit == b.commit) {
        let commit = ledger.commit(rows[0].commit);
        let opaque = |blob| {
            facts.opaque.get(&blob).is_some_and(|b| b.entropy >= params.least_entropy && b.size >= params.least_bytes)
        };
        let brought: Vec<_> = rows.iter().filter(|row| row.new.is_some_and(opaque) && row.new != row.old).collect();
        if commit.parent_count > 1 || brought.is_empty() {
            continue;
        }
        let of = counts.entry(commit.repository).or_default();
        *of.entry(facts.author_of(rows[0].commit)).or_default() += brought.len();
        if !rows.iter().any(|row| is_code(row.path)) {
            let rewrites = brought.iter().any(|row| !row.is_added());
            commits.push((rows[0].commit, brought.iter().map(|row| row.path).collect(), rewrites));
        }
    }
    let judge = |(commit, paths, rewrites): (CommitIdx, Vec<PathId>, bool)| {
        let who = facts.author_of(commit);
        let of = &counts[&ledger.commit(commit).repository];
        let (own, all): (usize, usize) = (of.get(&who).copied().unwrap_or(0), of.values().sum());
        let is_unusual = all - own >= params.least_by_others && (own as f64) < params.usual_share * all as f64;
        is_unusual.then_some(Unusual { who, commit, paths, rewrites, counts: (own, all) })
    };
    commits.into_iter().filter_map(judge).collect()
}
