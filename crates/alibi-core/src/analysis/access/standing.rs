//! Who merged each commit into HEAD's history, and each contributor's tenure. For a range, its end takes the place of
//! HEAD.

use crate::analysis::people::{ContributorId, People};
use crate::analysis::tenure::clamped_times;
use crate::facts::{CommitIdx, CommitRow, Facts, RepositoryIdx};
use alibi_git::history::{DAY, TrailerKind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// A contributor who starts within this many days of a repository's beginning is a founder.
const FOUNDER_DAYS: i64 = 30;

/// Number of commits at the start of HEAD's first-parent line whose median date counts as its beginning.
const BEGINNING: usize = 11;

/// How a commit was merged into HEAD's history.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MergePoint {
    /// The commit on HEAD's first-parent line with which the commit was merged: a merge, or the commit itself.
    pub at: CommitIdx,
    /// Who made the commit `at`; `None` if a forge or another bot made it.
    pub by: Option<ContributorId>,
    /// Whether a forge or another bot committed `at`, which does not show who approved it.
    pub on_forge: bool,
}

/// The access and tenure of all contributors, as the histories show them.
pub struct Standing<'t> {
    facts: &'t Facts,
    people: &'t People,
    history: &'t AccessHistory,
}

/// The access history of a run, derived from all commits. It is computed on first use and shared by all [`Standing`]
/// values of the run.
#[derive(Default)]
pub struct AccessHistory(OnceLock<Record>);

/// The contents of an [`AccessHistory`].
struct Record {
    merge_points: Vec<Option<MergePoint>>,
    times: Vec<i64>,
    /// Each contributor's merged commits, by time of merging.
    merged: Vec<Vec<CommitIdx>>,
    founders: BTreeSet<(RepositoryIdx, ContributorId)>,
    began: BTreeMap<RepositoryIdx, i64>,
    /// Times at which a contributor started a run of consecutive commits on HEAD's first-parent line; sorted.
    occasions: BTreeMap<(RepositoryIdx, ContributorId), Vec<i64>>,
    /// Times at which a contributor merged another contributor's commits, one for each commit; sorted.
    merges_of_others: BTreeMap<(RepositoryIdx, ContributorId), Vec<i64>>,
}

/// A contributor's tenure at a given time, over all repositories of the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seniority {
    /// Days since the first merged commit.
    pub days: i64,
    /// Number of days on which commits were merged.
    pub active_days: usize,
    /// Number of merged commits.
    pub commits: usize,
}

