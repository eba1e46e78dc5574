//! What the detectors of dependencies share: the names that are new to a project, and how a finding tells of a row.

pub(super) mod drift;

use super::words::day;
use super::{Facts, literal};
use crate::finding::Draft;
use crate::heuristics::Heuristic;
use crate::history::{Ecosystem, Purpose, Stated};
use crate::ledger::{CommitIdx, Dependencies, DependencyChange, DependencyRow, Ledger, PathId};
use crate::observe::dependencies::StatedId;
use crate::people::{ContributorId, People};
use std::collections::BTreeMap;

/// A dependency in a project that did not have it.
pub(super) struct NewName<'f> {
    /// Where it is stated first: in a manifest rather than in a lockfile, where the same commit brings both.
    pub row: &'f DependencyRow,
    pub to: StatedId,
}

/// The names that are new to each repository and are no package of its own, each once, in the order of commits.
pub(super) fn new_names<'f>(facts: &Facts<'f>) -> Vec<NewName<'f>> {
    names_of(facts.ledger, facts.dependencies)
}

fn names_of<'f>(ledger: &Ledger, dependencies: &'f Dependencies) -> Vec<NewName<'f>> {
    let mut first: BTreeMap<(u16, Ecosystem, &str), NewName<'f>> = BTreeMap::new();
    for row in dependencies.rows.iter().filter(|row| row.is_new && row.change == DependencyChange::Added) {
        let Some(to) = row.to else { continue };
        let stated = dependencies.get(to);
        let repository = ledger.commit(row.commit).repository;
        if dependencies.is_own(repository, stated) {
            continue;
        }
        let key = (repository, stated.ecosystem, stated.name.as_str());
        let better = first
            .get(&key)
            .is_none_or(|known| known.row.commit == row.commit && known.row.kind.is_lock() && !row.kind.is_lock());
        if better {
            first.insert(key, NewName { row, to });
        }
    }
    let mut all: Vec<NewName<'f>> = first.into_values().collect();
    all.sort_by_key(|new| (new.row.commit, new.row.path, new.to));
    all
}

impl NewName<'_> {
    /// A finding about this name.
    pub fn draft<'h>(&self, heuristic: &'h Heuristic, facts: &Facts<'_>, summary: String) -> Draft<'h> {
        draft(heuristic, facts, self.row, summary)
    }
}

/// Whether it becomes a part of the project, rather than a step of its pipelines.
pub(super) fn is_package(stated: &Stated) -> bool {
    !matches!(stated.ecosystem, Ecosystem::Actions | Ecosystem::Image | Ecosystem::Submodule)
}

/// What a project keeps for so many days has had the time to be found out.
pub(super) const LONG_DAYS: i64 = 180;

/// When dependencies went from files.
pub(super) struct Removals<'f> {
    rows: BTreeMap<(u16, PathId, Ecosystem, &'f str), Vec<&'f DependencyRow>>,
    /// The newest commit of each repository, and the newest by anybody but its author: seconds since 1970.
    newest: Vec<BTreeMap<ContributorId, i64>>,
    now: i64,
}

