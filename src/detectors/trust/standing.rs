//! Who brought each commit into its history, and how long everybody has been there.

use crate::detectors::tenure::clamped_times;
use crate::history::TrailerKind;
use crate::ledger::{CommitIdx, CommitRow, Ledger};
use crate::people::{ContributorId, People};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

const DAY: i64 = 86_400;

/// Who begins within so many days of a repository is one of its founders.
const FOUNDER_DAYS: i64 = 30;

/// So many commits show when a line begins.
const BEGINNING: usize = 11;

/// How a commit came into the history that HEAD has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Landing {
    /// The commit on HEAD's own line that brought it: a merge, or itself.
    pub at: CommitIdx,
    /// Who made that one; nobody where a forge or another program did.
    pub by: Option<ContributorId>,
    /// Whether it was made on a forge, which does not say who approved of it.
    pub on_forge: bool,
}

/// What the histories say of everybody's standing.
pub struct Standing<'t> {
    ledger: &'t Ledger,
    people: &'t People,
    record: OnceLock<Record>,
}

/// What looking over all commits gives.
struct Record {
    landings: Vec<Option<Landing>>,
    times: Vec<i64>,
    /// Each contributor's landed commits, by the time of landing.
    landed: Vec<Vec<CommitIdx>>,
    founders: BTreeSet<(u16, ContributorId)>,
    began: BTreeMap<u16, i64>,
    /// When contributors began to stand on HEAD's own line by themselves, after others had; sorted.
    occasions: BTreeMap<(u16, ContributorId), Vec<i64>>,
    /// When contributors let others' work in, sorted.
    letting: BTreeMap<(u16, ContributorId), Vec<i64>>,
}

/// How long somebody had been there at some moment, over all repositories of the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seniority {
    /// Days since the first work that landed.
    pub days: i64,
    /// Days on which some landed.
    pub active_days: usize,
    /// Commits that had landed.
    pub commits: usize,
}

impl<'t> Standing<'t> {
    /// The standing of everybody, which is looked up when it is first asked for.
    pub fn new(ledger: &'t Ledger, people: &'t People) -> Standing<'t> {
        Standing { ledger, people, record: OnceLock::new() }
    }

    fn record(&self) -> &Record {
        self.record.get_or_init(|| Record::new(self.ledger, self.people))
    }

    /// How a commit landed; nothing where HEAD's history does not have it.
    pub fn landing(&self, idx: CommitIdx) -> Option<Landing> {
        self.record().landings[idx.index()]
    }

    /// When a commit landed: seconds since 1970, UTC; when it was made, where it did not.
    pub fn when(&self, idx: CommitIdx) -> i64 {
        self.record().times[self.landing(idx).map_or(idx, |landing| landing.at).index()]
    }

    /// A contributor's commits that landed, in the order in which they did.
    pub fn landed(&self, who: ContributorId) -> &[CommitIdx] {
        &self.record().landed[who.index()]
    }

    /// Whether somebody was there from a repository's beginning.
    pub fn is_founder(&self, repository: u16, who: ContributorId) -> bool {
        self.record().founders.contains(&(repository, who))
    }

    /// How long somebody had been there when this moment came.
    pub fn seniority(&self, who: ContributorId, now: i64) -> Seniority {
        let before = self.landed(who).partition_point(|idx| self.when(*idx) < now);
        let own = &self.landed(who)[..before];
        let mut days: Vec<i64> = own.iter().map(|idx| self.when(*idx).div_euclid(DAY)).collect();
        days.dedup();
        let first = own.first().map_or(now, |idx| self.when(*idx));
        Seniority { days: now.saturating_sub(first) / DAY, active_days: days.len(), commits: before }
    }

    /// When HEAD's own line begins: seconds since 1970, UTC.
    pub fn began(&self, repository: u16) -> Option<i64> {
        self.record().began.get(&repository).copied()
    }

    /// Whether something shows that somebody could write to a repository at some moment: others' work let in, or own work on
    /// HEAD's own line on several occasions. A single stay there looks the same when another hand fast-forwarded to it.
    pub fn shows_access(&self, who: ContributorId, repository: u16, until: i64) -> bool {
        const OCCASIONS: usize = 3;
        let times = self.record().occasions.get(&(repository, who));
        let occasions = times.map_or(0, |times| times.partition_point(|t| *t <= until));
        occasions >= OCCASIONS || self.let_in(who, repository, until) > 0
    }

    /// How many commits of others somebody has let in, until some moment. Whoever does so can write; of a commit of one's own
    /// that stands there, a fast-forward by another hand looks the same.
    pub fn let_in(&self, who: ContributorId, repository: u16, until: i64) -> usize {
        let letting = &self.record().letting;
        letting.get(&(repository, who)).map_or(0, |times| times.partition_point(|t| *t <= until))
    }

    /// Those who looked at a commit as it landed: whoever brought it in, and those whom its trailers or the merge's name.
    pub fn reviewers(&self, idx: CommitIdx) -> BTreeSet<ContributorId> {
        let commit = self.ledger.commit(idx);
        let author = self.people.contributor_of(commit.author);
        let Some(landing) = self.landing(idx) else { return BTreeSet::new() };
        let vouched = |row: &CommitRow| -> Vec<ContributorId> {
            let kinds =
                [TrailerKind::ReviewedBy, TrailerKind::AckedBy, TrailerKind::SignedOffBy, TrailerKind::TestedBy];
            let trailers = self.ledger.trailers(row).iter().filter(|t| kinds.contains(&t.kind));
            let people = trailers.map(|t| self.people.contributor_of(t.who));
            // A name that nobody here ever worked under vouches for nothing.
            people.filter(|who| !self.landed(*who).is_empty()).collect()
        };
        let mut all: BTreeSet<ContributorId> = vouched(commit).into_iter().collect();
        all.extend(vouched(self.ledger.commit(landing.at)));
        all.extend(landing.by);
        let committer = self.people.contributor_of(commit.committer);
        all.extend(Some(committer).filter(|c| !self.people.get(*c).bot));
        all.remove(&author);
        all
    }

    /// Whether the author of a commit brought it in alone, as far as the history tells. What a forge committed is not
    /// counted: it does not say who approved of it.
    pub fn is_brought_alone(&self, idx: CommitIdx) -> bool {
        let author = self.people.contributor_of(self.ledger.commit(idx).author);
        self.landing(idx).is_some_and(|landing| landing.by == Some(author) && !landing.on_forge)
            && self.reviewers(idx).is_empty()
    }
}

