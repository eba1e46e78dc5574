use super::open::{gix_id, in_one_line};
use super::{Repository, Skipped};
use crate::history::{Change, EntryKind, FileMode, Oid};
use gix::objs::{Find, Kind};
use std::cmp::Ordering;

/// Folders deeper than this are not compared: real trees stay under thirty, and a hostile one could go on for ever.
const MAX_DEPTH: usize = 256;

/// Memory for decoded trees, per thread, in bytes: consecutive commits share nearly all of theirs.
const TREE_CACHE: usize = 64 << 20;

/// Compares trees on one thread.
pub struct TreeDiff {
    repo: gix::Repository,
    spare: Vec<Vec<u8>>,
    path: Vec<u8>,
    skipped: Vec<Skipped>,
}

type Entry<'a> = (FileMode, &'a [u8], &'a [u8]);
type Side = (FileMode, Oid);

impl TreeDiff {
    /// A comparer with a cache of its own.
    pub fn new(repository: &Repository) -> TreeDiff {
        let mut repo = repository.local();
        repo.object_cache_size(TREE_CACHE);
        TreeDiff { repo, spare: Vec::new(), path: Vec::new(), skipped: Vec::new() }
    }

    /// Visits each path that `new` holds differently from *every* tree in `parents`, in the order of the trees.
    ///
    /// With one parent that is an ordinary comparison; with none, everything was added; with several, only what the
    /// merge itself brought. Folders that equal one of the parents' are never opened.
    pub fn compare(&mut self, new: &Oid, parents: &[Oid], visit: &mut dyn FnMut(Change<'_>)) {
        self.path.clear();
        let olds: Vec<Option<Oid>> =
            if parents.is_empty() { vec![None] } else { parents.iter().copied().map(Some).collect() };
        self.folder(Some(*new), &olds, 0, visit);
    }

    /// What could not be compared so far, sorted and each once.
    pub fn into_skipped(mut self) -> Vec<Skipped> {
        self.skipped.sort();
        self.skipped.dedup();
        self.skipped
    }

    fn folder(&mut self, new: Option<Oid>, olds: &[Option<Oid>], depth: usize, visit: &mut dyn FnMut(Change<'_>)) {
        if olds.contains(&new) {
            return;
        }
        if depth > MAX_DEPTH {
            if let Some(oid) = new {
                self.skipped.push(Skipped::new(oid, format!("folders nested deeper than {MAX_DEPTH}")));
            }
            return;
        }
        let Some(new_bytes) = self.load(new) else { return };
        let mut old_bytes: Vec<Vec<u8>> = Vec::with_capacity(olds.len());
        for old in olds {
            match self.load(*old) {
                Some(bytes) => old_bytes.push(bytes),
                // What cannot be compared must not look like a change of everything.
                None => return,
            }
        }
        let hash_len = self.repo.object_hash().len_in_bytes();
        let mut ours = Entries { rest: &new_bytes, hash_len };
        let mut theirs: Vec<Entries<'_>> = old_bytes.iter().map(|rest| Entries { rest, hash_len }).collect();
        let mut next_new = ours.next();
        let mut next_olds: Vec<Option<Entry<'_>>> = theirs.iter_mut().map(Iterator::next).collect();
        let mut sides: Vec<Option<Side>> = Vec::with_capacity(olds.len());
        loop {
            // Nearly all entries of a changed folder are the same on both sides: compare their bytes and go on.
            if let (Some(a), [Some(b)]) = (next_new, &next_olds[..])
                && a == *b
            {
                next_new = ours.next();
                next_olds[0] = theirs[0].next();
                continue;
            }
            let Some(least) = next_olds.iter().copied().chain([next_new]).flatten().min_by(|a, b| order(a, b)) else {
                break;
            };
            let here = |e: &Entry<'_>| order(e, &least) == Ordering::Equal;
            let side = |e: Entry<'_>| Oid::from_bytes(e.2).map(|oid| (e.0, oid));
            let new_side = next_new.filter(here).and_then(side);
            sides.clear();
            sides.extend(next_olds.iter().map(|e| e.filter(here).and_then(side)));
            if new_side.is_some() {
                next_new = ours.next();
            }
            for (k, old) in sides.iter().enumerate() {
                if old.is_some() {
                    next_olds[k] = theirs[k].next();
                }
            }
            if sides.contains(&new_side) {
                continue;
            }
            let before = self.path.len();
            self.path.extend_from_slice(least.1);
            if least.0.kind() == EntryKind::Tree {
                self.path.push(b'/');
                let deeper: Vec<Option<Oid>> = sides.iter().map(|s| s.map(|(_, oid)| oid)).collect();
                self.folder(new_side.map(|(_, oid)| oid), &deeper, depth + 1, visit);
            } else {
                visit(Change { path: &self.path, old: &sides, new: new_side });
            }
            self.path.truncate(before);
        }
        self.spare.push(new_bytes);
        self.spare.append(&mut old_bytes);
    }

    /// A tree's bytes; those of an empty one for `None`; nothing, and a note, where it cannot be read.
    fn load(&mut self, oid: Option<Oid>) -> Option<Vec<u8>> {
        let mut buffer = self.spare.pop().unwrap_or_default();
        buffer.clear();
        let Some(oid) = oid else { return Some(buffer) };
        let id = gix_id(&oid);
        if id.is_empty_tree() {
            return Some(buffer);
        }
        let reason = match self.repo.objects.try_find(&id, &mut buffer) {
            Ok(Some(object)) if object.kind == Kind::Tree => None,
            Ok(Some(_)) => Some("not a tree".to_owned()),
            Ok(None) => Some("the tree is missing".to_owned()),
            Err(e) => Some(format!("the tree is damaged: {}", in_one_line(&e))),
        };
        match reason {
            None => Some(buffer),
            Some(reason) => {
                self.skipped.push(Skipped::new(oid, reason));
                None
            }
        }
    }
}

/// The entries of a raw tree: `mode name NUL id`, until the bytes stop making sense.
struct Entries<'a> {
    rest: &'a [u8],
    hash_len: usize,
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;
    fn next(&mut self) -> Option<Entry<'a>> {
        let blank = memchr::memchr(b' ', self.rest.get(..8.min(self.rest.len()))?)?;
        let mode = self.rest[..blank].iter().fold(0u32, |m, d| m << 3 | u32::from(d & 7));
        let nul = blank + 1 + memchr::memchr(0, &self.rest[blank + 1..])?;
        let end = nul + 1 + self.hash_len;
        let entry = (FileMode(mode), &self.rest[blank + 1..nul], self.rest.get(nul + 1..end)?);
        self.rest = &self.rest[end..];
        Some(entry)
    }
}

/// The order in which Git sorts tree entries: folders as if their names ended in a slash.
fn order(a: &Entry<'_>, b: &Entry<'_>) -> Ordering {
    let shared = a.1.len().min(b.1.len());
    a.1[..shared].cmp(&b.1[..shared]).then_with(|| {
        let end = |e: &Entry<'_>| {
            e.1.get(shared).copied().unwrap_or(if e.0.kind() == EntryKind::Tree { b'/' } else { 0 })
        };
        end(a).cmp(&end(b))
    })
}
