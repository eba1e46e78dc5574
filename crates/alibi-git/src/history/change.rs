//! The changes of a commit: tree entries, modes and line counts.

use super::oid::Oid;

/// The kind of a tree entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryKind {
    /// A regular or executable file.
    File,
    /// A symbolic link; its blob is the target path.
    Link,
    /// A submodule; its id is a commit of another repository.
    Submodule,
    /// A folder.
    Tree,
}

/// A tree entry's mode as Git stores it, in octal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileMode(pub u32);

impl FileMode {
    /// The kind given by the mode's upper bits.
    pub fn kind(self) -> EntryKind {
        match self.0 & 0o170_000 {
            0o040_000 => EntryKind::Tree,
            0o120_000 => EntryKind::Link,
            0o160_000 => EntryKind::Submodule,
            _ => EntryKind::File,
        }
    }
}

/// One side of a change: mode and blob.
pub(super) type Side = (FileMode, Oid);

/// One path that differs between a commit and one of its parents.
///
/// In a merge, only paths that differ from *every* parent count. The rest was changed by other commits.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// The path in bytes, with `/` as separator.
    pub path: &'a [u8],
    /// The entry in each parent (`None`: absent), in the order of the parents; a root commit has one `None`.
    pub old: &'a [Option<Side>],
    /// The entry in the commit; `None` if it was removed.
    pub new: Option<Side>,
}

/// Number of lines a change adds and removes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct LineCounts {
    /// Lines only on the new side.
    pub added: u32,
    /// Lines only on the old side.
    pub removed: u32,
}
