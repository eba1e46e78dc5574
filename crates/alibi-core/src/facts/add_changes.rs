//! Adds changed paths and their blobs.

use super::change_notes::ChangeNotes;
use super::changes::{BlobId, BlobRow, ChangeRow, PathId};
use super::repository::RepositoryIdx;
use super::store::Facts;
use alibi_git::history::Oid;
use std::collections::HashMap;

impl Facts {
    /// Adds the paths and blobs of `files` that no change names. Returns the blob and the path of each file.
    ///
    /// Call it after [`Facts::add_changes`] has been called for every repository: existing blobs keep their indexes,
    /// and new ones follow.
    pub fn add_known(&mut self, repository: RepositoryIdx, files: &[(Vec<u8>, Oid)]) -> Vec<(BlobId, PathId)> {
        let mut numbers: HashMap<Oid, BlobId> = HashMap::new();
        for (i, blob) in self.blobs.iter().enumerate().filter(|(_, b)| b.repository == repository) {
            numbers.insert(blob.oid, BlobId(i as u32));
        }
        let mut known = Vec::with_capacity(files.len());
        for (path, oid) in files {
            let blob = *numbers.entry(*oid).or_insert_with(|| {
                self.blobs.push(BlobRow { oid: *oid, repository });
                BlobId((self.blobs.len() - 1) as u32)
            });
            known.push((blob, PathId(self.paths.intern(path))));
        }
        known
    }

    /// Adds the changes of one repository's commits, as recorded by the threads.
    pub fn add_changes(&mut self, repository: RepositoryIdx, notes: Vec<ChangeNotes>) {
        // Paths and blobs are numbered in sorted order, so that the numbers do not depend on the threads.
        let mut paths: Vec<&[u8]> =
            notes.iter().flat_map(|n| (0..n.paths.len()).map(|i| n.paths.get(i as u32))).collect();
        paths.sort_unstable();
        paths.dedup();
        for path in paths {
            self.paths.intern(path);
        }
        let mut blobs: Vec<Oid> = notes.iter().flat_map(|n| n.blobs.iter().copied()).collect();
        blobs.sort_unstable();
        blobs.dedup();
        let first = self.blobs.len() as u32;
        let number = |oid: &Oid| blobs.binary_search(oid).ok().map(|i| BlobId(first + i as u32));
        self.changes.reserve_exact(notes.iter().map(|n| n.rows.len()).sum());
        let start = self.changes.len();
        for n in &notes {
            let path_ids: Vec<PathId> =
                (0..n.paths.len()).map(|i| PathId(self.paths.intern(n.paths.get(i as u32)))).collect();
            let blob_ids: Vec<Option<BlobId>> = n.blobs.iter().map(number).collect();
            let blob = |local: Option<u32>| local.and_then(|b| blob_ids[b as usize]);
            self.changes.extend(n.rows.iter().map(|row| ChangeRow {
                commit: row.commit,
                path: path_ids[row.path as usize],
                parent: row.parent,
                old_mode: row.old_mode,
                new_mode: row.new_mode,
                old: blob(row.old),
                new: blob(row.new),
            }));
        }
        // One commit's rows come from one thread, so a stable sort keeps them in tree order.
        self.changes[start..].sort_by_key(|c| c.commit);
        self.blobs.extend(blobs.into_iter().map(|oid| BlobRow { oid, repository }));
    }
}
