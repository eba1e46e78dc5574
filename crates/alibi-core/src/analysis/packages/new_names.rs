//! Finds package names that are new to a project, and how long the project keeps them.

use crate::analysis::people::{ContributorId, People};
use crate::analysis::tenure::{Tenures, is_by_newcomer};
use crate::facts::{DependencyChange, DependencyRow, Facts, PathId, RepositoryIdx};
use alibi_git::history::DAY;
use alibi_manifests::manifests::StatedId;
use alibi_manifests::{Ecosystem, Purpose, Stated};
use std::collections::BTreeMap;

/// A dependency that is new to a project.
pub struct NewName<'f> {
    /// The change that first adds the dependency; the change to the manifest, if one commit adds it to both manifest
    /// and lockfile.
    pub row: &'f DependencyRow,
    /// The dependency, as the file states it.
    pub to: StatedId,
}

/// Returns the names that are new to each repository, once each and in commit order. The repository's own packages are
/// excluded.
pub fn new_names(facts: &Facts) -> Vec<NewName<'_>> {
    let dependencies = &facts.dependencies;
    let mut first: BTreeMap<(RepositoryIdx, Ecosystem, &str), NewName<'_>> = BTreeMap::new();
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

/// Whether a dependency is a package, rather than a CI action, a container image or a submodule.
pub fn is_package(stated: &Stated) -> bool {
    !matches!(stated.ecosystem, Ecosystem::Actions | Ecosystem::Image | Ecosystem::Submodule)
}

/// A malicious dependency would probably have been exposed within this many days.
pub const LONG_DAYS: i64 = 180;

/// The removals of dependencies from files.
pub struct Removals<'f> {
    rows: BTreeMap<(RepositoryIdx, PathId, Ecosystem, &'f str), Vec<&'f DependencyRow>>,
    /// The time of each contributor's newest commit in each repository: seconds since 1970, UTC.
    newest: Vec<BTreeMap<ContributorId, i64>>,
    now: i64,
}

impl<'f> Removals<'f> {
    /// Collects all removals of a run.
    pub fn new(facts: &'f Facts, people: &People, now: i64) -> Removals<'f> {
        let mut rows: BTreeMap<(RepositoryIdx, PathId, Ecosystem, &'f str), Vec<&'f DependencyRow>> = BTreeMap::new();
        for row in facts.dependencies.rows.iter().filter(|row| row.change == DependencyChange::Removed) {
            let Some(stated) = facts.dependencies.subject(row) else { continue };
            let repository = facts.commit(row.commit).repository;
            rows.entry((repository, row.path, stated.ecosystem, &stated.name)).or_default().push(row);
        }
        let newest = facts.repositories.iter().map(|row| {
            let mut newest: BTreeMap<ContributorId, i64> = BTreeMap::new();
            for commit in &facts.commits[row.commits.clone()] {
                let last = newest.entry(people.contributor_of(commit.author)).or_insert(i64::MIN);
                *last = commit.committed.seconds.max(*last);
            }
            newest
        });
        Removals { rows, newest: newest.collect(), now }
    }

    /// The later removals of a new name from the file that introduced it, in commit order.
    pub fn after(&self, facts: &'f Facts, new: &NewName<'f>) -> impl Iterator<Item = &'f DependencyRow> {
        let stated = facts.dependencies.get(new.to);
        let repository = facts.commit(new.row.commit).repository;
        let rows = self.rows.get(&(repository, new.row.path, stated.ecosystem, stated.name.as_str()));
        let came = new.row.commit;
        rows.into_iter().flatten().filter(move |row| row.commit > came).copied()
    }

    /// Number of days for which a project kept a dependency: until its removal or, if it was not removed, until the
    /// newest commit by anyone except the author who added it, since that author can forge dates.
    pub fn kept_days(&self, facts: &'f Facts, people: &People, new: &NewName<'f>) -> i64 {
        let came = facts.commit(new.row.commit);
        let went = self.after(facts, new).next().map(|row| facts.commit(row.commit).committed.seconds);
        let who = people.contributor_of(came.author);
        let others = self.newest[came.repository.index()].iter().filter(|(other, _)| **other != who);
        let newest = || others.map(|(_, newest)| *newest).max().unwrap_or(came.committed.seconds).min(self.now);
        // Clocks differ, so a removal may seem to precede the addition.
        (went.unwrap_or_else(newest) - came.committed.seconds).max(0) / DAY
    }
}

/// Returns the runtime dependencies that newcomers added, in ecosystems whose code names the packages that it uses. In
/// these ecosystems, a package that the code does not mention is unused.
pub fn newcomer_dependencies(facts: &Facts, people: &People) -> Vec<(RepositoryIdx, Ecosystem, String)> {
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
