//! Records dependency changes by comparing what each file lists before and after a commit.

use super::changes::{BlobId, ChangeRow, PathId};
use super::dependencies::{Dependencies, DependencyChange, DependencyRow, Name};
use super::repository::RepositoryIdx;
use super::store::Facts;
use alibi_git::history::is_other_content;
use alibi_manifests::manifests::{FileKind, Read, StatedId, Table};
use rustc_hash::{FxHashMap, FxHashSet};

impl Dependencies {
    /// Compares what files list before and after each commit. `known` contains the blobs from before the commits in
    /// scope, with their paths.
    pub fn new(
        facts: &Facts,
        table: Table,
        read: FxHashMap<(BlobId, FileKind), Read>,
        known: &[(BlobId, PathId)],
    ) -> Dependencies {
        let mut all = Dependencies { table, read, ..Dependencies::default() };
        let kinds: Vec<Option<FileKind>> =
            (0..facts.path_count() as u32).map(|p| FileKind::of(facts.path(PathId(p)))).collect();
        let (mut seen, mut direct): (FxHashSet<Name>, FxHashSet<Name>) = Default::default();
        for (blob, path) in known {
            let Some(kind) = kinds[path.0 as usize] else { continue };
            let repository = facts.blobs[blob.index()].repository;
            all.note_own(facts, repository, *path, *blob, kind);
            if all.is_read(*blob, kind) {
                all.readable.insert((repository, *path), *blob);
            }
            let ids = all.stated(Some(*blob), kind).to_vec();
            all.before.extend(ids.iter().map(|id| (repository, *id, kind.is_lock())));
            for stated in &ids {
                let name = all.name(repository, *stated);
                if !kind.is_lock() {
                    direct.insert(name.clone());
                }
                seen.insert(name);
            }
        }
        for rows in facts.changes.chunk_by(|a, b| a.commit == b.commit) {
            if !rows.iter().any(|row| kinds[row.path.0 as usize].is_some()) {
                continue;
            }
            let repository = facts.commit(rows[0].commit).repository;
            let first = all.rows.len();
            for of_path in rows.chunk_by(|a, b| a.path == b.path) {
                if let Some(kind) = kinds[of_path[0].path.0 as usize] {
                    if let Some(new) = of_path[0].new {
                        all.note_own(facts, repository, of_path[0].path, new, kind);
                    }
                    all.compare(of_path, kind, repository);
                }
            }
            let names: Vec<(usize, Name)> =
                (first..all.rows.len()).filter_map(|i| Some((i, all.name(repository, all.rows[i].to?)))).collect();
            direct.extend(names.iter().filter(|(i, _)| !all.rows[*i].kind.is_lock()).map(|(_, name)| name.clone()));
            for (i, name) in &names {
                all.rows[*i].is_new = !seen.contains(name);
            }
            for i in first..all.rows.len() {
                let Some(id) = all.rows[i].to.or(all.rows[i].from) else { continue };
                all.rows[i].is_direct = !all.rows[i].kind.is_lock() || direct.contains(&all.name(repository, id));
            }
            seen.extend(names.into_iter().map(|(_, name)| name));
        }
        all
    }

    /// Records the packages that a manifest declares. Packages in tests and examples do not count, and lockfiles
    /// declare none.
    fn note_own(&mut self, facts: &Facts, repository: RepositoryIdx, path: PathId, blob: BlobId, kind: FileKind) {
        let folders = ["test", "tests", "testing", "fixtures", "testdata", "__tests__", "spec", "examples", "example"];
        let is_test = facts.path(path).split(|b| *b == b'/').any(|part| folders.iter().any(|f| f.as_bytes() == part));
        let Some(ecosystem) = kind.ecosystem().filter(|_| !is_test && !kind.is_lock()) else { return };
        let names = self.read.get(&(blob, kind)).map_or(&[][..], |read| &read.own);
        let names: Vec<Name> = names.iter().map(|name| (repository, ecosystem, ecosystem.normal(name))).collect();
        self.own.extend(names);
    }

    fn name(&self, repository: RepositoryIdx, id: StatedId) -> Name {
        let stated = self.table.get(id);
        (repository, stated.ecosystem, stated.name.clone())
    }