impl<'f> Removals<'f> {
    pub fn new(facts: &Facts<'f>) -> Removals<'f> {
        let mut rows: BTreeMap<(u16, PathId, Ecosystem, &'f str), Vec<&'f DependencyRow>> = BTreeMap::new();
        for row in facts.dependencies.rows.iter().filter(|row| row.change == DependencyChange::Removed) {
            let Some(stated) = facts.dependencies.subject(row) else { continue };
            let repository = facts.ledger.commit(row.commit).repository;
            rows.entry((repository, row.path, stated.ecosystem, &stated.name)).or_default().push(row);
        }
        let newest = facts.ledger.repositories.iter().map(|row| {
            let mut newest: BTreeMap<ContributorId, i64> = BTreeMap::new();
            for commit in &facts.ledger.commits[row.commits.clone()] {
                let of = newest.entry(facts.people.contributor_of(commit.author)).or_insert(i64::MIN);
                *of = commit.committed.seconds.max(*of);
            }
            newest
        });
        Removals { rows, newest: newest.collect(), now: facts.now }
    }

    /// The removals of a new name from the file that it came in by, in order.
    pub fn after(&self, facts: &Facts<'f>, new: &NewName<'f>) -> impl Iterator<Item = &'f DependencyRow> {
        let stated = facts.dependencies.get(new.to);
        let repository = facts.ledger.commit(new.row.commit).repository;
        let rows = self.rows.get(&(repository, new.row.path, stated.ecosystem, stated.name.as_str()));
        let came = new.row.commit;
        rows.into_iter().flatten().filter(move |row| row.commit > came).copied()
    }

    /// For how many days a project kept a dependency: until it went, or to the newest commit by somebody else than who
    /// brought it, since dates can be made up.
    pub fn kept_days(&self, facts: &Facts<'f>, new: &NewName<'f>) -> i64 {
        const DAY: i64 = 86_400;
        let came = facts.ledger.commit(new.row.commit);
        let went = self.after(facts, new).next().map(|row| facts.ledger.commit(row.commit).committed.seconds);
        let who = facts.author_of(new.row.commit);
        let others = self.newest[usize::from(came.repository)].iter().filter(|(other, _)| **other != who);
        let newest = || others.map(|(_, newest)| *newest).max().unwrap_or(came.committed.seconds).min(self.now);
        (went.unwrap_or_else(newest) - came.committed.seconds) / DAY
    }
}

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

/// The names that newcomers brought as what the project runs with, in ecosystems where a use names what it uses: a
/// name that nothing names is not used there.
pub fn to_be_named(ledger: &Ledger, people: &People, dependencies: &Dependencies) -> Vec<(u16, Ecosystem, String)> {
    let tenures = Tenures::new(ledger, people);
    let new = names_of(ledger, dependencies).into_iter().filter(|new| {
        let stated = dependencies.get(new.to);
        matches!(stated.ecosystem, Ecosystem::Npm | Ecosystem::Cargo)
            && stated.purpose == Purpose::Runtime
            && !stated.name.starts_with("@types/")
            && !new.row.kind.is_lock()
            && is_by_newcomer(&tenures, new.row.commit)
    });
    new.map(|new| {
        let stated = dependencies.get(new.to);
        (ledger.commit(new.row.commit).repository, stated.ecosystem, stated.name.clone())
    })
    .collect()
}

/// A finding about a row of the ledger of dependencies: what it was, what it is, and who did it.
pub(super) fn draft<'h>(
    heuristic: &'h Heuristic,
    facts: &Facts<'_>,
    row: &DependencyRow,
    summary: String,
) -> Draft<'h> {
    let commit = facts.ledger.commit(row.commit);
    let path = facts.ledger.path(row.path);
    let said = |id: Option<StatedId>| id.map(|id| in_words(facts.dependencies.get(id))).unwrap_or_default();
    let key = [path.to_vec(), said(row.from).into_bytes(), said(row.to).into_bytes()];
    let mut draft = Draft::new(heuristic, facts.author_of(row.commit), commit.repository, key, summary);
    if row.from.is_some() {
        draft.saw("before", said(row.from));
    }
    if row.to.is_some() {
        draft.saw(if row.from.is_some() { "after" } else { "added" }, said(row.to));
    }
    if !row.is_direct {
        draft.saw("asked for by", "another dependency: no manifest of the project names it");
    }
    let oid = facts.oid(row.commit);
    draft.saw("in commit", &oid);
    draft.saw("on", day(commit.authored.seconds));
    draft.reproduce([b"show", oid.as_bytes(), b"--", &literal(path)]);
    draft.commits = vec![row.commit];
    draft.paths = vec![row.path];
    draft
}

/// A statement in words.
pub(super) fn in_words(stated: &Stated) -> String {
    let (kind, place) = stated.origin.words();
    let version = if stated.version.is_empty() { String::new() } else { format!(" {}", stated.version) };
    let place = if place.is_empty() { String::new() } else { format!(" from {kind} {place}") };
    format!("{} {}{version}{place}", stated.ecosystem, stated.name)
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
        // A date can be set back, a parent cannot: a commit is no older than what it stands on.
        let mut times: Vec<i64> = Vec::with_capacity(ledger.commits.len());
        for commit in &ledger.commits {
            let parents = ledger.parents(commit).iter().filter_map(|parent| times.get(parent.index()).copied());
            let when = parents.max().unwrap_or(i64::MIN).max(commit.committed.seconds);
            times.push(when);
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
