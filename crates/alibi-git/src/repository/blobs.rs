//! Reads blobs, one by one or in bulk from packs.

use super::delta::{self, Limits, PackItem, Viewer};
use super::error::Skipped;
use super::open::{Repository, gix_id, in_one_line};
use crate::history::{Copied, Oid};
use gix::objs::{Find, Kind};
use gix::odb::pack;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Maximum size of a blob, in bytes. Larger blobs are not source files, and decoding one takes as much memory as its
/// size.
const MAX_BLOB: u64 = 64 << 20;

/// The limit on the total size of a pack's blobs: `MIN_TOTAL` bytes, plus `MAX_EXPANSION` times the size of the pack.
/// The packs of large projects expand about a hundredfold.
const MAX_EXPANSION: u64 = 1000;
const MIN_TOTAL: u64 = 4 << 30;

/// Maximum number of packed blobs that are read one by one because their pack could not deliver them in order.
const MAX_LEFT_OVER: usize = 1000;

/// Reads blobs by id on one thread.
pub struct BlobReader {
    repo: gix::Repository,
    buffer: Vec<u8>,
}

impl BlobReader {
    /// Creates a reader for one thread.
    pub fn new(repository: &Repository) -> BlobReader {
        BlobReader { repo: repository.local(), buffer: Vec::new() }
    }

    /// Creates a reader with a cache of this many bytes for delta bases, for reading many versions of the same files.
    pub fn with_cache(repository: &Repository, bytes: usize) -> BlobReader {
        let mut reader = BlobReader::new(repository);
        reader.repo.objects.set_pack_cache(move || Box::new(pack::cache::lru::MemoryCappedHashmap::new(bytes)));
        reader
    }

    /// Reads a blob. The bytes are valid until the next call.
    ///
    /// # Errors
    /// [`Skipped`] if the blob is missing, damaged or too large, or if the object is not a blob.
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

impl BlobReader {
    /// Returns a commit's subject line, decoded; `None` if the commit cannot be read.
    pub fn subject(&mut self, oid: &Oid) -> Option<Vec<u8>> {
        let object = self.repo.objects.try_find(&gix_id(oid), &mut self.buffer).ok()??;
        let view = super::decode::commit(*oid, object.data).ok()?;
        Some(crate::history::subject(&view.message).to_vec())
    }
}

/// The requested blobs of a pass, and which of them were delivered.
struct Wanted<'a> {
    blobs: &'a [(Oid, u32)],
    done: Vec<AtomicBool>,
    /// Whether a pack contains each blob.
    packed: Vec<AtomicBool>,
}

impl Wanted<'_> {
    /// Marks the blob at this index as delivered. Returns the caller's number for it, unless it was delivered before.
    fn claim(&self, place: usize) -> Option<u32> {
        (!self.done.get(place)?.swap(true, Ordering::Relaxed)).then(|| self.blobs[place].1)
    }

    fn is_done(&self, place: usize) -> bool {
        self.done[place].load(Ordering::Relaxed)
    }
}

/// Receives blobs as they are read.
pub trait BlobVisitor: Sync {
    /// The data to keep for a blob while its deltas are read.
    type Memo: Default + Send;

    /// Visits a blob. `number` is the caller's number; it is `None` for a blob that was not requested and is only a
    /// delta base. For a delta, `base` is the memo of its base, and the stretches that it copies from there.
    fn visit(&self, number: Option<u32>, bytes: &[u8], base: Option<(&Self::Memo, &[Copied])>) -> Self::Memo;

    /// The size of a memo, in bytes.
    fn weight(&self, memo: &Self::Memo) -> usize;

    /// Reports that a blob is skipped, although it may have been visited.
    fn withdraw(&self, number: u32);
}

/// Passes a pack's items to a visitor of blobs.
struct Pass<'p, V> {
    wanted: &'p Wanted<'p>,
    visitor: &'p V,
    bytes: &'p AtomicU64,
}

impl<V: BlobVisitor> Viewer for Pass<'_, V> {
    type Memo = V::Memo;

    fn view(&self, item: &PackItem, bytes: &[u8], base: Option<(&V::Memo, &[Copied])>) -> V::Memo {
        let number = item.place.and_then(|place| self.wanted.claim(place as usize));
        if number.is_some() {
            self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        }
        self.visitor.visit(number, bytes, base)
    }

    fn weight(&self, memo: &V::Memo) -> usize {
        self.visitor.weight(memo)
    }
}

