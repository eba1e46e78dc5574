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

/// A tree entry's mode, which Git writes in octal.
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

/// One side of a change: mode and object id.
pub(super) type Side = (FileMode, Oid);

/// One path that differs between a commit and one of its parents.
///
/// A path in a merge counts only if it differs from *every* parent. Other differences come from other commits.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// The path in bytes, with `/` as separator.
    pub path: &'a [u8],
    /// The entry in each parent, in the order of the parents; `None` if it is absent. A root commit has one `None`.
    pub old: &'a [Option<Side>],
    /// The entry in the commit; `None` if it was removed.
    pub new: Option<Side>,
}

/// Numbers of lines that a change adds and removes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct LineCounts {
    /// Number of lines that only the new version has.
    pub added: u32,
    /// Number of lines that only the old version has.
    pub removed: u32,
}