    /// Compares one file before and after a commit. A merge adds only entries that no parent has, and removes only
    /// entries that every parent has.
    fn compare(&mut self, rows: &[ChangeRow], kind: FileKind, repository: RepositoryIdx) {
        let (new, place) = (rows[0].new, (repository, rows[0].path));
        // An unreadable version proves neither that all entries were removed nor that all entries are new. The next
        // version is compared with the newest readable one.
        if new.is_some_and(|blob| !self.is_read(blob, kind)) {
            return;
        }
        let last = self.readable.get(&place).copied();
        let old_of = |row: &ChangeRow| match row.old {
            Some(blob) if !self.is_read(blob, kind) => last,
            old => old,
        };
        // The lists are sorted, and the table is sorted by ecosystem and name, so equal names are adjacent.
        let now = self.stated(new, kind);
        let (mut any, mut all): (Vec<StatedId>, Option<Vec<StatedId>>) = (Vec::new(), None);
        for row in rows {
            let old = self.stated(old_of(row), kind);
            any.extend(old);
            all = Some(match all {
                None => old.to_vec(),
                Some(all) => all.into_iter().filter(|id| old.binary_search(id).is_ok()).collect(),
            });
        }
        any.sort_unstable();
        any.dedup();
        let has = |list: &[StatedId], id: &StatedId| list.binary_search(id).is_ok();
        let mut gone: Vec<StatedId> = all.unwrap_or_default();
        gone.retain(|id| !has(now, id));
        let mut taken: FxHashSet<StatedId> = FxHashSet::default();
        let mut found: Vec<(DependencyChange, Option<StatedId>, Option<StatedId>)> = Vec::new();
        for &to in now.iter().filter(|id| !has(&any, id)) {
            let old = self.same_name(&any, to);
            // Prefer an old entry with the same version, then an entry that was removed, then any entry with this name.
            let version = &self.table.get(to).version;
            let same = |id: &&StatedId| self.table.get(**id).version == *version;
            let went = || old.iter().find(|id| has(&gone, id) && !taken.contains(id));
            let from = old.iter().find(same).or_else(went).or(old.first()).copied();
            taken.extend(from);
            found.push((from.map_or(DependencyChange::Added, |from| self.change(kind, from, to)), from, Some(to)));
        }
        let mut last = None;
        for from in gone.into_iter().filter(|id| !taken.contains(id)) {
            let name = (self.table.get(from).ecosystem, self.table.get(from).name.as_str());
            if self.same_name(now, from).is_empty() && last.replace(name) != Some(name) {
                found.push((DependencyChange::Removed, Some(from), None));
            }
        }
        let (commit, path) = (rows[0].commit, rows[0].path);
        self.rows.extend(found.into_iter().map(|(change, from, to)| DependencyRow {
            commit,
            path,
            kind,
            change,
            from,
            to,
            is_new: false,
            is_direct: false,
        }));
        match new {
            Some(blob) => self.readable.insert(place, blob),
            None => self.readable.remove(&place),
        };
    }

    /// Returns the entries of a sorted list that have the same ecosystem and name as entry `id`.
    fn same_name<'l>(&self, list: &'l [StatedId], id: StatedId) -> &'l [StatedId] {
        let key = |id: &StatedId| {
            let stated = self.table.get(*id);
            (stated.ecosystem, stated.name.as_str())
        };
        let wanted = key(&id);
        let start = list.partition_point(|other| key(other) < wanted);
        let len = list[start..].partition_point(|other| key(other) == wanted);
        &list[start..start + len]
    }

    fn change(&self, kind: FileKind, from: StatedId, to: StatedId) -> DependencyChange {
        let (old, new) = (self.table.get(from), self.table.get(to));
        if old.origin != new.origin {
            DependencyChange::Repointed
        } else if kind.has_hashes() && old.version == new.version && is_other_content(&old.hash, &new.hash) {
            DependencyChange::Rehashed
        } else if kind.has_hashes() && old.version == new.version && !old.hash.is_empty() && new.hash.is_empty() {
            DependencyChange::Unhashed
        } else if old.version == new.version {
            DependencyChange::Restated
        } else if !kind.is_lock() && old.is_pinned() && !new.is_pinned() {
            DependencyChange::Loosened
        } else {
            DependencyChange::Moved
        }
    }
}
