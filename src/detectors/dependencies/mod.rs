//! Shared by the dependency detectors: names that are new to a project, and findings about a dependency change.

pub(super) mod drift;

use super::tenure::{Tenures, is_by_newcomer};
use super::words::day;
use super::{Facts, literal};
use crate::finding::Draft;
use crate::heuristics::Heuristic;
use crate::history::{Ecosystem, Purpose, Stated};
use crate::ledger::{Dependencies, DependencyChange, DependencyRow, Ledger, PathId};
use crate::observe::dependencies::StatedId;
use crate::people::{ContributorId, People};
use std::collections::BTreeMap;

/// A dependency that is new to a project.
pub(super) struct NewName<'f> {
    /// Where it appears first; the manifest, if one commit adds it to manifest and lockfile.
    pub row: &'f DependencyRow,
    pub to: StatedId,
}

/// The names that are new to each repository, without its own packages; each once, in commit order.
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

/// Whether it is a package of the project, not a step of its pipelines.
pub(super) fn is_package(stated: &Stated) -> bool {
    !matches!(stated.ecosystem, Ecosystem::Actions | Ecosystem::Image | Ecosystem::Submodule)
}

/// A dependency kept for this many days has had time to be exposed.
pub(super) const LONG_DAYS: i64 = 180;

/// When dependencies were removed from files.
pub(super) struct Removals<'f> {
    rows: BTreeMap<(u16, PathId, Ecosystem, &'f str), Vec<&'f DependencyRow>>,
    /// The newest commit of each contributor in each repository: seconds since 1970.
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

    /// The removals of a new name from the file that introduced it, in order.
    pub fn after(&self, facts: &Facts<'f>, new: &NewName<'f>) -> impl Iterator<Item = &'f DependencyRow> {
        let stated = facts.dependencies.get(new.to);
        let repository = facts.ledger.commit(new.row.commit).repository;
        let rows = self.rows.get(&(repository, new.row.path, stated.ecosystem, stated.name.as_str()));
        let came = new.row.commit;
        rows.into_iter().flatten().filter(move |row| row.commit > came).copied()
    }

    /// The number of days that a project kept a dependency: until its removal, or until the newest commit by anyone
    /// except the author who added it, since dates can be forged.
    pub fn kept_days(&self, facts: &Facts<'f>, new: &NewName<'f>) -> i64 {
        const DAY: i64 = 86_400;
        let came = facts.ledger.commit(new.row.commit);
        let went = self.after(facts, new).next().map(|row| facts.ledger.commit(row.commit).committed.seconds);
        let who = facts.author_of(new.row.commit);
        let others = self.newest[usize::from(came.repository)].iter().filter(|(other, _)| **other != who);
        let newest = || others.map(|(_, newest)| *newest).max().unwrap_or(came.committed.seconds).min(self.now);
        // Clocks differ: a removal cannot precede the addition.
        (went.unwrap_or_else(newest) - came.committed.seconds).max(0) / DAY
    }
}

/// The runtime dependencies that newcomers added, in ecosystems where code names what it uses: there, a name without
/// any mention is unused.
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

/// A finding about a dependency change: the state before and after, and the author.
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
        draft.saw("asked for by", "another dependency; no manifest of the project names it");
    }
    let oid = facts.oid(row.commit);
    draft.saw("in commit", &oid);
    draft.saw("on", day(commit.authored.seconds));
    draft.reproduce([b"show", oid.as_bytes(), b"--", &literal(path)]);
    draft.commits = vec![row.commit];
    draft.paths = vec![row.path];
    draft
}

/// A dependency in words. The result is part of the key of findings.
pub(super) fn in_words(stated: &Stated) -> String {
    let (kind, place) = stated.origin.words();
    let version = if stated.version.is_empty() { String::new() } else { format!(" {}", stated.version) };
    let place = if place.is_empty() { String::new() } else { format!(" from {kind} {place}") };
    format!("{} {}{version}{place}", stated.ecosystem, stated.name)
}
