//! Compares a run with the snapshot of an earlier scan, and takes the snapshot for the next scan.

use crate::analysis::people::{Contributor, People};
use crate::config::{NamedCommit, SCHEMA, SeenContributor, SeenRepository, Snapshot, real_path};
use crate::facts::{Facts, RepositoryIdx, RepositoryRow};
use alibi_git::history::{Offset, Stamp};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

impl Snapshot {
    /// Takes a snapshot of the repositories of a run. Repositories and references that this run did not select keep
    /// their state from `earlier`. Moved references also keep it, unless the run reports the commits that they lost
    /// (`is_reported`).
    pub fn of(facts: &Facts, people: &People, now: i64, earlier: Option<&Snapshot>, is_reported: bool) -> Snapshot {
        let repositories = facts.repositories.iter().enumerate().map(|(number, row)| {
            let path = real_path(Path::new(&row.path));
            let before = earlier.and_then(|e| e.repositories.iter().find(|r| r.path == path));
            let mut refs: BTreeMap<String, NamedCommit> =
                before.into_iter().flat_map(|b| &b.refs).map(|r| (r.name.clone(), r.clone())).collect();
            for (name, commit) in row.refs.iter().filter_map(|r| Some((lossy(&r.name), r.commit?))) {
                let commit = facts.commit(commit).oid.to_string();
                // Unless the run reports the commits that a moved reference lost, keep its earlier commit, so that a
                // later scan can report them.
                if is_reported || refs.get(&name).is_none_or(|known| known.commit == commit) {
                    refs.insert(name.clone(), NamedCommit { name, commit, seen: now });
                }
            }
            // A scan of fewer references finds fewer commits of each contributor, so keep the larger number.
            let mut contributors: BTreeMap<String, SeenContributor> =
                before.into_iter().flat_map(|b| &b.contributors).map(|c| (c.id.clone(), c.clone())).collect();
            for now in contributors_in(facts, people, RepositoryIdx::new(number)) {
                if contributors.get(&now.id).is_none_or(|known| known.commits <= now.commits) {
                    contributors.insert(now.id.clone(), now);
                }
            }
            let (refs, contributors) = (refs.into_values().collect(), contributors.into_values().collect());
            SeenRepository { path, refs, contributors }
        });
        let mut repositories: Vec<SeenRepository> = repositories.collect();
        let scanned: BTreeSet<String> = repositories.iter().map(|r| r.path.clone()).collect();
        let others = earlier.into_iter().flat_map(|e| &e.repositories).filter(|r| !scanned.contains(&r.path));
        repositories.extend(others.cloned());
        repositories.sort_by(|a, b| a.path.cmp(&b.path));
        let taken = Stamp { seconds: now, offset: Offset::UTC }.utc();
        Snapshot { schema: SCHEMA.to_owned(), taken, repositories }
    }

    /// Describes what has changed in one repository since this snapshot.
    pub fn notice(&self, earlier: &SeenRepository, row: &RepositoryRow, facts: &Facts, people: &People) -> String {
        let now: BTreeSet<(String, String)> = row
            .refs
            .iter()
            .filter_map(|r| r.commit.map(|c| (lossy(&r.name), facts.commit(c).oid.to_string())))
            .collect();
        let names: BTreeSet<&str> = now.iter().map(|(name, _)| name.as_str()).collect();
        let known: BTreeSet<&str> = earlier.refs.iter().map(|r| r.name.as_str()).collect();
        let number = RepositoryIdx::new(facts.repositories.iter().position(|r| std::ptr::eq(r, row)).unwrap_or(0));
        let before: BTreeSet<&str> = earlier.contributors.iter().map(|c| c.id.as_str()).collect();
        let arrived = contributors_in(facts, people, number).iter().filter(|c| !before.contains(c.id.as_str())).count();
        let is_moved =
            |r: &&NamedCommit| names.contains(r.name.as_str()) && !now.contains(&(r.name.clone(), r.commit.clone()));
        let moved: Vec<&str> = earlier.refs.iter().filter(is_moved).map(|r| r.name.as_str()).collect();
        let gone: Vec<&str> = known.difference(&names).copied().collect();
        let fresh: Vec<&str> = names.difference(&known).copied().collect();
        let parts = [
            ("moved references", listed(&moved)),
            ("new", listed(&fresh)),
            ("references missing or not selected", listed(&gone)),
            ("new contributors", if arrived > 0 { arrived.to_string() } else { String::new() }),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(_, message)| !message.is_empty())
            .map(|(label, message)| format!("{label}: {message}"))
            .collect();
        let message = if parts.is_empty() { "no reference moved".to_owned() } else { parts.join("; ") };
        format!("since the snapshot of {}: {message}", self.taken)
    }
}

/// Formats the number of names, followed by the first few names; empty if there are none.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 3;
    let first: Vec<&str> = names.iter().take(SHOWN).copied().collect();
    match names.len() {
        0 => String::new(),
        n if n > SHOWN => format!("{n} ({}, and more)", first.join(", ")),
        n => format!("{n} ({})", first.join(", ")),
    }
}

/// Returns the contributors with an identity that authored commits and appears in one repository. The numbers and times
/// of commits cover all repositories of the run.
fn contributors_in(facts: &Facts, people: &People, number: RepositoryIdx) -> Vec<SeenContributor> {
    let row = |(_, c): (_, &Contributor)| {
        let here = || {
            let uses = c.identities.iter().map(|i| &people.uses[i.index()]);
            uses.filter(|u| u.authored > 0 && u.repositories.contains(&number))
        };
        here().next()?;
        let (name, email) = facts.identity(c.earliest());
        let spans = || here().filter_map(|u| u.span);
        Some(SeenContributor {
            id: format!("{} <{}>", lossy(name), lossy(email)),
            commits: here().map(|u| u.authored).sum(),
            first: spans().map(|s| s.0).min(),
            last: spans().map(|s| s.1).max(),
        })
    };
    let mut all: Vec<SeenContributor> = people.iter().filter_map(row).collect();
    all.sort();
    all
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