impl Repository {
    /// Visits each blob in `wanted` (its id and the caller's number) once, in no particular order, on several threads.
    ///
    /// Packed blobs are inflated in delta order, which decodes each base once and touches nothing else in the pack.
    /// Loose blobs, and blobs that a pack could not deliver, are read one by one. Returns the number of bytes visited,
    /// and the objects that could not be read, sorted.
    pub fn read_blobs<V: BlobVisitor>(&self, wanted: &[(Oid, u32)], visitor: &V) -> (u64, Vec<Skipped>) {
        let bytes = AtomicU64::new(0);
        let none = || wanted.iter().map(|_| AtomicBool::new(false)).collect();
        let wanted = Wanted { blobs: wanted, done: none(), packed: none() };
        let mut skipped = Vec::new();
        for path in self.pack_indices() {
            skipped.extend(self.pass_over_pack(&path, &Pass { wanted: &wanted, visitor, bytes: &bytes }));
        }
        let rest: Vec<usize> = (0..wanted.blobs.len()).filter(|&place| !wanted.is_done(place)).collect();
        // Packed blobs that were not delivered are damaged, or have delta bases beyond the memory limit; reading each
        // of these takes that much memory.
        let is_packed = |place: &&usize| wanted.packed[**place].load(Ordering::Relaxed);
        let last = rest.iter().filter(is_packed).nth(MAX_LEFT_OVER).copied().unwrap_or(usize::MAX);
        let readers: Vec<_> = (0..rayon::current_num_threads()).map(|_| Mutex::new(BlobReader::new(self))).collect();
        let unreadable = rest.par_iter().filter_map(|&place| {
            let mut reader = readers[rayon::current_thread_index().unwrap_or(0)].lock().ok()?;
            let (oid, number) = &wanted.blobs[place];
            if place >= last && is_packed(&&place) {
                return Some(Skipped::new(oid, "not scanned: one of too many deltas of very large objects"));
            }
            match reader.read(oid) {
                Ok(data) => {
                    bytes.fetch_add(data.len() as u64, Ordering::Relaxed);
                    visitor.visit(Some(*number), data, None);
                    None
                }
                Err(skipped) => Some(skipped),
            }
        });
        skipped.par_extend(unreadable);
        skipped.sort();
        (bytes.into_inner(), skipped)
    }

    /// Returns the index files of all packs, including packs of alternates, in a stable order.
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

    /// Inflates the wanted blobs of one pack and their delta bases. Blobs that the pack cannot deliver are read one by
    /// one later. If the pack expands beyond the limit, all its blobs are skipped, because thread timing decides which
    /// of them are read first.
    fn pass_over_pack<V: BlobVisitor>(&self, path: &Path, pass: &Pass<'_, V>) -> Vec<Skipped> {
        let hash = self.local().object_hash();
        let Ok(index) = pack::index::File::at(path, hash) else { return Vec::new() };
        let Ok(data) = pack::data::File::at(path.with_extension("pack"), hash) else { return Vec::new() };
        let offset_of = |id: &gix::oid| index.lookup(id).map(|i| index.pack_offset_at_index(i));
        let items: Vec<PackItem> = pass
            .wanted
            .blobs
            .par_iter()
            .enumerate()
            .filter(|(place, _)| !pass.wanted.is_done(*place))
            .filter_map(|(place, (oid, _))| {
                Some(PackItem { offset: offset_of(&gix_id(oid))?, place: Some(place as u32) })
            })
            .collect();
        let places: Vec<u32> = items.iter().filter_map(|item| item.place).collect();
        places.iter().for_each(|place| pass.wanted.packed[*place as usize].store(true, Ordering::Relaxed));
        let items = delta::with_bases(items, &data, offset_of);
        let total = MIN_TOTAL.saturating_add((data.data_len() as u64).saturating_mul(MAX_EXPANSION));
        if delta::inflate(items, &data, offset_of, Limits { item: MAX_BLOB, total }, pass) {
            return Vec::new();
        }
        let withdrawn = places.into_iter().map(|place| {
            let (oid, number) = &pass.wanted.blobs[place as usize];
            pass.wanted.done[place as usize].store(true, Ordering::Relaxed);
            pass.visitor.withdraw(*number);
            Skipped::new(oid, "not scanned: its pack expands to more than a thousand times its size")
        });
        withdrawn.collect()
    }
}
