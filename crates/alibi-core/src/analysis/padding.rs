//! Finds unbroken streaks of days with commits, and counts the trivial commits in them.

use crate::facts::{CommitIdx, Facts, IdentityId};
use alibi_git::history::Stamp;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// Minimum number of consecutive days, weekends included, with at least one commit each.
const MIN_STREAK: i64 = 60;

/// The author's local day, in days since 1970.
fn day(when: Stamp) -> i64 {
    (when.seconds.saturating_add(i64::from(when.offset.minutes().unwrap_or(0)) * 60)).div_euclid(86_400)
}

/// Returns the commits of the longest run of consecutive days with a commit on each, if it is at least [`MIN_STREAK`]
/// days long. The commits must be sorted by day.
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

/// Returns the single-file commits in the longest streak of each identity. Their changed lines must be counted to
/// recognise trivial commits.
pub fn commits_to_count(facts: &Facts) -> FxHashSet<CommitIdx> {
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

/// A streak of days with commits.
pub struct Padding {
    /// Length of the streak in days.
    pub days: i64,
    /// The commits of the streak.
    pub commits: Vec<CommitIdx>,
    /// Number of commits in `commits` that add at most two lines to a single file and remove at most two.
    pub tiny: usize,
}

/// Returns the longest streak in these commits, if one is long enough.
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