impl<'t> Standing<'t> {
    /// Creates the standing of all contributors; `history` is computed on first use.
    pub fn new(facts: &'t Facts, people: &'t People, history: &'t AccessHistory) -> Standing<'t> {
        Standing { facts, people, history }
    }

    fn record(&self) -> &Record {
        self.history.0.get_or_init(|| Record::new(self.facts, self.people))
    }

    /// How a commit was merged; `None` if it is not in HEAD's history.
    pub fn merge_point(&self, idx: CommitIdx) -> Option<MergePoint> {
        self.record().merge_points[idx.index()]
    }

    /// The time at which a commit was merged or, if it was not merged, made: seconds since 1970, UTC.
    pub fn when(&self, idx: CommitIdx) -> i64 {
        self.record().times[self.merge_point(idx).map_or(idx, |merge_point| merge_point.at).index()]
    }

    /// A contributor's merged commits, in order of merging.
    pub fn merged(&self, who: ContributorId) -> &[CommitIdx] {
        &self.record().merged[who.index()]
    }

    /// Whether a contributor is a founder of a repository.
    pub fn is_founder(&self, repository: RepositoryIdx, who: ContributorId) -> bool {
        self.record().founders.contains(&(repository, who))
    }

    /// A contributor's tenure at the time `now`.
    pub fn seniority(&self, who: ContributorId, now: i64) -> Seniority {
        let before = self.merged(who).partition_point(|idx| self.when(*idx) < now);
        let own = &self.merged(who)[..before];
        let mut days: Vec<i64> = own.iter().map(|idx| self.when(*idx).div_euclid(DAY)).collect();
        days.dedup();
        let first = own.first().map_or(now, |idx| self.when(*idx));
        Seniority { days: now.saturating_sub(first) / DAY, active_days: days.len(), commits: before }
    }

    /// The beginning of HEAD's first-parent line: seconds since 1970, UTC.
    pub fn began(&self, repository: RepositoryIdx) -> Option<i64> {
        self.record().began.get(&repository).copied()
    }

    /// Whether the history shows that a contributor had write access to a repository by the time `until`: the
    /// contributor merged another contributor's commits, or made commits on HEAD's first-parent line on several
    /// occasions. A single occasion could be a fast-forward by someone else.
    pub fn shows_access(&self, who: ContributorId, repository: RepositoryIdx, until: i64) -> bool {
        const OCCASIONS: usize = 3;
        let times = self.record().occasions.get(&(repository, who));
        let occasions = times.map_or(0, |times| times.partition_point(|t| *t <= until));
        occasions >= OCCASIONS || self.merged_for_others(who, repository, until) > 0
    }

    /// Number of other contributors' commits that a contributor merged by the time `until`. Merging them requires write
    /// access. Making a commit on HEAD's first-parent line does not, since someone else may have fast-forwarded to it.
    pub fn merged_for_others(&self, who: ContributorId, repository: RepositoryIdx, until: i64) -> usize {
        let merges_of_others = &self.record().merges_of_others;
        merges_of_others.get(&(repository, who)).map_or(0, |times| times.partition_point(|t| *t <= until))
    }

    /// Returns the reviewers of a commit, other than its author: the contributors who committed or merged it, and the
    /// contributors named in review trailers of the commit or the merge.
    pub fn reviewers(&self, idx: CommitIdx) -> BTreeSet<ContributorId> {
        let commit = self.facts.commit(idx);
        let author = self.people.contributor_of(commit.author);
        let Some(merge_point) = self.merge_point(idx) else { return BTreeSet::new() };
        let named_reviewers = |row: &CommitRow| -> Vec<ContributorId> {
            let kinds =
                [TrailerKind::ReviewedBy, TrailerKind::AckedBy, TrailerKind::SignedOffBy, TrailerKind::TestedBy];
            let trailers = self.facts.trailers(row).iter().filter(|t| kinds.contains(&t.kind));
            let people = trailers.map(|t| self.people.contributor_of(t.who));
            // A contributor without any merged work does not count as a reviewer.
            people.filter(|who| !self.merged(*who).is_empty()).collect()
        };
        let mut all: BTreeSet<ContributorId> = named_reviewers(commit).into_iter().collect();
        all.extend(named_reviewers(self.facts.commit(merge_point.at)));
        all.extend(merge_point.by);
        let committer = self.people.contributor_of(commit.committer);
        all.extend(Some(committer).filter(|c| !self.people.get(*c).bot));
        all.remove(&author);
        all
    }

    /// Whether the author of a commit merged it without anyone else merging or reviewing it, as far as the history
    /// shows. Merges made by a forge do not count, since a forge does not show who approved them.
    pub fn is_merged_alone(&self, idx: CommitIdx) -> bool {
        let author = self.people.contributor_of(self.facts.commit(idx).author);
        self.merge_point(idx).is_some_and(|merge_point| merge_point.by == Some(author) && !merge_point.on_forge)
            && self.reviewers(idx).is_empty()
    }
}

impl Record {
    /// Computes the access history from all commits.
    fn new(facts: &Facts, people: &People) -> Record {
        let mut merge_points: Vec<Option<MergePoint>> = vec![None; facts.commits.len()];
        let times = clamped_times(facts);
        let mut founders = BTreeSet::new();
        // The beginning of HEAD's first-parent line, since a merged-in history may be older.
        let mut began: BTreeMap<RepositoryIdx, i64> = BTreeMap::new();
        for (number, row) in facts.repositories.iter().enumerate() {
            let commits = &facts.commits[row.commits.clone()];
            let head = row.end.and_then(|head| commits.iter().position(|c| c.oid == head));
            let Some(head) = head.map(|place| CommitIdx((row.commits.start + place) as u32)) else { continue };
            let mut line = vec![head];
            while let Some(&parent) = facts.parents(facts.commit(line[line.len() - 1])).first() {
                line.push(parent);
            }
            line.reverse();
            founders.insert((RepositoryIdx::new(number), people.contributor_of(facts.commit(line[0]).author)));
            // Use the median of the first few dates, since a single date may be wrong.
            let mut first: Vec<i64> = line.iter().take(BEGINNING).map(|idx| times[idx.index()]).collect();
            first.sort_unstable();
            began.insert(RepositoryIdx::new(number), first[first.len() / 2]);
            for &at in &line {
                let by = maker(people, facts.commit(at));
                let on_forge = people.get(people.contributor_of(facts.commit(at).committer)).bot;
                let mut todo = vec![at];
                while let Some(idx) = todo.pop() {
                    if merge_points[idx.index()].is_none() {
                        merge_points[idx.index()] = Some(MergePoint { at, by, on_forge });
                        todo.extend_from_slice(facts.parents(facts.commit(idx)));
                    }
                }
            }
        }
        let mut merged: Vec<Vec<CommitIdx>> = vec![Vec::new(); people.contributors.len()];
        for (idx, commit) in facts.enumerate().filter(|(idx, _)| merge_points[idx.index()].is_some()) {
            merged[people.contributor_of(commit.author).index()].push(idx);
        }
        let when = |idx: &CommitIdx| merge_points[idx.index()].map_or(0, |merge_point| times[merge_point.at.index()]);
        for own in &mut merged {
            own.sort_by_key(|idx| (when(idx), *idx));
        }
        for (who, own) in merged.iter().enumerate() {
            for idx in own {
                let repository = facts.commit(*idx).repository;
                if began.get(&repository).is_some_and(|began| when(idx).saturating_sub(*began) / DAY < FOUNDER_DAYS) {
                    founders.insert((repository, ContributorId(who as u32)));
                }
            }
        }
        let mut merges_of_others: BTreeMap<(RepositoryIdx, ContributorId), Vec<i64>> = BTreeMap::new();
        for (idx, commit) in facts.enumerate() {
            let Some(merge_point) = merge_points[idx.index()] else { continue };
            if let Some(by) = merge_point.by.filter(|by| *by != people.contributor_of(commit.author)) {
                merges_of_others.entry((commit.repository, by)).or_default().push(times[merge_point.at.index()]);
            }
        }
        let mut occasions: BTreeMap<(RepositoryIdx, ContributorId), Vec<i64>> = BTreeMap::new();
        let mut last: BTreeMap<RepositoryIdx, ContributorId> = BTreeMap::new();
        for (idx, commit) in facts.enumerate() {
            let is_on_line = merge_points[idx.index()].is_some_and(|merge_point| merge_point.at == idx);
            let author = people.contributor_of(commit.author);
            let previous_author = if is_on_line { last.insert(commit.repository, author) } else { continue };
            if previous_author != Some(author) && maker(people, commit) == Some(author) {
                occasions.entry((commit.repository, author)).or_default().push(times[idx.index()]);
            }
        }
        occasions.values_mut().for_each(|times| times.sort_unstable());
        merges_of_others.values_mut().for_each(|times| times.sort_unstable());
        Record { began, occasions, merges_of_others, merge_points, times, merged, founders }
    }
}

/// Returns who made a commit on HEAD's first-parent line: the author of a merge, otherwise the committer; `None` for a
/// bot.
fn maker(people: &People, commit: &CommitRow) -> Option<ContributorId> {
    let committer = people.contributor_of(commit.committer);
    let author = people.contributor_of(commit.author);
    let by = if commit.parent_count > 1 { author } else { committer };
    Some(by).filter(|by| !people.get(*by).bot)
}
