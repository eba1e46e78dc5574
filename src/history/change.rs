use super::Oid;

/// What a tree entry is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryKind {
    /// An ordinary or executable file.
    File,
    /// A symbolic link: its blob is the target's path.
    Link,
    /// A submodule: its id is a commit of another repository.
    Submodule,
    /// A folder.
    Tree,
}

/// A tree entry's mode as Git stores it, in octal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileMode(pub u32);

impl FileMode {
    /// The kind that the mode's upper bits name.
    pub fn kind(self) -> EntryKind {
        match self.0 & 0o170_000 {
            0o040_000 => EntryKind::Tree,
            0o120_000 => EntryKind::Link,
            0o160_000 => EntryKind::Submodule,
            _ => EntryKind::File,
        }
    }
}

/// One side of a change: the mode and the blob.
pub type Side = (FileMode, Oid);

/// One path that a commit holds differently from one of its parents.
///
/// For a merge only paths that differ from *every* parent count: the rest was somebody else's change.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// The path, in bytes, with `/` between folders.
    pub path: &'a [u8],
    /// What each parent holds there (`None`: nothing), in the parents' order; a root commit has one `None`.
    pub old: &'a [Option<Side>],
    /// What the commit holds there; `None` where it was removed.
    pub new: Option<Side>,
}

/// How many lines a change adds and removes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct LineCounts {
    /// Lines only the new side has.
    pub added: u32,
    /// Lines only the old side has.
    pub removed: u32,
}
