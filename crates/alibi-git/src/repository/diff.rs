//! Compares trees, within limits on depth and work.

use super::error::Skipped;
use super::open::{Repository, gix_id, in_one_line};
use crate::history::{Change, EntryKind, FileMode, Oid};
use gix::objs::{Find, Kind};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

/// Maximum depth of compared folders. Real trees have fewer than thirty levels; a hostile tree could have any number.
const MAX_DEPTH: usize = 256;

/// Size of the caches for delta bases, in total across all threads, in bytes. Trees in one delta chain share most of
/// their bases.
const DELTA_BASES: usize = 96 << 20;

/// Size of the caches for decoded trees, in total across all threads, in bytes. A commit's trees are the old trees of
/// its children.
const TREES: usize = 48 << 20;

/// Maximum size of a tree, in bytes. The limit corresponds to half a million files in one folder.
const MAX_TREE: u64 = 32 << 20;

/// Work limits for one commit, and for all commits of one thread. An entry costs 1, plus 1 for every 32 bytes of its
/// folder's path. Trees that share subtrees can expand to billions of entries, while a commit that adds half a million
/// files stays below the limit.
const MAX_WORK: u64 = 2_000_000;
const MAX_WORK_IN_ALL: u64 = 60_000_000;

/// Maximum length of a folder's path, in bytes. Linux cannot open longer paths.
const MAX_PATH: usize = 4096;

/// Compares trees on one thread.
pub struct TreeDiff {
    repo: gix::Repository,
    trees: Recent,
    hash_len: usize,
    path: Vec<u8>,
    skipped: Vec<Skipped>,
    /// Remaining work for the current commit.
    left: u64,
    /// Remaining work for all commits of this thread.
    left_in_all: u64,
}

type Side = (FileMode, Oid);

impl TreeDiff {
    /// Creates a comparer for one thread of the pool. All comparers share the cache limits equally.
    pub fn new(repository: &Repository) -> TreeDiff {
        let threads = rayon::current_num_threads().max(1);
        let mut repo = repository.local();
        let bases = DELTA_BASES / threads;
        repo.objects.set_pack_cache(move || Box::new(gix::odb::pack::cache::lru::MemoryCappedHashmap::new(bases)));
        let hash_len = repo.object_hash().len_in_bytes();
        let trees = Recent { most: TREES / threads, ..Recent::default() };
        TreeDiff { repo, trees, hash_len, path: Vec::new(), skipped: Vec::new(), left: 0, left_in_all: MAX_WORK_IN_ALL }
    }

