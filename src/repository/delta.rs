//! Inflates the wanted entries of a pack, each base once, on several threads.
//!
//! `gix-pack` has such a pass over whole packs; this one touches only what is wanted and what that is a delta of, and
//! needs a few bytes for each. The format is Git's own documentation of packs ("gitformat-pack").

use gix::odb::pack;
use rayon::prelude::*;
use std::sync::Mutex;

/// An entry of a pack: a wanted object, or what one is a delta of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackItem {
    /// Where it starts in the pack.
    pub offset: u64,
    /// Its place among the wanted; `None` for a base that only others need.
    pub place: Option<u32>,
}

/// The items of a pack with who is a delta of whom, by places in the list of items, which is sorted by offset.
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

/// What the objects of one chain may take together, in bytes, on one thread; what is built on more is left to be read on
/// its own.
const MAX_CHAIN: usize = 128 << 20;

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

/// The wanted items, and all that they are deltas of, sorted by offset and each once.
pub fn with_bases(
    mut items: Vec<PackItem>,
    data: &pack::data::File,
    resolve: impl Fn(&gix::oid) -> Option<u64>,
) -> Vec<PackItem> {
    items.sort_unstable();
    items.dedup_by_key(|item| item.offset);
    let mut new: Vec<u64> = items.iter().map(|item| item.offset).collect();
    while !new.is_empty() {
        let mut bases: Vec<u64> = new
            .iter()
            .filter_map(|&offset| match base_of(data, offset, &resolve) {
                Base::At(base) => Some(base),
                Base::None | Base::Unknown => None,
            })
            .collect();
        bases.sort_unstable();
        bases.dedup();
        bases.retain(|base| items.binary_search_by_key(base, |item| item.offset).is_err());
        items.extend(bases.iter().map(|&offset| PackItem { offset, place: None }));
        items.sort_unstable();
        new = bases;
    }
    items
}

/// Inflates all items and shows the wanted ones to `visit`. An item that cannot be inflated, or is larger than `most`
/// bytes, is left out with all that are deltas of it.
pub fn inflate(
    items: Vec<PackItem>,
    data: &pack::data::File,
    resolve: impl Fn(&gix::oid) -> Option<u64>,
    most: u64,
    visit: &(dyn Fn(u32, &[u8]) + Sync),
) {
    let forest = Forest::new(items, data, resolve);
    let workers: Vec<_> = (0..rayon::current_num_threads()).map(|_| Mutex::new(Worker::default())).collect();
    forest.roots.par_iter().for_each(|&root| {
        if let Ok(mut worker) = workers[rayon::current_thread_index().unwrap_or(0)].lock() {
            worker.tree(root, &forest, data, most, visit);
        }
    });
}

#[derive(Default)]
struct Worker {
    inflate: gix::zlib::Inflate,
    /// The instructions of the delta at hand.
    delta: Vec<u8>,
    /// Buffers to use again.
    spare: Vec<Vec<u8>>,
}

impl Worker {
    /// A base and everything that is built on it, depth first; only the chain above the item at hand is in memory.
    fn tree(
        &mut self,
        root: u32,
        forest: &Forest,
        data: &pack::data::File,
        most: u64,
        visit: &(dyn Fn(u32, &[u8]) + Sync),
    ) {
        let Some(bytes) = self.whole(forest.items[root as usize].offset, data, most) else { return };
        let show = |item: u32, bytes: &[u8]| {
            if let Some(place) = forest.items[item as usize].place {
                visit(place, bytes);
            }
        };
        show(root, &bytes);
        let mut chain = vec![(bytes, forest.first_child[root as usize])];
        while let Some((base, next)) = chain.last_mut() {
            let child = *next;
            if child == NONE {
                if let Some((bytes, _)) = chain.pop() {
                    self.keep(bytes);
                }
                continue;
            }
            *next = forest.next_sibling[child as usize];
            let last = *next == NONE;
            let mut bytes = self.spare.pop().unwrap_or_default();
            let patched = self.patched(base, forest.items[child as usize].offset, data, most, &mut bytes).is_some();
            // Nothing else is built on a base once its last child is there.
            if last && let Some((base, _)) = chain.pop() {
                self.keep(base);
            }
            let held: usize = chain.iter().map(|(bytes, _)| bytes.len()).sum();
            if patched {
                show(child, &bytes);
            }
            if patched && held + bytes.len() <= MAX_CHAIN {
                chain.push((bytes, forest.first_child[child as usize]));
            } else {
                self.keep(bytes);
            }
        }
    }

    /// Keeps a buffer for later, unless it is large or there are many.
    fn keep(&mut self, bytes: Vec<u8>) {
        if bytes.capacity() <= 1 << 20 && self.spare.len() < 64 {
            self.spare.push(bytes);
        }
    }

    /// An entry that is no delta.
    fn whole(&mut self, offset: u64, data: &pack::data::File, most: u64) -> Option<Vec<u8>> {
        let entry = data.entry(offset).ok().filter(|entry| entry.decompressed_size <= most)?;
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.clear();
        bytes.resize(entry.decompressed_size as usize, 0);
        data.decompress_entry(&entry, &mut self.inflate, &mut bytes).ok()?;
        Some(bytes)
    }

    /// An entry that is a delta of `base`.
    fn patched(
        &mut self,
        base: &[u8],
        offset: u64,
        data: &pack::data::File,
        most: u64,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let entry = data.entry(offset).ok().filter(|entry| entry.decompressed_size <= most)?;
        self.delta.clear();
        self.delta.resize(entry.decompressed_size as usize, 0);
        data.decompress_entry(&entry, &mut self.inflate, &mut self.delta).ok()?;
        patch(base, &self.delta, most, out)
    }
}

/// Applies a delta: two sizes, then instructions that copy from the base or insert what follows.
fn patch(base: &[u8], delta: &[u8], most: u64, out: &mut Vec<u8>) -> Option<()> {
    let mut rest = delta;
    if size(&mut rest)? != base.len() as u64 {
        return None;
    }
    let result = size(&mut rest).filter(|size| *size <= most)?;
    out.clear();
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
            let length = match number(4, 3)? {
                0 => 0x10000,
                length => length,
            };
            out.extend_from_slice(base.get(from..from.checked_add(length)?)?);
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

/// A size: seven bits a byte, the lowest first.
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
        let mut out = Vec::new();
        patch(base, delta, 1 << 20, &mut out).map(|()| out)
    }

    #[test]
    fn a_delta_copies_and_inserts() {
        // From "hello world": copy 6 bytes from 0, insert "there", copy 0 further.
        let delta = [11, 11, 0x90, 6, 5, b't', b'h', b'e', b'r', b'e'];
        assert_eq!(apply(b"hello world", &delta).unwrap(), b"hello there");
        assert_eq!(apply(b"other", &delta), None, "another base");
        assert_eq!(apply(b"hello world", &delta[..6]), None, "cut short");
        assert_eq!(apply(b"hello world", &[11, 200, 1, 0x90, 6]), None, "not the size it says");
        assert_eq!(apply(b"hello world", &[11, 1, 0x91, 50, 6]), None, "beyond the base");
    }

    proptest! {
        #[test]
        fn no_instructions_make_it_panic_or_grow(delta in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Some(out) = apply(b"a base of some bytes", &delta) {
                prop_assert!(out.len() <= 1 << 20);
            }
        }
    }
}
