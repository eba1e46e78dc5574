//! Counts added and removed lines, for the few changes that need it.

use super::blobs::Blobs;
use super::collector::{Collector, Context};
use super::error::CollectError;
use alibi_core::analysis::padding::commits_to_count;
use alibi_core::facts::{ChangeRow, CommitIdx, FactSet, Facts};
use alibi_git::history::LineCounts;
use alibi_git::repository::{Repository, Skipped, count_lines};
use alibi_rules::heuristics::{Heuristic, Kind};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// Collects the line counts of the changes that commit rules need, and of commits in long unbroken streaks.
pub(super) struct Lines;

impl Collector for Lines {
    fn phase(&self) -> &'static str {
        "lines"
    }

    fn provides(&self) -> FactSet {
        FactSet::LINES | FactSet::PADDING
    }

    fn needs(&self) -> FactSet {
        FactSet::CHANGES
    }

    fn collect(&self, context: &mut Context<'_>) -> Result<(), CollectError> {
        let is_needed = context.plan.needs.contains(FactSet::PADDING);
        let commits = if is_needed { commits_to_count(context.facts) } else { FxHashSet::default() };
        let (counted, skipped) = line_counts(context.facts, context.repositories, context.plan.heuristics, &commits);
        context.facts.lines = counted;
        context.note_skipped(skipped);
        Ok(())
    }
}

/// Counts lines for the changes of `commits`, and for the changes that commit rules need. These are few, since only
/// commits whose message matches are considered.
fn line_counts(
    facts: &Facts,
    repositories: &[Repository],
    heuristics: &[Heuristic],
    commits: &FxHashSet<CommitIdx>,
) -> (FxHashMap<u32, LineCounts>, Vec<(usize, Skipped)>) {
    let rules: Vec<_> = heuristics
        .iter()
        .filter_map(|h| match &h.kind {
            Kind::Commit(rule) if rule.min_lines > 0 => facts.message_patterns.get(&h.id).map(|(bit, _)| (rule, *bit)),
            _ => None,
        })
        .collect();
    let needed = |change: &ChangeRow| {
        let commit = facts.commit(change.commit);
        let by_rule = |(rule, bit): &(&alibi_rules::heuristics::CommitRule, u8)| {
            commit.patterns & 1 << bit != 0 && rule.paths.is_match(&String::from_utf8_lossy(facts.path(change.path)))
        };
        commit.parent_count <= 1 && (commits.contains(&change.commit) || rules.iter().any(by_rule))
    };
    let wanted: Vec<u32> = facts.changes.iter().enumerate().filter(|(_, c)| needed(c)).map(|(i, _)| i as u32).collect();
    let blobs = Blobs::new(facts, repositories);
    let counts = wanted
        .par_iter()
        .filter_map(|&place| {
            let change = &facts.changes[place as usize];
            let number = facts.commit(change.commit).repository;
            let (old, new) = (blobs.read(number, change.old)?, blobs.read(number, change.new)?);
            count_lines(&old, &new).map(|counts| (place, counts))
        })
        .collect();
    (counts, blobs.into_skipped())
}