impl Record {
    /// Looks over all commits.
    fn new(ledger: &Ledger, people: &People) -> Record {
        let mut landings: Vec<Option<Landing>> = vec![None; ledger.commits.len()];
        let times = clamped_times(ledger);
        let mut founders = BTreeSet::new();
        // When HEAD's own line begins: a history that was merged in may be older.
        let mut began: BTreeMap<u16, i64> = BTreeMap::new();
        for (number, row) in ledger.repositories.iter().enumerate() {
            let commits = &ledger.commits[row.commits.clone()];
            let head = row.end.and_then(|head| commits.iter().position(|c| c.oid == head));
            let Some(head) = head.map(|place| CommitIdx((row.commits.start + place) as u32)) else { continue };
            let mut line = vec![head];
            while let Some(&parent) = ledger.parents(ledger.commit(line[line.len() - 1])).first() {
                line.push(parent);
            }
            line.reverse();
            founders.insert((number as u16, people.contributor_of(ledger.commit(line[0]).author)));
            // The middle one of the first few: a single date may be anything.
            let mut first: Vec<i64> = line.iter().take(BEGINNING).map(|idx| times[idx.index()]).collect();
            first.sort_unstable();
            began.insert(number as u16, first[first.len() / 2]);
            for &at in &line {
                let by = lander(people, ledger.commit(at));
                let on_forge = people.get(people.contributor_of(ledger.commit(at).committer)).bot;
                let mut todo = vec![at];
                while let Some(idx) = todo.pop() {
                    if landings[idx.index()].is_none() {
                        landings[idx.index()] = Some(Landing { at, by, on_forge });
                        todo.extend_from_slice(ledger.parents(ledger.commit(idx)));
                    }
                }
            }
        }
        let mut landed: Vec<Vec<CommitIdx>> = vec![Vec::new(); people.contributors.len()];
        for (idx, commit) in ledger.enumerate().filter(|(idx, _)| landings[idx.index()].is_some()) {
            landed[people.contributor_of(commit.author).index()].push(idx);
        }
        let when = |idx: &CommitIdx| landings[idx.index()].map_or(0, |landing| times[landing.at.index()]);
        for own in &mut landed {
            own.sort_by_key(|idx| (when(idx), *idx));
        }
        for (who, own) in landed.iter().enumerate() {
            for idx in own {
                let repository = ledger.commit(*idx).repository;
                if began.get(&repository).is_some_and(|began| when(idx).saturating_sub(*began) / DAY < FOUNDER_DAYS) {
                    founders.insert((repository, ContributorId(who as u32)));
                }
            }
        }
        let mut letting: BTreeMap<(u16, ContributorId), Vec<i64>> = BTreeMap::new();
        for (idx, commit) in ledger.enumerate() {
            let Some(landing) = landings[idx.index()] else { continue };
            if let Some(by) = landing.by.filter(|by| *by != people.contributor_of(commit.author)) {
                letting.entry((commit.repository, by)).or_default().push(times[landing.at.index()]);
            }
        }
        let mut occasions: BTreeMap<(u16, ContributorId), Vec<i64>> = BTreeMap::new();
        let mut last: BTreeMap<u16, ContributorId> = BTreeMap::new();
        for (idx, commit) in ledger.enumerate() {
            let is_on_line = landings[idx.index()].is_some_and(|landing| landing.at == idx);
            let author = people.contributor_of(commit.author);
            let stands_before = if is_on_line { last.insert(commit.repository, author) } else { continue };
            if stands_before != Some(author) && lander(people, commit) == Some(author) {
                occasions.entry((commit.repository, author)).or_default().push(times[idx.index()]);
            }
        }
        occasions.values_mut().for_each(|times| times.sort_unstable());
        letting.values_mut().for_each(|times| times.sort_unstable());
        Record { began, occasions, letting, landings, times, landed, founders }
    }
}

/// Who made a commit on HEAD's own line: of a merge the author, of others the committer; nobody where that is a program.
fn lander(people: &People, commit: &CommitRow) -> Option<ContributorId> {
    let committer = people.contributor_of(commit.committer);
    let author = people.contributor_of(commit.author);
    let by = if commit.parent_count > 1 { author } else { committer };
    Some(by).filter(|by| !people.get(*by).bot)
}
