use super::open::{gix_id, in_one_line};
use super::{Repository, Skipped};
use crate::history::Oid;
use gix::objs::{Find, Kind};
use gix::odb::pack;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// A blob larger than this, in bytes, is counted as skipped: it is no source file, and decoding it costs its size.
const MAX_BLOB: u64 = 64 << 20;

/// What a whole pack's pass may allocate for one object, in bytes; beyond it blobs are read one by one.
const MAX_PACKED_OBJECT: usize = 256 << 20;

/// Reads blobs by id on one thread.
pub struct BlobReader {
    repo: gix::Repository,
    buffer: Vec<u8>,
}

impl BlobReader {
    /// A reader of its own for one thread.
    pub fn new(repository: &Repository) -> BlobReader {
        BlobReader { repo: repository.local(), buffer: Vec::new() }
    }

    /// The blob's bytes, until the next call.
    ///
    /// # Errors
    /// [`Skipped`] where it is missing, damaged, no blob, or too large.
    pub fn read(&mut self, oid: &Oid) -> Result<&[u8], Skipped> {
        let id = gix_id(oid);
        if let Ok(Some(header)) = self.repo.try_find_header(id)
            && header.size() > MAX_BLOB
        {
            return Err(Skipped::new(oid, format!("{} bytes: too large to scan", header.size())));
        }
        match self.repo.objects.try_find(&id, &mut self.buffer) {
            Ok(Some(object)) if object.kind == Kind::Blob => Ok(object.data),
            Ok(Some(_)) => Err(Skipped::new(oid, "not a blob")),
            Ok(None) => Err(Skipped::new(oid, "the blob is missing")),
            Err(e) => Err(Skipped::new(oid, format!("the blob is damaged: {}", in_one_line(&e)))),
        }
    }
}

/// The blobs a pass asks for, and which of them it has delivered.
struct Wanted<'a> {
    index: &'a FxHashMap<Oid, u32>,
    done: FxHashMap<u32, AtomicBool>,
}

impl Wanted<'_> {
    /// The number of `oid` if it is wanted and was not delivered before.
    fn claim(&self, oid: &Oid) -> Option<u32> {
        let number = *self.index.get(oid)?;
        (!self.done.get(&number)?.swap(true, Ordering::Relaxed)).then_some(number)
    }
}

impl Repository {
    /// Visits each blob of `wanted` (id to the caller's number) once, in no particular order, on several threads.
    ///
    /// Where many are wanted, whole packs are inflated in delta order, which decodes each base once; a few are read
    /// one by one, as is whatever the packs did not hold or could not give. Returned are the bytes visited and what
    /// could not be read, sorted.
    pub fn read_blobs(&self, wanted: &FxHashMap<Oid, u32>, visit: &(dyn Fn(u32, &[u8]) + Sync)) -> (u64, Vec<Skipped>) {
        let bytes = std::sync::atomic::AtomicU64::new(0);
        let visit = |number: u32, data: &[u8]| {
            bytes.fetch_add(data.len() as u64, Ordering::Relaxed);
            visit(number, data);
        };
        let done = wanted.values().map(|&n| (n, AtomicBool::new(false))).collect();
        let wanted = Wanted { index: wanted, done };
        for path in self.pack_indices() {
            self.pass_over_pack(&path, &wanted, &visit);
        }
        let mut rest: Vec<(&Oid, u32)> = wanted
            .index
            .iter()
            .filter(|(_, n)| wanted.done.get(n).is_some_and(|d| !d.load(Ordering::Relaxed)))
            .map(|(oid, n)| (oid, *n))
            .collect();
        rest.sort();
        let readers: Vec<_> = (0..rayon::current_num_threads()).map(|_| Mutex::new(BlobReader::new(self))).collect();
        let mut skipped: Vec<Skipped> = rest
            .par_iter()
            .filter_map(|(oid, number)| {
                let mut reader = readers[rayon::current_thread_index().unwrap_or(0)].lock().ok()?;
                match reader.read(oid) {
                    Ok(data) => {
                        visit(*number, data);
                        None
                    }
                    Err(skipped) => Some(skipped),
                }
            })
            .collect();
        skipped.sort();
        (bytes.into_inner(), skipped)
    }

    /// The index files of all packs, those of alternates included, in a stable order.
    fn pack_indices(&self) -> Vec<PathBuf> {
        let repo = self.local();
        let store = repo.objects.store_ref();
        let mut folders = vec![store.path().to_path_buf()];
        folders.extend(store.alternate_db_paths().unwrap_or_default());
        let mut found: Vec<PathBuf> = folders
            .iter()
            .filter_map(|folder| std::fs::read_dir(folder.join("pack")).ok())
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|e| e == "idx"))
            .collect();
        found.sort();
        found
    }

    /// Inflates one pack in delta order if enough of it is wanted. A pack that fails half-way leaves its blobs to be
    /// read one by one, where each damaged object is named.
    fn pass_over_pack(&self, path: &std::path::Path, wanted: &Wanted<'_>, visit: &(dyn Fn(u32, &[u8]) + Sync)) {
        let hash = self.local().object_hash();
        let Ok(index) = pack::index::File::at(path, hash) else { return };
        // Inflating everything costs about as much as reading one object in sixteen on its own.
        if (wanted.index.len() as u64) * 16 < u64::from(index.num_objects()) {
            return;
        }
        let Ok(data) = pack::data::File::at(path.with_extension("pack"), hash) else { return };
        let options = pack::index::traverse::with_index::Options {
            thread_limit: Some(rayon::current_num_threads()),
            check: pack::index::traverse::SafetyCheck::SkipFileAndObjectChecksumVerification,
            alloc_limit_bytes: Some(MAX_PACKED_OBJECT),
        };
        let never = AtomicBool::new(false);
        let _ = index.traverse_with_index(
            &data,
            |kind, bytes, entry, _| {
                if kind == Kind::Blob
                    && let Some(oid) = Oid::from_bytes(entry.oid.as_bytes())
                    && bytes.len() as u64 <= MAX_BLOB
                    && let Some(number) = wanted.claim(&oid)
                {
                    visit(number, bytes);
                }
                Ok(())
            },
            &mut gix::progress::Discard,
            &never,
            options,
        );
    }
}
