//! Changed paths and the blobs that they name.

use alibi_git::history::{CommitIdx, FileMode, Oid};

/// A distinct path's number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct PathId(pub u32);

/// A distinct blob's index in [`Facts::blobs`].
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
    /// Its id.
    pub oid: Oid,
    /// The repository's index in `Facts::repositories`.
    pub repository: u16,
}

/// A binary file.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct OpaqueBlob {
    /// Its size, in bytes.
    pub size: u64,
    /// Its entropy, in bits per byte.
    pub entropy: f32,
}

/// One path that a commit changed, compared with one of its parents.
#[derive(Clone, Copy, Debug)]
pub struct ChangeRow {
    /// The commit.
    pub commit: CommitIdx,
    /// The path.
    pub path: PathId,
    /// The parent compared with, from 0. A merge's change has one row per parent.
    pub parent: u16,
    /// The mode before; zero if the path did not exist.
    pub old_mode: FileMode,
    /// The mode after; zero if it was removed.
    pub new_mode: FileMode,
    /// The blob before, for files and links.
    pub old: Option<BlobId>,
    /// The blob after, for files and links.
    pub new: Option<BlobId>,
}

impl ChangeRow {
    /// Whether the path did not exist before.
    pub fn is_added(&self) -> bool {
        self.old_mode.0 == 0
    }

    /// Whether the path was removed.
    pub fn is_removed(&self) -> bool {
        self.new_mode.0 == 0
    }
}
