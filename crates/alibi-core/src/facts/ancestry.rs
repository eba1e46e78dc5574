//! Answers questions about the commit graph. Parents come before children, so a commit's row number limits where its
//! ancestors can be.

use super::store::Facts;
use alibi_git::history::CommitIdx;
use std::collections::{BTreeMap, BTreeSet};

impl Facts {
    /// Whether `old` is `new` or one of its ancestors.
    pub fn is_ancestor(&self, old: CommitIdx, new: CommitIdx) -> bool {
        let mut todo = BTreeSet::from([new]);
        while let Some(idx) = todo.pop_last() {
            if idx == old {
                return true;
            }
            todo.extend(self.parents(self.commit(idx)).iter().filter(|p| **p >= old));
        }
        false
    }

    /// The commits reachable from `new` but not from `old`, oldest first. At most the newest `most` are returned.
    pub fn beyond(&self, new: CommitIdx, old: CommitIdx, most: usize) -> Vec<CommitIdx> {
        let mut front = Front::new(new, old, |side| side == OURS);
        let mut only = Vec::new();
        while only.len() < most
            && let Some((idx, side)) = front.next()
        {
            if side == OURS {
                only.push(idx);
            }
            self.parents(self.commit(idx)).iter().for_each(|parent| front.add(*parent, side));
        }
        only.reverse();
        only
    }

    /// The merge base of two commits; `None` if there are several or none.
    pub fn merge_base(&self, a: CommitIdx, b: CommitIdx) -> Option<CommitIdx> {
        let mut front = Front::new(a, b, |side| side & STALE == 0);
        let mut bases = Vec::new();
        while let Some((idx, side)) = front.next() {
            let passed = if side == OURS | THEIRS {
                bases.push(idx);
                side | STALE
            } else {
                side
            };
            self.parents(self.commit(idx)).iter().for_each(|parent| front.add(*parent, passed));
        }
        match bases.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }
}

const OURS: u8 = 1;
const THEIRS: u8 = 2;
const STALE: u8 = 4;

/// The commits that a walk back from two commits has yet to visit, with flags for the starts that reach each of them.
struct Front {
    todo: BTreeMap<CommitIdx, u8>,
    is_open: fn(u8) -> bool,
    /// Number of commits that can still lead to a result.
    open: usize,
}

impl Front {
    fn new(ours: CommitIdx, theirs: CommitIdx, is_open: fn(u8) -> bool) -> Front {
        let mut front = Front { todo: BTreeMap::new(), is_open, open: 0 };
        front.add(ours, OURS);
        front.add(theirs, THEIRS);
        front
    }

    fn add(&mut self, idx: CommitIdx, side: u8) {
        let entry = self.todo.entry(idx).or_default();
        let was_open = *entry != 0 && (self.is_open)(*entry);
        *entry |= side;
        self.open = self.open + usize::from((self.is_open)(*entry)) - usize::from(was_open);
    }

    /// Removes and returns the newest commit; `None` when the walk can no longer lead to a result.
    fn next(&mut self) -> Option<(CommitIdx, u8)> {
        if self.open == 0 {
            return None;
        }
        let (idx, side) = self.todo.pop_last()?;
        self.open -= usize::from((self.is_open)(side));
        Some((idx, side))
    }
}
