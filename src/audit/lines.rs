//! Counts added and removed lines, for the few changes that need it.

use super::blobs::Blobs;
use crate::heuristics::{Heuristic, Kind};
use crate::history::LineCounts;
use crate::ledger::{ChangeRow, CommitIdx, Ledger};
use crate::repository::{Repository, Skipped, count_lines};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// Counts lines for the changes of `commits`, and for those that commit rules need: few, since the message matched
/// already.
pub(super) fn line_counts(
    ledger: &Ledger,
    repositories: &[Repository],
    heuristics: &[Heuristic],
    patterns: &FxHashMap<String, (u8, u64)>,
    commits: &FxHashSet<CommitIdx>,
) -> (FxHashMap<u32, LineCounts>, Vec<(usize, Skipped)>) {
    let rules: Vec<_> = heuristics
        .iter()
        .filter_map(|h| match &h.kind {
            Kind::Commit(rule) if rule.min_lines > 0 => patterns.get(&h.id).map(|(bit, _)| (rule, *bit)),
            _ => None,
        })
        .collect();
    let asked = |change: &ChangeRow| {
        let commit = ledger.commit(change.commit);
        let by_rule = |(rule, bit): &(&crate::heuristics::CommitRule, u8)| {
            commit.patterns & 1 << bit != 0 && rule.paths.is_match(&String::from_utf8_lossy(ledger.path(change.path)))
        };
        commit.parent_count <= 1 && (commits.contains(&change.commit) || rules.iter().any(by_rule))
    };
    let wanted: Vec<u32> = ledger.changes.iter().enumerate().filter(|(_, c)| asked(c)).map(|(i, _)| i as u32).collect();
    let blobs = Blobs::new(ledger, repositories);
    let counts = wanted
        .par_iter()
        .filter_map(|&place| {
            let change = &ledger.changes[place as usize];
            let number = ledger.commit(change.commit).repository;
            let (old, new) = (blobs.read(number, change.old)?, blobs.read(number, change.new)?);
            count_lines(&old, &new).map(|counts| (place, counts))
        })
        .collect();
    (counts, blobs.into_skipped())
}
