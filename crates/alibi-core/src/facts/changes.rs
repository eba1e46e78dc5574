//! Changed paths and the blobs that they name.

use super::repository::RepositoryIdx;
use alibi_git::history::{CommitIdx, FileMode, Oid};

/// The number of a distinct path.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct PathId(pub u32);

/// The index of a distinct blob in `Facts::blobs`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct BlobId(pub u32);

impl BlobId {
    /// The index as a number.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A blob that a change names, or that existed before the commits in scope.
#[derive(Clone, Copy, Debug)]
pub struct BlobRow {
    /// The blob's id.
    pub oid: Oid,
    /// The repository's index in `Facts::repositories`.
    pub repository: RepositoryIdx,
}

/// A binary file.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct OpaqueBlob {
    /// The size, in bytes.
    pub size: u64,
    /// The entropy, in bits per byte.
    pub entropy: f32,
}

/// One path that a commit changed, compared with one of its parents.
#[derive(Clone, Copy, Debug)]
pub struct ChangeRow {
    /// The commit.
    pub commit: CommitIdx,
    /// The path.
    pub path: PathId,
    /// The index of the parent, starting at 0. A change in a merge has one row per parent.
    pub parent: u16,
    /// The mode before the commit; zero if the path did not exist.
    pub old_mode: FileMode,
    /// The mode after the commit; zero if the path was removed.
    pub new_mode: FileMode,
    /// The blob before the commit, for files and links.
    pub old: Option<BlobId>,
    /// The blob after the commit, for files and links.
    pub new: Option<BlobId>,
}

impl ChangeRow {
    /// Whether the commit added the path.
    pub fn is_added(&self) -> bool {
        self.old_mode.0 == 0
    }

    /// Whether the commit removed the path.
    pub fn is_removed(&self) -> bool {
        self.new_mode.0 == 0
    }
}
