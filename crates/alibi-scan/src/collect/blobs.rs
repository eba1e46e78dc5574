//! Reads the blobs of a few selected changes, on all threads.

use alibi_core::facts::{BlobId, Facts, RepositoryIdx};
use alibi_git::history::Oid;
use alibi_git::repository::{BlobReader, Repository, Skipped};
use std::sync::Mutex;

/// Total size of the caches for delta bases that versions of a file share, over all threads and repositories, in bytes.
const CACHE: usize = 64 << 20;

/// One reader per thread and repository, and the blobs that could not be read.
pub(super) struct Blobs<'r> {
    facts: &'r Facts,
    readers: Vec<Mutex<Vec<BlobReader>>>,
    skipped: Mutex<Vec<(usize, Skipped)>>,
}

impl<'r> Blobs<'r> {
    pub(super) fn new(facts: &'r Facts, repositories: &[Repository]) -> Blobs<'r> {
        let threads = rayon::current_num_threads().max(1);
        let each = CACHE / threads / repositories.len().max(1);
        let readers = (0..threads)
            .map(|_| Mutex::new(repositories.iter().map(|r| BlobReader::with_cache(r, each)).collect()))
            .collect();
        Blobs { facts, readers, skipped: Mutex::default() }
    }

    /// Returns a blob's bytes, or no bytes if `blob` is `None`. If the blob cannot be read, returns `None` and records
    /// the reason.
    pub(super) fn read(&self, number: RepositoryIdx, blob: Option<BlobId>) -> Option<Vec<u8>> {
        match blob {
            Some(blob) => self.read_id(number, &self.facts.blobs[blob.index()].oid),
            None => Some(Vec::new()),
        }
    }

    /// Like [`Blobs::read`], for an object id.
    pub(super) fn read_id(&self, number: RepositoryIdx, oid: &Oid) -> Option<Vec<u8>> {
        let mut readers = self.readers[rayon::current_thread_index().unwrap_or(0)].lock().ok()?;
        match readers[number.index()].read(oid) {
            Ok(bytes) => Some(bytes.to_vec()),
            Err(skip) => {
                self.skipped.lock().ok()?.push((number.index(), skip));
                None
            }
        }
    }

    /// The blobs that could not be read, each with its repository's number.
    pub(super) fn into_skipped(self) -> Vec<(usize, Skipped)> {
        self.skipped.into_inner().unwrap_or_default()
    }
}
