use super::delta::{self, PackItem};
use super::open::{gix_id, in_one_line};
use super::{Repository, Skipped};
use crate::history::Oid;
use gix::objs::{Find, Kind};
use gix::odb::pack;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A blob larger than this, in bytes, is counted as skipped: it is no source file, and decoding it costs its size.
const MAX_BLOB: u64 = 64 << 20;

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

impl BlobReader {
    /// A commit's subject line, decoded; nothing where the commit cannot be read.
    pub fn subject(&mut self, oid: &Oid) -> Option<Vec<u8>> {
        let object = self.repo.objects.try_find(&gix_id(oid), &mut self.buffer).ok()??;
        let view = super::decode::commit(*oid, object.data).ok()?;
        Some(crate::history::subject(&view.message).to_vec())
    }
}

/// The blobs a pass asks for, and which of them it has delivered.
struct Wanted<'a> {
    blobs: &'a [(Oid, u32)],
    done: Vec<AtomicBool>,
}

impl Wanted<'_> {
    /// The caller's number of the blob at this place, if it was not delivered before.
    fn claim(&self, place: usize) -> Option<u32> {
        (!self.done.get(place)?.swap(true, Ordering::Relaxed)).then(|| self.blobs[place].1)
    }

    fn is_done(&self, place: usize) -> bool {
        self.done[place].load(Ordering::Relaxed)
    }
}

type Visit<'v> = &'v (dyn Fn(u32, &[u8]) + Sync);

impl Repository {
    /// Visits each blob of `wanted` (id and the caller's number) once, in no particular order, on several threads.
    ///
    /// Packed ones are inflated in delta order, which decodes each base once and touches nothing else in the pack; loose
    /// ones, and whatever a pack could not give, are read one by one. Returned are the bytes visited and what could not
    /// be read, sorted.
    pub fn read_blobs(&self, wanted: &[(Oid, u32)], visit: Visit<'_>) -> (u64, Vec<Skipped>) {
        let bytes = AtomicU64::new(0);
        let visit = |number: u32, data: &[u8]| {
            bytes.fetch_add(data.len() as u64, Ordering::Relaxed);
            visit(number, data);
        };
        let wanted = Wanted { blobs: wanted, done: wanted.iter().map(|_| AtomicBool::new(false)).collect() };
        for path in self.pack_indices() {
            self.pass_over_pack(&path, &wanted, &visit);
        }
        let rest: Vec<usize> = (0..wanted.blobs.len()).filter(|&place| !wanted.is_done(place)).collect();
        let readers: Vec<_> = (0..rayon::current_num_threads()).map(|_| Mutex::new(BlobReader::new(self))).collect();
        let mut skipped: Vec<Skipped> = rest
            .par_iter()
            .filter_map(|&place| {
                let mut reader = readers[rayon::current_thread_index().unwrap_or(0)].lock().ok()?;
                let (oid, number) = &wanted.blobs[place];
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

    /// Inflates the wanted blobs of one pack, and the bases they need. What it cannot give is read one by one.
    fn pass_over_pack(&self, path: &Path, wanted: &Wanted<'_>, visit: Visit<'_>) {
        let hash = self.local().object_hash();
        let Ok(index) = pack::index::File::at(path, hash) else { return };
        let Ok(data) = pack::data::File::at(path.with_extension("pack"), hash) else { return };
        let offset_of = |id: &gix::oid| index.lookup(id).map(|i| index.pack_offset_at_index(i));
        let items: Vec<PackItem> = wanted
            .blobs
            .par_iter()
            .enumerate()
            .filter(|(place, _)| !wanted.is_done(*place))
            .filter_map(|(place, (oid, _))| {
                Some(PackItem { offset: offset_of(&gix_id(oid))?, place: Some(place as u32) })
            })
            .collect();
        let items = delta::with_bases(items, &data, offset_of);
        delta::inflate(items, &data, offset_of, MAX_BLOB, &|place, bytes| {
            if let Some(number) = wanted.claim(place as usize) {
                visit(number, bytes);
            }
        });
    }
}
