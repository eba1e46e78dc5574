//! A contributor's tenure in a repository when a commit is made.

use crate::analysis::people::{ContributorId, People};
use crate::facts::{CommitIdx, Facts};
use std::collections::BTreeMap;

/// A contributor with fewer than this many days or commits is new, unless the first commit is within this many days of
/// the beginning: then the contributor is a founder.
const NEW_DAYS: i64 = 30;
const NEW_COMMITS: usize = 10;
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

/// A contributor's tenure at a commit: days since the first commit, and earlier commits.
pub struct Tenure {
    /// Days since the first commit.
    pub days: i64,
    /// Number of earlier commits.
    pub commits: usize,
    /// Whether the contributor wrote the root commit, or started in the repository's first days.
    pub is_founder: bool,
}

/// Number of following commits used to detect a date that runs ahead.
const FOLLOWING: usize = 20;

/// A commit's date, in seconds since 1970, UTC. If it is more than a day ahead of the median of the following commits,
/// the median is used: one clock that ran ahead must not shift all later dates.
fn sane_date(facts: &Facts, place: usize) -> i64 {
    const DAY: i64 = 86_400;
    let commit = &facts.commits[place];
    let end = facts.repositories.get(usize::from(commit.repository)).map_or(place, |row| row.commits.end);
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

/// The earliest time at which each commit could have been made: dates can be set back, but no commit is older than its
/// parents. Seconds since 1970, UTC, by the commit's index.
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
    authored: BTreeMap<(u16, ContributorId), Vec<i64>>,
    /// The earliest possible time of each commit.
    times: Vec<i64>,
    /// The author of the first commit on HEAD's first-parent line, and the beginning of the repository.
    roots: Vec<(Option<ContributorId>, i64)>,
}

impl<'t> Tenures<'t> {
    /// Reads all commits.
    pub fn new(facts: &'t Facts, people: &'t People) -> Tenures<'t> {
        let mut authored: BTreeMap<(u16, ContributorId), Vec<i64>> = BTreeMap::new();
        let mut roots: Vec<(Option<ContributorId>, i64)> = vec![(None, i64::MAX); facts.repositories.len()];
        let times = clamped_times(facts);
        for (commit, &when) in facts.commits.iter().zip(&times) {
            authored.entry((commit.repository, people.contributor_of(commit.author))).or_default().push(when);
            let (_, began) = &mut roots[usize::from(commit.repository)];
            *began = when.min(*began);
        }
        // A merged-in history may be older, and other branches may start with anyone's commit.
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

    /// The tenure of a commit's author at that commit. A founder starts within `founder_days` of the beginning.
    pub fn at(&self, idx: CommitIdx, founder_days: i64) -> Tenure {
        const DAY: i64 = 86_400;
        let commit = self.facts.commit(idx);
        let when = self.times[idx.index()];
        let author = self.people.contributor_of(commit.author);
        let times = self.authored.get(&(commit.repository, author));
        let times = times.map_or(&[][..], Vec::as_slice);
        let first = times.first().copied().unwrap_or(when);
        let (root, began) = self.roots[usize::from(commit.repository)];
        Tenure {
            days: (when - first) / DAY,
            commits: times.partition_point(|t| *t < when),
            is_founder: root == Some(author) || (first - began) / DAY < founder_days,
        }
    }
}
