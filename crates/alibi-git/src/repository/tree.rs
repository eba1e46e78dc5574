//! Looks up files in trees.

use super::open::{Repository, gix_id};
use crate::history::{EntryKind, FileMode, Oid};

/// Looks up paths in trees, on one thread.
pub struct TreeReader {
    repo: gix::Repository,
}

impl TreeReader {
    /// Creates a reader for one thread.
    pub fn new(repository: &Repository) -> TreeReader {
        TreeReader { repo: repository.local() }
    }

    /// Returns the blob of the file at `path` in a tree; `None` if there is no file or it cannot be read.
    pub fn file(&self, tree: &Oid, path: &[u8]) -> Option<Oid> {
        let tree = self.repo.find_tree(gix_id(tree)).ok()?;
        let entry = tree.lookup_entry(path.split(|&b| b == b'/')).ok()??;
        let is_file = FileMode(entry.mode().value().into()).kind() == EntryKind::File;
        is_file.then(|| Oid::from_bytes(entry.object_id().as_bytes())).flatten()
    }
}
