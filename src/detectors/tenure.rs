//! How long somebody has been with a repository when a commit is made.

use crate::ledger::{CommitIdx, Ledger};
use crate::people::{ContributorId, People};
use std::collections::BTreeMap;

/// Who is there for less than this many days, or has less than this many commits, is new; who was there in this many days
/// from the beginning on is a founder.
const NEW_DAYS: i64 = 30;
const NEW_COMMITS: usize = 10;
const FOUNDER_DAYS: i64 = 30;

impl Tenure {
    /// Whether somebody is new, and no founder.
    pub fn is_new(&self) -> bool {
        !self.is_founder && (self.days < NEW_DAYS || self.commits < NEW_COMMITS)
    }
}

/// Whether the author of a commit was new to the repository then, and is no program.
pub(super) fn is_by_newcomer(tenures: &Tenures<'_>, commit: CommitIdx) -> bool {
    let author = tenures.people.contributor_of(tenures.ledger.commit(commit).author);
    !tenures.people.get(author).bot && tenures.at(commit, FOUNDER_DAYS).is_new()
}

/// How long somebody has been there at a commit: days since the first commit, and commits before.
pub struct Tenure {
    /// Days since the first commit.
    pub days: i64,
    /// Commits before this one.
    pub commits: usize,
    /// Whether the first commit is among the repository's first days.
    pub is_founder: bool,
}

/// So many commits that follow are asked whether a date runs ahead.
const FOLLOWING: usize = 20;

/// A commit's date, in seconds since 1970, UTC; where it is more than a day ahead of the middle one of those that follow, that
/// one's: a single clock that ran ahead must not move everybody else's time.
fn sane_date(ledger: &Ledger, place: usize) -> i64 {
    const DAY: i64 = 86_400;
    let commit = &ledger.commits[place];
    let end = ledger.repositories.get(usize::from(commit.repository)).map_or(place, |row| row.commits.end);
    let following = ledger.commits.get(place + 1..end.min(place + 1 + FOLLOWING)).unwrap_or_default();
    let is_ahead = |by: i64| commit.committed.seconds.saturating_sub(by) > DAY;
    if !following.first().is_some_and(|next| is_ahead(next.committed.seconds)) {
        return commit.committed.seconds;
    }
    let mut dates: Vec<i64> = following.iter().map(|c| c.committed.seconds).collect();
    dates.sort_unstable();
    let middle = dates[dates.len() / 2];
    if is_ahead(middle) { middle } else { commit.committed.seconds }
}

/// When each commit was made, at the earliest: a date can be set back, a parent cannot, so that no commit is older than what
/// it stands on. Seconds since 1970, UTC, by the commit's place.
pub(super) fn clamped_times(ledger: &Ledger) -> Vec<i64> {
    let mut times: Vec<i64> = Vec::with_capacity(ledger.commits.len());
    for (place, commit) in ledger.commits.iter().enumerate() {
        let parents = ledger.parents(commit).iter().filter_map(|parent| times.get(parent.index()).copied());
        times.push(parents.max().unwrap_or(i64::MIN).max(sane_date(ledger, place)));
    }
    times
}

/// The tenures of all authors, asked commit by commit.
pub struct Tenures<'t> {
    ledger: &'t Ledger,
    people: &'t People,
    authored: BTreeMap<(u16, ContributorId), Vec<i64>>,
    /// When each commit was made, at the earliest.
    times: Vec<i64>,
    /// Who made the first commit of HEAD's own line, and when the repository begins.
    roots: Vec<(Option<ContributorId>, i64)>,
}

impl<'t> Tenures<'t> {
    /// Looks over all commits.
    pub fn new(ledger: &'t Ledger, people: &'t People) -> Tenures<'t> {
        let mut authored: BTreeMap<(u16, ContributorId), Vec<i64>> = BTreeMap::new();
        let mut roots: Vec<(Option<ContributorId>, i64)> = vec![(None, i64::MAX); ledger.repositories.len()];
        let times = clamped_times(ledger);
        for (commit, &when) in ledger.commits.iter().zip(&times) {
            authored.entry((commit.repository, people.contributor_of(commit.author))).or_default().push(when);
            let (_, began) = &mut roots[usize::from(commit.repository)];
            *began = when.min(*began);
        }
        // A history that was merged in may be older, and a line beside HEAD's is anybody's.
        for (row, root) in ledger.repositories.iter().zip(&mut roots) {
            let commits = &ledger.commits[row.commits.clone()];
            let mut at = row.head.and_then(|head| commits.iter().find(|c| c.oid == head));
            while let Some(commit) = at {
                root.0 = Some(people.contributor_of(commit.author));
                at = ledger.parents(commit).first().map(|parent| ledger.commit(*parent));
            }
        }
        authored.values_mut().for_each(|times| times.sort_unstable());
        Tenures { ledger, people, authored, roots, times }
    }

    /// The tenure of a commit's author when it was made. `founder_days` is how soon after the beginning a founder begins.
    pub fn at(&self, idx: CommitIdx, founder_days: i64) -> Tenure {
        const DAY: i64 = 86_400;
        let commit = self.ledger.commit(idx);
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
