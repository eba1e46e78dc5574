//! The dependency changes in a history, each with the commit that made it.

use super::changes::{BlobId, PathId};
use super::repository::RepositoryIdx;
use alibi_git::history::CommitIdx;
use alibi_manifests::manifests::{FileKind, Read, StatedId, Table};
use alibi_manifests::{Ecosystem, Stated};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

/// What happened to a dependency in a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DependencyChange {
    /// The file lists the dependency now, but did not before.
    Added,
    /// The file listed the dependency, but no longer does.
    Removed,
    /// The dependency has another source.
    Repointed,
    /// The hash changed, but the version did not.
    Rehashed,
    /// The hash was removed, but the version did not change.
    Unhashed,
    /// The dependency was pinned to one version, and now allows several.
    Loosened,
    /// The required or locked version changed.
    Moved,
    /// The entry changed, but not its source or version; for example, its purpose changed, or it gained a hash.
    Restated,
}

impl DependencyChange {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            DependencyChange::Added => "added",
            DependencyChange::Removed => "removed",
            DependencyChange::Repointed => "repointed",
            DependencyChange::Rehashed => "rehashed",
            DependencyChange::Unhashed => "unhashed",
            DependencyChange::Loosened => "loosened",
            DependencyChange::Moved => "moved",
            DependencyChange::Restated => "restated",
        }
    }
}

/// One dependency that a commit changed in one file.
#[derive(Clone, Copy, Debug)]
pub struct DependencyRow {
    /// The commit.
    pub commit: CommitIdx,
    /// The file.
    pub path: PathId,
    /// The kind of the file.
    pub kind: FileKind,
    /// What changed.
    pub change: DependencyChange,
    /// The entry before the commit; `None` if the dependency was added.
    pub from: Option<StatedId>,
    /// The entry after the commit; `None` if the dependency was removed.
    pub to: Option<StatedId>,
    /// Whether no file of the project listed it before this commit.
    pub is_new: bool,
    /// Whether the project's manifests list it, rather than only its lockfiles.
    pub is_direct: bool,
}

/// The dependency changes of a run.
#[derive(Default)]
pub struct Dependencies {
    /// All distinct entries.
    pub table: Table,
    /// The changes, in canonical order of commits.
    pub rows: Vec<DependencyRow>,
    /// The entries from before the commits in scope: the repository, the entry, and whether it is in a lockfile.
    pub before: Vec<(RepositoryIdx, StatedId, bool)>,
    /// The parsed files.
    pub(super) read: FxHashMap<(BlobId, FileKind), Read>,
    pub(super) own: FxHashSet<Name>,
    /// The newest version of each file, among the versions that could be parsed.
    pub(super) readable: FxHashMap<(RepositoryIdx, PathId), BlobId>,
}

/// A package name in a repository.
pub(super) type Name = (RepositoryIdx, Ecosystem, String);

impl Dependencies {
    /// The entry with this number.
    pub fn get(&self, id: StatedId) -> &Stated {
        self.table.get(id)
    }

    /// The entry after the change or, for a removed dependency, the entry before it.
    pub fn subject(&self, row: &DependencyRow) -> Option<&Stated> {
        row.to.or(row.from).map(|id| self.table.get(id))
    }

    /// The entries in a blob, parsed as this kind of file.
    pub fn stated(&self, blob: Option<BlobId>, kind: FileKind) -> &[StatedId] {
        blob.and_then(|blob| self.read.get(&(blob, kind))).map_or(&[], |read| &read.stated)
    }

    /// The entries of a lockfile that nothing in the lockfile requires.
    pub fn orphans(&self, blob: BlobId, kind: FileKind) -> &[StatedId] {
        self.read.get(&(blob, kind)).map_or(&[], |read| &read.orphans)
    }

    /// The version of the package that a manifest declares; empty if it declares none.
    pub fn version(&self, blob: Option<BlobId>, kind: FileKind) -> &str {
        blob.and_then(|blob| self.read.get(&(blob, kind))).map_or("", |read| &read.version)
    }

    /// Whether the blob could be parsed as this kind of file.
    pub fn is_read(&self, blob: BlobId, kind: FileKind) -> bool {
        self.read.contains_key(&(blob, kind))
    }

    /// Whether a manifest of the repository, outside tests and examples, declares a package with this name.
    pub fn is_own(&self, repository: RepositoryIdx, stated: &Stated) -> bool {
        self.own.contains(&(repository, stated.ecosystem, stated.name.clone()))
    }
}
