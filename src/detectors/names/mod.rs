//! Package names: which are well known, and which resemble a well-known one.

mod near;
mod popular;

pub use near::{Companions, Likeness, Nearness, companion, near};
pub use popular::Popular;

use crate::history::Ecosystem;

/// A name in the form used for comparison: a registry that ignores case or the separator between words has one package
/// under all such names, and all major versions of a Go module are one module.
pub fn comparable(ecosystem: Ecosystem, name: &str) -> String {
    match ecosystem {
        Ecosystem::Cargo => name.to_ascii_lowercase().replace('_', "-"),
        Ecosystem::Go => {
            let lower = name.to_ascii_lowercase();
            let is_major = |v: &str| v.strip_prefix('v').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
            match lower.rsplit_once('/') {
                Some((module, version)) if is_major(version) => module.to_owned(),
                _ => lower,
            }
        }
        Ecosystem::Gem | Ecosystem::Maven => name.to_ascii_lowercase(),
        _ => name.to_owned(),
    }
}
