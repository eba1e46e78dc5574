//! Coded heuristics of the trust family: one file for each. Written by `cargo run --example docs`.

mod benign_then_sensitive;
mod bulk_removal;
mod dormancy_break;
mod newcomer_release;
mod security_policy_edit;
mod self_merge;
mod short_tenure_sensitive;

use alibi_core::detection::Build;

/// The detectors, by their heuristics' ids.
pub(super) const DETECTORS: &[(&str, Build)] = &[
    ("benign-then-sensitive", benign_then_sensitive::build),
    ("bulk-removal", bulk_removal::build),
    ("dormancy-break", dormancy_break::build),
    ("newcomer-release", newcomer_release::build),
    ("security-policy-edit", security_policy_edit::build),
    ("self-merge", self_merge::build),
    ("short-tenure-sensitive", short_tenure_sensitive::build),
];
