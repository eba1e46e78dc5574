//! Coded heuristics of the time family: one file for each. Written by `cargo run --example docs`.

mod alibi_contradicted;
mod dst_absent;
mod impossible_travel;
mod leaked_offset;
mod minority_offset;
mod offset_against_rhythm;

use alibi_core::detection::Build;

/// The detectors, by their heuristics' ids.
pub(super) const DETECTORS: &[(&str, Build)] = &[
    ("alibi-contradicted", alibi_contradicted::build),
    ("dst-absent", dst_absent::build),
    ("impossible-travel", impossible_travel::build),
    ("leaked-offset", leaked_offset::build),
    ("minority-offset", minority_offset::build),
    ("offset-against-rhythm", offset_against_rhythm::build),
];
