//! Determines a contributor's tenure in a repository at the time of a commit.

use crate::analysis::people::{ContributorId, People};
use crate::facts::{CommitIdx, Facts, RepositoryIdx};
use alibi_git::history::DAY;
use std::collections::BTreeMap;

/// A contributor with fewer days of tenure or fewer commits than this is new, unless the contributor is a founder.
const NEW_DAYS: i64 = 30;
const NEW_COMMITS: usize = 10;

/// A contributor whose first commit is within this many days of the repository's beginning is a founder.
const FOUNDER_DAYS: i64 = 30;

impl Tenure {
    /// Whether the contributor is new and not a founder.
    pub fn is_new(&self) -> bool {
        !self.is_founder && (self.days < NEW_DAYS || self.commits < NEW_COMMITS)
    }
}

/// Whether the author of a commit was new to the repository at that time and is not a bot.
pub fn is_by_newcomer(tenures: &Tenures<'_>, commit: CommitIdx) -> bool {
    let author = tenures.people.contributor_of(tenures.facts.commit(commit).author);
    !tenures.people.get(author).bot && tenures.at(commit, FOUNDER_DAYS).is_new()
}

/// A contributor's tenure at the time of a commit.
pub struct Tenure {
    /// Days since the contributor's first commit.
    pub days: i64,
    /// Number of the contributor's earlier commits.
    pub commits: usize,
    /// Whether the contributor wrote the root commit, or started in the repository's first days.
    pub is_founder: bool,
}

/// Number of following commits used to detect a date that is ahead.
const FOLLOWING: usize = 20;

/// Returns a commit's committer date, in seconds since 1970, UTC. If the date is more than a day ahead of both the next
/// commit's date and the median date of the following commits, returns the median: one clock that is ahead must not
/// shift all later dates.
fn sane_date(facts: &Facts, place: usize) -> i64 {
    let commit = &facts.commits[place];
    let end = facts.repositories.get(commit.repository.index()).map_or(place, |row| row.commits.end);
    let following = facts.commits.get(place + 1..end.min(place + 1 + FOLLOWING)).unwrap_or_default();
    let is_ahead = |by: i64| commit.committed.seconds.saturating_sub(by) > DAY;
    if !following.first().is_some_and(|next| is_ahead(next.committed.seconds)) {
        return commit.committed.seconds;
    }
    let mut dates: Vec<i64> = following.iter().map(|c| c.committed.seconds).collect();
    dates.sort_unstable();
    let middle = dates[dates.len() / 2];
    if is_ahead(middle) { middle } else { commit.committed.seconds }
}

/// Returns the earliest time at which each commit could have been made, in seconds since 1970, UTC, by commit index.
/// Dates can be set back, but no commit is older than its parents.
pub fn clamped_times(facts: &Facts) -> Vec<i64> {
    let mut times: Vec<i64> = Vec::with_capacity(facts.commits.len());
    for (place, commit) in facts.commits.iter().enumerate() {
        let parents = facts.parents(commit).iter().filter_map(|parent| times.get(parent.index()).copied());
        times.push(parents.max().unwrap_or(i64::MIN).max(sane_date(facts, place)));
    }
    times
}

/// The tenures of all authors, by commit.
pub struct Tenures<'t> {
    facts: &'t Facts,
    people: &'t People,
    authored: BTreeMap<(RepositoryIdx, ContributorId), Vec<i64>>,
    /// The earliest possible time of each commit.
    times: Vec<i64>,
    /// For each repository, the author of the first commit on HEAD's first-parent line, and the time of the oldest
    /// commit.
    roots: Vec<(Option<ContributorId>, i64)>,
}

impl<'t> Tenures<'t> {
    /// Computes the tenures from all commits.
    pub fn new(facts: &'t Facts, people: &'t People) -> Tenures<'t> {
        let mut authored: BTreeMap<(RepositoryIdx, ContributorId), Vec<i64>> = BTreeMap::new();
        let mut roots: Vec<(Option<ContributorId>, i64)> = vec![(None, i64::MAX); facts.repositories.len()];
        let times = clamped_times(facts);
        for (commit, &when) in facts.commits.iter().zip(&times) {
            authored.entry((commit.repository, people.contributor_of(commit.author))).or_default().push(when);
            let (_, began) = &mut roots[commit.repository.index()];
            *began = when.min(*began);
        }
        // Follow HEAD's first-parent line to its first commit: a merged-in history may be older, and other branches may
        // start with anyone's commit.
        for (row, root) in facts.repositories.iter().zip(&mut roots) {
            let commits = &facts.commits[row.commits.clone()];
            let mut at = row.head.and_then(|head| commits.iter().find(|c| c.oid == head));
            while let Some(commit) = at {
                root.0 = Some(people.contributor_of(commit.author));
                at = facts.parents(commit).first().map(|parent| facts.commit(*parent));
            }
        }
        authored.values_mut().for_each(|times| times.sort_unstable());
        Tenures { facts, people, authored, roots, times }
    }

    /// Returns the tenure of a commit's author at the time of the commit. An author who started within `founder_days`
    /// of the repository's beginning is a founder.
    pub fn at(&self, idx: CommitIdx, founder_days: i64) -> Tenure {
        let commit = self.facts.commit(idx);
        let when = self.times[idx.index()];
        let author = self.people.contributor_of(commit.author);
        let times = self.authored.get(&(commit.repository, author));
        let times = times.map_or(&[][..], Vec::as_slice);
        let first = times.first().copied().unwrap_or(when);
        let (root, began) = self.roots[commit.repository.index()];
        Tenure {
            days: (when - first) / DAY,
            commits: times.partition_point(|t| *t < when),
            is_founder: root == Some(author) || (first - began) / DAY < founder_days,
        }
    }
}
