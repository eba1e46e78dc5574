//! Unbroken streaks of days with trivial commits.

use crate::facts::{CommitIdx, Facts, IdentityId};
use alibi_git::history::Stamp;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// Minimum number of days in a row, weekends included, with at least one commit each.
const MIN_STREAK: i64 = 60;

/// The day by the author's clock, in days since 1970.
fn day(when: Stamp) -> i64 {
    (when.seconds.saturating_add(i64::from(when.offset.minutes().unwrap_or(0)) * 60)).div_euclid(86_400)
}

/// The longest run of at least [`MIN_STREAK`] days with a commit on each, in commits sorted by day.
fn streak(commits: &[(i64, CommitIdx)]) -> Option<&[(i64, CommitIdx)]> {
    let mut best: Option<&[(i64, CommitIdx)]> = None;
    let mut start = 0;
    for end in 1..=commits.len() {
        if end < commits.len() && commits[end].0 - commits[end - 1].0 <= 1 {
            continue;
        }
        let run = &commits[start..end];
        let days = |run: &[(i64, CommitIdx)]| run[run.len() - 1].0 - run[0].0 + 1;
        if days(run) >= MIN_STREAK && best.is_none_or(|b| days(b) < days(run)) {
            best = Some(run);
        }
        start = end;
    }
    best
}

/// The commits whose lines must be counted: those that change one file, in the longest streak of each identity.
pub fn every_day(facts: &Facts) -> FxHashSet<CommitIdx> {
    let mut by_identity: BTreeMap<IdentityId, Vec<(i64, CommitIdx)>> = BTreeMap::new();
    for (idx, commit) in facts.enumerate().filter(|(_, c)| c.parent_count <= 1) {
        by_identity.entry(commit.author).or_default().push((day(commit.authored), idx));
    }
    let mut chosen = FxHashSet::default();
    for commits in by_identity.values_mut() {
        commits.sort_unstable();
        let own = streak(commits).unwrap_or_default();
        chosen.extend(own.iter().map(|(_, idx)| *idx).filter(|idx| facts.changes_of(*idx).len() == 1));
    }
    chosen
}

/// The contents of a streak.
pub struct Padding {
    /// Its length in days.
    pub days: i64,
    /// Its commits.
    pub commits: Vec<CommitIdx>,
    /// The number of these that change two lines or fewer of one file.
    pub tiny: usize,
}

/// The longest streak in these commits, if any.
pub fn padding(facts: &Facts, commits: &[CommitIdx]) -> Option<Padding> {
    const TINY: u32 = 2;
    let mut days: Vec<(i64, CommitIdx)> = commits.iter().map(|idx| (day(facts.commit(*idx).authored), *idx)).collect();
    days.sort_unstable();
    let own = streak(&days)?;
    let is_tiny = |idx: CommitIdx| {
        let place = facts.changes.partition_point(|c| c.commit < idx) as u32;
        let counts = facts.lines.get(&place).filter(|_| facts.changes_of(idx).len() == 1);
        counts.is_some_and(|c| c.added <= TINY && c.removed <= TINY)
    };
    Some(Padding {
        days: own[own.len() - 1].0 - own[0].0 + 1,
        commits: own.iter().map(|(_, idx)| *idx).collect(),
        tiny: own.iter().filter(|(_, idx)| is_tiny(*idx)).count(),
    })
}
