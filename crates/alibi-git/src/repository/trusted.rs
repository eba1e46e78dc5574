//! Reads HEAD's tree and the trusted tree.

use super::blobs::BlobReader;
use super::open::{Repository, gix_id};
use super::tree::TreeReader;
use crate::history::Oid;

impl Repository {
    /// The tree of the commit at HEAD; `None` if there is no commit or the tree cannot be read.
    pub fn head_tree(&self) -> Option<Oid> {
        self.tree_of(&self.head()?)
    }

    /// The tree whose mailmap, owners and comments are trusted: HEAD's, or the one before the range in scope.
    pub fn trusted_tree(&self) -> Option<Oid> {
        match self.trusted_base() {
            Some(base) => self.tree_of(&base?),
            None => self.head_tree(),
        }
    }

    /// Reads a file in the trusted tree; `None` if the file does not exist or cannot be read.
    pub fn trusted_file(&self, path: &[u8]) -> Option<Vec<u8>> {
        let oid = TreeReader::new(self).file(&self.trusted_tree()?, path)?;
        BlobReader::new(self).read(&oid).ok().map(<[u8]>::to_vec)
    }

    fn tree_of(&self, commit: &Oid) -> Option<Oid> {
        let repo = self.local();
        let tree = repo.find_commit(gix_id(commit)).ok()?.tree_id().ok()?.detach();
        Oid::from_bytes(tree.as_bytes())
    }
}
