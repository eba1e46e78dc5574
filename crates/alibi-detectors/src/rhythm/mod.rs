//! Coded heuristics of the rhythm family: one file for each. Written by `cargo run --example docs`.

mod day_one_burst;
mod hand_change;
mod lockstep_identities;
mod output_swing;
mod overlapping_sessions;
mod round_the_clock;
mod two_rhythms;

use alibi_core::detection::Build;

/// The detectors, by their heuristics' ids.
pub(super) const DETECTORS: &[(&str, Build)] = &[
    ("day-one-burst", day_one_burst::build),
    ("hand-change", hand_change::build),
    ("lockstep-identities", lockstep_identities::build),
    ("output-swing", output_swing::build),
    ("overlapping-sessions", overlapping_sessions::build),
    ("round-the-clock", round_the_clock::build),
    ("two-rhythms", two_rhythms::build),
];
