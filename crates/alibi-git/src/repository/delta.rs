//! Inflates the wanted entries of a pack, each base once, on several threads.
//!
//! `gix-pack` can do this only for whole packs. This module touches only wanted entries and their delta bases, and
//! needs a few bytes of memory for each. The format is described in Git's documentation ("gitformat-pack").

use crate::history::Copied;
use gix::odb::pack;
use rayon::prelude::*;
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

/// An entry of a pack: a wanted object or a delta base.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PackItem {
    /// Its offset in the pack, in bytes.
    pub offset: u64,
    /// Its index among the wanted objects; `None` if it is only a delta base of other objects.
    pub place: Option<u32>,
}

/// The items of a pack and their delta relations, as indexes in the list of items, which is sorted by offset.
struct Forest {
    items: Vec<PackItem>,
    first_child: Vec<u32>,
    next_sibling: Vec<u32>,
    roots: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Forest {
    fn new(items: Vec<PackItem>, data: &pack::data::File, resolve: impl Fn(&gix::oid) -> Option<u64>) -> Forest {
        let mut forest = Forest {
            first_child: vec![NONE; items.len()],
            next_sibling: vec![NONE; items.len()],
            roots: Vec::new(),
            items,
        };
        for i in (0..forest.items.len()).rev() {
            match base_of(data, forest.items[i].offset, &resolve) {
                Base::None => forest.roots.push(i as u32),
                Base::At(offset) => {
                    if let Ok(parent) = forest.items.binary_search_by_key(&offset, |item| item.offset) {
                        forest.next_sibling[i] = std::mem::replace(&mut forest.first_child[parent], i as u32);
                    }
                }
                Base::Unknown => {}
            }
        }
        forest.roots.reverse();
        forest
    }
}

/// Maximum memory for the objects of one chain on one thread, in bytes. The deltas of objects beyond it are read one by
/// one later.
const MAX_CHAIN: usize = 128 << 20;

/// Minimum length of copied stretches, in bytes. Shorter stretches are dropped, except for the last one of a delta.
const SHORTEST_COPY: usize = 48;

enum Base {
    None,
    At(u64),
    Unknown,
}

fn base_of(data: &pack::data::File, offset: u64, resolve: &impl Fn(&gix::oid) -> Option<u64>) -> Base {
    use pack::data::entry::Header;
    match data.entry(offset).map(|entry| entry.header) {
        Ok(Header::OfsDelta { base_distance }) => offset.checked_sub(base_distance).map_or(Base::Unknown, Base::At),
        Ok(Header::RefDelta { base_id }) => resolve(&base_id).map_or(Base::Unknown, Base::At),
        Ok(_) => Base::None,
        Err(_) => Base::Unknown,
    }
}

/// Returns the wanted items and all their delta bases, sorted by offset and deduplicated.
pub(super) fn with_bases(
    mut items: Vec<PackItem>,
    data: &pack::data::File,
    resolve: impl Fn(&gix::oid) -> Option<u64>,
) -> Vec<PackItem> {
    items.sort_unstable();
    items.dedup_by_key(|item| item.offset);
    let mut known: HashSet<u64> = items.iter().map(|item| item.offset).collect();
    let mut new: Vec<u64> = items.iter().map(|item| item.offset).collect();
    while let Some(offset) = new.pop() {
        if let Base::At(base) = base_of(data, offset, &resolve)
            && known.insert(base)
        {
            items.push(PackItem { offset: base, place: None });
            new.push(base);
        }
    }
    items.sort_unstable();
    items
}

/// Receives the items of a pack as they are inflated.
pub(super) trait Viewer: Sync {
    /// The data to keep for an item while its deltas are inflated.
    type Memo: Send;

    /// Visits an item. For a delta, `base` is the memo of its base, and the stretches that it copies from there;
    /// otherwise it is `None`.
    fn view(&self, item: &PackItem, bytes: &[u8], base: Option<(&Self::Memo, &[Copied])>) -> Self::Memo;

    /// The size of a memo, in bytes.
    fn weight(&self, memo: &Self::Memo) -> usize;
}

/// Limits on the size of inflated items.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// The size of the largest item, in bytes.
    pub item: u64,
    /// The size of all items together, in bytes.
    pub total: u64,
}

