//! Interns byte strings: stores each distinct string once, and numbers it.

use std::collections::HashMap;
use std::sync::Arc;

/// Byte strings stored once each, numbered from 0 in order of arrival.
///
/// The map uses the standard library's seeded hash: names and paths come from untrusted repositories, and could be
/// chosen to collide in an unseeded hash.
#[derive(Clone, Default, Debug)]
pub struct Interner {
    numbers: HashMap<Arc<[u8]>, u32>,
    values: Vec<Arc<[u8]>>,
}

impl Interner {
    /// Returns the number of `value`, which gets a new number if it is not stored yet.
    pub fn intern(&mut self, value: &[u8]) -> u32 {
        if let Some(&number) = self.numbers.get(value) {
            return number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        let shared: Arc<[u8]> = value.into();
        self.values.push(Arc::clone(&shared));
        self.numbers.insert(shared, number);
        number
    }

    /// The string with this number; empty for an unknown number.
    pub fn get(&self, number: u32) -> &[u8] {
        self.values.get(number as usize).map_or(b"", |v| v)
    }

    /// Drops the lookup table. Stored strings stay readable, but an equal one that arrives later gets a new number.
    pub fn close(&mut self) {
        self.numbers = HashMap::new();
    }

    /// Number of stored strings.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether no string is stored.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

/// Joins a name and an address into one byte string. The separator is NUL, which no valid name or address contains.
pub fn join_identity(name: &[u8], email: &[u8], buffer: &mut Vec<u8>) {
    buffer.clear();
    buffer.extend_from_slice(name);
    buffer.push(0);
    buffer.extend_from_slice(email);
}

/// Splits a byte string that [`join_identity`] joined into the name and the address.
pub fn split_identity(joined: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(0, joined) {
        Some(nul) => (&joined[..nul], &joined[nul + 1..]),
        None => (joined, b""),
    }
}