    /// Visits each path whose entry in `new` differs from that in *every* tree in `parents`, in tree order.
    ///
    /// With one parent, this is an ordinary comparison. Without parents, everything was added. With several parents,
    /// only the changes that the merge itself introduced are visited. Folders that a parent shares are not read.
    pub fn compare(&mut self, new: &Oid, parents: &[Oid], visit: &mut dyn FnMut(Change<'_>)) {
        self.path.clear();
        self.left = MAX_WORK.min(self.left_in_all);
        let before = self.left;
        let olds: Vec<Option<Oid>> =
            if parents.is_empty() { vec![None] } else { parents.iter().copied().map(Some).collect() };
        self.folder(Some(*new), &olds, 0, visit);
        self.left_in_all -= before - self.left;
        if self.left == 0 {
            self.skipped.push(Skipped::new(new, "too many changed entries: only partly compared"));
        }
    }

    /// The objects that could not be compared, sorted and deduplicated.
    pub fn into_skipped(mut self) -> Vec<Skipped> {
        self.skipped.sort();
        self.skipped.dedup();
        self.skipped
    }

    fn folder(&mut self, new: Option<Oid>, olds: &[Option<Oid>], depth: usize, visit: &mut dyn FnMut(Change<'_>)) {
        if olds.contains(&new) {
            return;
        }
        if depth > MAX_DEPTH || self.path.len() > MAX_PATH {
            if let Some(oid) = new {
                self.skipped.push(Skipped::new(oid, "folders are nested too deeply"));
            }
            return;
        }
        // An unreadable tree must not look as if every file had changed.
        let Some(new_bytes) = self.load(new) else { return };
        let Some(old_bytes) = olds.iter().map(|old| self.load(*old)).collect::<Option<Vec<_>>>() else { return };
        let mut ours: &[u8] = &new_bytes;
        let mut theirs: Vec<&[u8]> = old_bytes.iter().map(|b| b.as_slice()).collect();
        let mut sides: Vec<Option<Side>> = Vec::with_capacity(olds.len());
        loop {
            let same = shared_entries(ours, &theirs, self.hash_len);
            ours = &ours[same..];
            theirs.iter_mut().for_each(|t| *t = &t[same..]);
            let next = Entry::read(ours, self.hash_len);
            let mut least = next;
            for entry in theirs.iter().filter_map(|t| Entry::read(t, self.hash_len)) {
                if least.is_none_or(|l| entry.order(&l) == Ordering::Less) {
                    least = Some(entry);
                }
            }
            let Some(least) = least else { break };
            self.left = self.left.saturating_sub(1 + self.path.len() as u64 / 32);
            if self.left == 0 {
                return;
            }
            // Removes the entry from a tree that has it.
            let take = |tree: &mut &[u8]| {
                let entry = Entry::read(tree, self.hash_len).filter(|e| e.order(&least) == Ordering::Equal)?;
                *tree = &tree[entry.len..];
                Oid::from_bytes(entry.id).map(|oid| (entry.mode, oid))
            };
            let new_side = take(&mut ours);
            sides.clear();
            sides.extend(theirs.iter_mut().map(take));
            if sides.contains(&new_side) {
                continue;
            }
            let before = self.path.len();
            self.path.extend_from_slice(least.name);
            if least.mode.kind() == EntryKind::Tree {
                self.path.push(b'/');
                let deeper: Vec<Option<Oid>> = sides.iter().map(|s| s.map(|(_, oid)| oid)).collect();
                self.folder(new_side.map(|(_, oid)| oid), &deeper, depth + 1, visit);
            } else {
                visit(Change { path: &self.path, old: &sides, new: new_side });
            }
            self.path.truncate(before);
        }
        if let Some(oid) = new.filter(|_| !ours.is_empty()) {
            self.skipped.push(Skipped::new(oid, "a tree whose entries cannot all be read"));
        }
    }

    /// Returns a tree's bytes, empty for `None`. If the tree cannot be read, returns `None` and records the reason.
    fn load(&mut self, oid: Option<Oid>) -> Option<Arc<Vec<u8>>> {
        let Some(oid) = oid else { return Some(Arc::default()) };
        if let Some(bytes) = self.trees.get(&oid) {
            return Some(bytes);
        }
        let id = gix_id(&oid);
        if id.is_empty_tree() {
            return Some(Arc::default());
        }
        let mut buffer = Vec::new();
        if let Some(reason) = super::open::too_large(&self.repo, &id, MAX_TREE) {
            self.skipped.push(Skipped::new(oid, reason));
            return None;
        }
        let reason = match self.repo.objects.try_find(&id, &mut buffer) {
            Ok(Some(object)) if object.kind == Kind::Tree => {
                // The buffer may be longer than the object.
                let len = object.data.len();
                buffer.truncate(len);
                let bytes = Arc::new(buffer);
                self.trees.put(oid, Arc::clone(&bytes));
                return Some(bytes);
            }
            Ok(Some(_)) => "not a tree".to_owned(),
            Ok(None) => "the tree is missing".to_owned(),
            Err(e) => format!("the tree is damaged: {}", in_one_line(&e)),
        };
        self.skipped.push(Skipped::new(oid, reason));
        None
    }
}

/// The most recently used trees, in two generations: a full young generation replaces the old one, which is dropped.
#[derive(Default)]
struct Recent {
    young: HashMap<Oid, Arc<Vec<u8>>>,
    old: HashMap<Oid, Arc<Vec<u8>>>,
    bytes: usize,
    /// The capacity, in bytes.
    most: usize,
}

impl Recent {
    fn get(&mut self, oid: &Oid) -> Option<Arc<Vec<u8>>> {
        if let Some(bytes) = self.young.get(oid) {
            return Some(Arc::clone(bytes));
        }
        let bytes = Arc::clone(self.old.get(oid)?);
        self.put(*oid, Arc::clone(&bytes));
        Some(bytes)
    }

    fn put(&mut self, oid: Oid, bytes: Arc<Vec<u8>>) {
        if self.bytes > self.most / 2 {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += bytes.capacity();
        self.young.insert(oid, bytes);
    }
}

/// An entry of a raw tree: `mode name NUL id`.
#[derive(Clone, Copy)]
struct Entry<'a> {
    mode: FileMode,
    name: &'a [u8],
    id: &'a [u8],
    len: usize,
}

impl<'a> Entry<'a> {
    /// Parses the next entry of a tree; `None` at the end of the tree, or if its bytes are malformed.
    fn read(tree: &'a [u8], hash_len: usize) -> Option<Entry<'a>> {
        // Git accepts modes with any number of leading zeros.
        let zeros = tree.iter().take_while(|d| **d == b'0').count();
        let blank = zeros + memchr::memchr(b' ', tree.get(zeros..(zeros + 8).min(tree.len()))?)?;
        if !tree[..blank].iter().all(|d| matches!(d, b'0'..=b'7')) {
            return None;
        }
        let nul = blank + 1 + memchr::memchr(0, &tree[blank + 1..])?;
        let len = nul + 1 + hash_len;
        let mode = tree[..blank].iter().fold(0u32, |m, d| m << 3 | u32::from(d & 7));
        Some(Entry { mode: FileMode(mode), name: &tree[blank + 1..nul], id: tree.get(nul + 1..len)?, len })
    }

    /// Compares entries in the order in which Git sorts them: folder names compare as if they ended in a slash.
    fn order(&self, other: &Entry<'_>) -> Ordering {
        let shared = self.name.len().min(other.name.len());
        self.name[..shared].cmp(&other.name[..shared]).then_with(|| {
            let end = |e: &Entry<'_>| {
                e.name.get(shared).copied().unwrap_or(if e.mode.kind() == EntryKind::Tree { b'/' } else { 0 })
            };
            end(self).cmp(&end(other))
        })
    }
}

/// Returns the length, in bytes, of the entries that all trees have in common at the start: nearly all of a changed
/// folder.
fn shared_entries(ours: &[u8], theirs: &[&[u8]], hash_len: usize) -> usize {
    /// Minimum length of a mode, a space and a name: no NUL can come earlier.
    const SHORTEST: usize = 7;
    let shared = theirs.iter().map(|t| shared_prefix(ours, t)).min().unwrap_or(0);
    let mut end = 0;
    while let Some(nul) = ours.get(end + SHORTEST..shared).and_then(|rest| memchr::memchr(0, rest)) {
        let next = end + SHORTEST + nul + 1 + hash_len;
        if next > shared {
            break;
        }
        end = next;
    }
    end
}

fn shared_prefix(a: &[u8], b: &[u8]) -> usize {
    // Arrays of known length are compared in registers; each comparison of slices would need a function call.
    let (left, right) = (a.as_chunks::<64>().0, b.as_chunks::<64>().0);
    let steps = left.iter().zip(right).take_while(|(x, y)| x == y).count() * 64;
    steps + a[steps..].iter().zip(&b[steps..]).take_while(|(x, y)| x == y).count()
}
