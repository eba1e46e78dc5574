//! Package names that are new to a project, and how long the project keeps them.

use crate::analysis::people::{ContributorId, People};
use crate::analysis::tenure::{Tenures, is_by_newcomer};
use crate::facts::{DependencyChange, DependencyRow, Facts, PathId};
use alibi_git::history::{Ecosystem, Purpose, Stated};
use alibi_manifests::manifests::StatedId;
use std::collections::BTreeMap;

/// A dependency that is new to a project.
pub struct NewName<'f> {
    /// Where it appears first; the manifest, if one commit adds it to manifest and lockfile.
    pub row: &'f DependencyRow,
    /// The entry, as the file lists it.
    pub to: StatedId,
}

/// The names that are new to each repository, except its own packages; each once, in commit order.
pub fn new_names(facts: &Facts) -> Vec<NewName<'_>> {
    let dependencies = &facts.dependencies;
    let mut first: BTreeMap<(u16, Ecosystem, &str), NewName<'_>> = BTreeMap::new();
    for row in dependencies.rows.iter().filter(|row| row.is_new && row.change == DependencyChange::Added) {
        let Some(to) = row.to else { continue };
        let stated = dependencies.get(to);
        let repository = facts.commit(row.commit).repository;
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
    let mut all: Vec<NewName<'_>> = first.into_values().collect();
    all.sort_by_key(|new| (new.row.commit, new.row.path, new.to));
    all
}

/// Whether it is a package, rather than a CI action, a container image or a submodule.
pub fn is_package(stated: &Stated) -> bool {
    !matches!(stated.ecosystem, Ecosystem::Actions | Ecosystem::Image | Ecosystem::Submodule)
}

/// A malicious dependency would probably have been exposed within this many days.
pub const LONG_DAYS: i64 = 180;

/// When dependencies were removed from files.
pub struct Removals<'f> {
    rows: BTreeMap<(u16, PathId, Ecosystem, &'f str), Vec<&'f DependencyRow>>,
    /// The newest commit of each contributor in each repository: seconds since 1970.
    newest: Vec<BTreeMap<ContributorId, i64>>,
    now: i64,
}

impl<'f> Removals<'f> {
    /// Reads all removals of a run.
    pub fn new(facts: &'f Facts, people: &People, now: i64) -> Removals<'f> {
        let mut rows: BTreeMap<(u16, PathId, Ecosystem, &'f str), Vec<&'f DependencyRow>> = BTreeMap::new();
        for row in facts.dependencies.rows.iter().filter(|row| row.change == DependencyChange::Removed) {
            let Some(stated) = facts.dependencies.subject(row) else { continue };
            let repository = facts.commit(row.commit).repository;
            rows.entry((repository, row.path, stated.ecosystem, &stated.name)).or_default().push(row);
        }
        let newest = facts.repositories.iter().map(|row| {
            let mut newest: BTreeMap<ContributorId, i64> = BTreeMap::new();
            for commit in &facts.commits[row.commits.clone()] {
                let of = newest.entry(people.contributor_of(commit.author)).or_insert(i64::MIN);
                *of = commit.committed.seconds.max(*of);
            }
            newest
        });
        Removals { rows, newest: newest.collect(), now }
    }

    /// The removals of a new name from the file that introduced it, in order.
    pub fn after(&self, facts: &'f Facts, new: &NewName<'f>) -> impl Iterator<Item = &'f DependencyRow> {
        let stated = facts.dependencies.get(new.to);
        let repository = facts.commit(new.row.commit).repository;
        let rows = self.rows.get(&(repository, new.row.path, stated.ecosystem, stated.name.as_str()));
        let came = new.row.commit;
        rows.into_iter().flatten().filter(move |row| row.commit > came).copied()
    }

    /// The number of days that a project kept a dependency: until its removal, or until the newest commit by anyone
    /// except the author who added it, since dates can be forged.
    pub fn kept_days(&self, facts: &'f Facts, people: &People, new: &NewName<'f>) -> i64 {
        const DAY: i64 = 86_400;
        let came = facts.commit(new.row.commit);
        let went = self.after(facts, new).next().map(|row| facts.commit(row.commit).committed.seconds);
        let who = people.contributor_of(came.author);
        let others = self.newest[usize::from(came.repository)].iter().filter(|(other, _)| **other != who);
        let newest = || others.map(|(_, newest)| *newest).max().unwrap_or(came.committed.seconds).min(self.now);
        // Clocks differ: a removal cannot precede the addition.
        (went.unwrap_or_else(newest) - came.committed.seconds).max(0) / DAY
    }
}

/// The runtime dependencies that newcomers added, in ecosystems where code names the packages that it uses: there, a
/// package that is not mentioned is unused.
pub fn to_be_named(facts: &Facts, people: &People) -> Vec<(u16, Ecosystem, String)> {
    let tenures = Tenures::new(facts, people);
    let dependencies = &facts.dependencies;
    let new = new_names(facts).into_iter().filter(|new| {
        let stated = dependencies.get(new.to);
        matches!(stated.ecosystem, Ecosystem::Npm | Ecosystem::Cargo)
            && stated.purpose == Purpose::Runtime
            && !stated.name.starts_with("@types/")
            && !new.row.kind.is_lock()
            && is_by_newcomer(&tenures, new.row.commit)
    });
    new.map(|new| {
        let stated = dependencies.get(new.to);
        (facts.commit(new.row.commit).repository, stated.ecosystem, stated.name.clone())
    })
    .collect()
}