/// Inflates all items and passes them to `viewer`, each after its delta base. An item that cannot be inflated or is too
/// large is left out with all its deltas. Returns `false` if the total limit was exceeded.
pub(super) fn inflate<V: Viewer>(
    items: Vec<PackItem>,
    data: &pack::data::File,
    resolve: impl Fn(&gix::oid) -> Option<u64>,
    limits: Limits,
    viewer: &V,
) -> bool {
    let forest = Forest::new(items, data, resolve);
    let left = AtomicI64::new(i64::try_from(limits.total).unwrap_or(i64::MAX));
    let workers: Vec<_> = (0..rayon::current_num_threads()).map(|_| Mutex::new(Worker::default())).collect();
    forest.roots.par_iter().for_each(|&root| {
        if let Ok(mut worker) = workers[rayon::current_thread_index().unwrap_or(0)].lock() {
            worker.tree(root, &forest, &Source { data, most: limits.item, left: &left }, viewer);
        }
    });
    left.into_inner() >= 0
}

/// The source of entries, and the remaining budget for inflating them.
struct Source<'s> {
    data: &'s pack::data::File,
    most: u64,
    left: &'s AtomicI64,
}

impl Source<'_> {
    /// Subtracts an object's size from the remaining budget. Returns `false` if the size exceeds it or the item limit.
    fn allows(&self, size: u64) -> bool {
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        size as u64 <= self.most && self.left.fetch_sub(size, Ordering::Relaxed) >= size
    }
}

#[derive(Default)]
struct Worker {
    inflate: gix::zlib::Inflate,
    /// The instructions of the current delta.
    delta: Vec<u8>,
    /// The stretches that the current item copies from its base.
    copied: Vec<Copied>,
    /// Buffers for reuse.
    spare: Vec<Vec<u8>>,
}

/// An item on the chain above the current one.
struct Link<M> {
    bytes: Vec<u8>,
    memo: M,
    weight: usize,
    next: u32,
}

impl Worker {
    /// Inflates a base and all its deltas, depth first; only the chain above the current item is in memory.
    fn tree<V: Viewer>(&mut self, root: u32, forest: &Forest, source: &Source<'_>, viewer: &V) {
        let link = |item: u32, bytes: Vec<u8>, memo: V::Memo| Link {
            weight: bytes.len() + viewer.weight(&memo),
            bytes,
            memo,
            next: forest.first_child[item as usize],
        };
        let Some(bytes) = self.whole(forest.items[root as usize].offset, source) else { return };
        let memo = viewer.view(&forest.items[root as usize], &bytes, None);
        let mut chain = vec![link(root, bytes, memo)];
        while let Some(base) = chain.last_mut() {
            let child = base.next;
            if child == NONE {
                if let Some(done) = chain.pop() {
                    self.keep(done.bytes);
                }
                continue;
            }
            base.next = forest.next_sibling[child as usize];
            let item = &forest.items[child as usize];
            let mut bytes = self.spare.pop().unwrap_or_default();
            let memo = self
                .patched(&base.bytes, item.offset, source, &mut bytes)
                .map(|()| viewer.view(item, &bytes, Some((&base.memo, &self.copied))));
            // A base is no longer needed once its last child is inflated.
            if base.next == NONE
                && let Some(done) = chain.pop()
            {
                self.keep(done.bytes);
            }
            let held: usize = chain.iter().map(|link| link.weight).sum();
            match memo.map(|memo| link(child, std::mem::take(&mut bytes), memo)) {
                Some(new) if held + new.weight <= MAX_CHAIN => chain.push(new),
                Some(new) => self.keep(new.bytes),
                None => self.keep(bytes),
            }
        }
    }

    /// Keeps a buffer for reuse, unless it is large or many buffers are kept.
    fn keep(&mut self, bytes: Vec<u8>) {
        if bytes.capacity() <= 1 << 20 && self.spare.len() < 64 {
            self.spare.push(bytes);
        }
    }

    /// Inflates an entry that is not a delta.
    fn whole(&mut self, offset: u64, source: &Source<'_>) -> Option<Vec<u8>> {
        let entry = source.data.entry(offset).ok().filter(|entry| source.allows(entry.decompressed_size))?;
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.clear();
        bytes.resize(entry.decompressed_size as usize, 0);
        source.data.decompress_entry(&entry, &mut self.inflate, &mut bytes).ok()?;
        Some(bytes)
    }

