//! Selects the pairs of identities to compare: pairs that share an address, a name or a handle. Comparing all pairs
//! would take too long.

use super::profile::{Address, Profile, written_from};
use std::hash::{BuildHasher, RandomState};

/// Maximum size of a block in which all pairs are compared. In a larger block, each identity is compared only with the
/// first one and the previous one, and only if the shared value is strong. Otherwise the block is skipped.
const WHOLE_BLOCK: usize = 60;

/// The hash of a value that identities may share, and an identity that has the value. The value is `strong` if it
/// identifies one person: an address, an account or a full name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    hash: u64,
    who: u32,
    strong: bool,
}

/// Returns the pairs to compare, sorted and without repeats. Each pair begins with the smaller number.
pub(super) fn candidates(profiles: &[Profile]) -> Vec<(u32, u32)> {
    use rayon::prelude::*;
    // The hasher has a random seed, so that an attacker cannot choose names that all fall into one block. Equal values
    // still have equal hashes.
    let hasher = RandomState::new();
    let mut keys: Vec<Key> = profiles
        .par_iter()
        .enumerate()
        .flat_map_iter(|(who, p)| {
            let mut own = Vec::with_capacity(10);
            let mut add = |kind: &str, value: &str, strong| {
                own.push(Key { hash: hasher.hash_one((kind, value)), who: who as u32, strong });
            };
            if p.address != Address::Nobodys {
                add("email", &p.email, true);
            }
            if let Some(id) = p.account.as_ref().and_then(|n| n.id.map(|id| format!("{id}@{}", n.domain))) {
                add("account", &id, true);
            }
            if let Some(login) = p.account.as_ref().map(|n| format!("{}@{}", n.login, n.domain)) {
                add("login", &login, true);
            }
            let mut words: Vec<&str> = p.name.words.iter().map(String::as_str).collect();
            words.sort_unstable();
            if p.name.full {
                add("name", &words.concat(), true);
                for form in written_from(&p.name.words) {
                    add("handle", &form.text, false);
                }
                add("handle", &words.concat(), false);
                // Middle names are often left out.
                if let (Some(first), Some(last)) = (p.name.words.first(), p.name.words.last()) {
                    let initial: String = first.chars().take(1).collect();
                    add("initial", &format!("{initial} {last}"), false);
                    add("ends", &format!("{first} {last}"), false);
                }
            }
            if p.name.compact.chars().count() >= 3 {
                add("compact", &p.name.compact, false);
            }
            for handle in &p.handles {
                add("handle", &handle.text, false);
                if handle.letters.chars().count() >= 5 && handle.letters != handle.text {
                    add("handle", &handle.letters, false);
                }
            }
            own.sort_unstable();
            own.dedup_by_key(|k| k.hash);
            own
        })
        .collect();
    keys.par_sort_unstable();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for block in keys.chunk_by(|a, b| a.hash == b.hash) {
        if block.len() <= WHOLE_BLOCK {
            for (i, a) in block.iter().enumerate() {
                pairs.extend(block[i + 1..].iter().map(|b| (a.who, b.who)));
            }
        } else if block[0].strong {
            for pair in block.windows(2) {
                pairs.push((pair[0].who, pair[1].who));
                pairs.push((block[0].who, pair[1].who));
            }
        }
    }
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs.retain(|(a, b)| a != b);
    pairs
}
