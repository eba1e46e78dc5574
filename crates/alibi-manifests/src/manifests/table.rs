//! Stores each distinct dependency entry once.

use crate::Stated;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The index of an entry in a [`Table`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct StatedId(pub u32);

/// All distinct dependency entries.
#[derive(Default, Debug)]
pub struct Table(Vec<Stated>);

impl Table {
    /// The entry with this index.
    pub fn get(&self, id: StatedId) -> &Stated {
        &self.0[id.0 as usize]
    }

    /// The names of all entries, including duplicates.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|stated| stated.name.as_str())
    }
}

/// Entries, numbered in order of arrival.
#[derive(Default)]
pub(super) struct Shared {
    numbers: FxHashMap<Arc<Stated>, StatedId>,
    stated: Vec<Arc<Stated>>,
}

impl Shared {
    /// Returns the number of an entry, which is added if it is new. Equal entries have the same number.
    pub(super) fn number(&mut self, stated: Stated) -> StatedId {
        if let Some(&id) = self.numbers.get(&stated) {
            return id;
        }
        let (id, stated) = (StatedId(self.stated.len() as u32), Arc::new(stated));
        self.stated.push(stated.clone());
        self.numbers.insert(stated, id);
        id
    }

    /// The entry with this index.
    pub(super) fn get(&self, id: StatedId) -> &Stated {
        &self.stated[id.0 as usize]
    }

    /// Returns the table in an order that does not depend on arrival, and the index in the table for each number.
    pub(super) fn sorted(self) -> (Table, Vec<StatedId>) {
        drop(self.numbers);
        let mut order: Vec<u32> = (0..self.stated.len() as u32).collect();
        order.sort_unstable_by(|a, b| self.stated[*a as usize].cmp(&self.stated[*b as usize]));
        let mut place = vec![StatedId(0); order.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old as usize] = StatedId(new as u32);
        }
        (Table(order.into_iter().map(|old| (*self.stated[old as usize]).clone()).collect()), place)
    }
}