    /// Inflates an entry that is a delta of `base`.
    fn patched(&mut self, base: &[u8], offset: u64, source: &Source<'_>, out: &mut Vec<u8>) -> Option<()> {
        let entry = source.data.entry(offset).ok().filter(|entry| entry.decompressed_size <= source.most)?;
        self.delta.clear();
        self.delta.resize(entry.decompressed_size as usize, 0);
        source.data.decompress_entry(&entry, &mut self.inflate, &mut self.delta).ok()?;
        patch(base, &self.delta, |size| source.allows(size), out, &mut self.copied)
    }
}

/// Applies a delta. A delta consists of two sizes, and of instructions that copy from the base or insert the bytes that
/// follow. `copied` receives the copied stretches: adjacent ones are joined, and short ones are left out.
fn patch(
    base: &[u8],
    delta: &[u8],
    allows: impl Fn(u64) -> bool,
    out: &mut Vec<u8>,
    copied: &mut Vec<Copied>,
) -> Option<()> {
    let mut rest = delta;
    if size(&mut rest)? != base.len() as u64 {
        return None;
    }
    let result = size(&mut rest).filter(|size| allows(*size))?;
    out.clear();
    copied.clear();
    out.reserve(result as usize);
    while let Some((&code, tail)) = rest.split_first() {
        rest = tail;
        if code & 0x80 != 0 {
            let mut number = |first: u32, bytes: u32| -> Option<usize> {
                let mut value = 0;
                for i in 0..bytes {
                    if code & 1 << (first + i) != 0 {
                        let (&byte, tail) = rest.split_first()?;
                        rest = tail;
                        value |= usize::from(byte) << (8 * i);
                    }
                }
                Some(value)
            };
            let from = number(0, 4)?;
            let len = match number(4, 3)? {
                0 => 0x10000,
                len => len,
            };
            match copied.last_mut() {
                Some(last) if last.from + last.len == from && last.to + last.len == out.len() => last.len += len,
                // A list of only short stretches would be longer than the data it describes.
                Some(last) if last.len < SHORTEST_COPY => *last = Copied { from, to: out.len(), len },
                _ => copied.push(Copied { from, to: out.len(), len }),
            }
            out.extend_from_slice(base.get(from..from.checked_add(len)?)?);
        } else {
            let inserted = rest.get(..usize::from(code))?;
            if code == 0 {
                return None;
            }
            out.extend_from_slice(inserted);
            rest = &rest[usize::from(code)..];
        }
        if out.len() as u64 > result {
            return None;
        }
    }
    (out.len() as u64 == result).then_some(())
}

/// Parses a size, encoded in groups of seven bits, lowest first.
fn size(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..63).step_by(7) {
        let (&byte, tail) = rest.split_first()?;
        *rest = tail;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::patch;
    use proptest::prelude::*;

    fn apply(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
        let (mut out, mut copied) = (Vec::new(), Vec::new());
        patch(base, delta, |size| size <= 1 << 20, &mut out, &mut copied)?;
        for run in copied {
            assert_eq!(base[run.from..run.from + run.len], out[run.to..run.to + run.len]);
        }
        Some(out)
    }

    #[test]
    fn valid_deltas_are_applied_and_invalid_deltas_are_rejected() {
        // Applied to "hello world", this delta copies 6 bytes from offset 0, then inserts "there".
        let delta = [11, 11, 0x90, 6, 5, b't', b'h', b'e', b'r', b'e'];
        assert_eq!(apply(b"hello world", &delta).unwrap(), b"hello there");
        assert_eq!(apply(b"other", &delta), None, "a delta of a different base");
        assert_eq!(apply(b"hello world", &delta[..6]), None, "a truncated delta");
        assert_eq!(apply(b"hello world", &[11, 200, 1, 0x90, 6]), None, "a result shorter than declared");
        assert_eq!(apply(b"hello world", &[11, 1, 0x91, 50, 6]), None, "a copy beyond the end of the base");
    }

    proptest! {
        #[test]
        fn no_delta_causes_a_panic_or_an_oversized_result(delta in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Some(out) = apply(b"a base of some bytes", &delta) {
                prop_assert!(out.len() <= 1 << 20);
            }
        }
    }
}
