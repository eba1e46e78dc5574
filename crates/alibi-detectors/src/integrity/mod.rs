//! Coded heuristics of the integrity family: one file for each. Written by `cargo run --example docs`.

mod anachronism;
mod batch_timestamps;
mod cloned_commit_metadata;
mod contradicted_authorship;
mod contribution_padding;
mod copied_history;
mod copied_patches;
mod date_anomaly;
mod evil_merge;
mod off_branch_tag;
mod redated_rewrite;
mod rewritten_ref;
mod tags_on_one_commit;
mod tree_return;
mod unsigned_twin;

use alibi_core::detection::Build;

/// The detectors, by their heuristics' ids.
pub(super) const DETECTORS: &[(&str, Build)] = &[
    ("anachronism", anachronism::build),
    ("batch-timestamps", batch_timestamps::build),
    ("cloned-commit-metadata", cloned_commit_metadata::build),
    ("contradicted-authorship", contradicted_authorship::build),
    ("contribution-padding", contribution_padding::build),
    ("copied-history", copied_history::build),
    ("copied-patches", copied_patches::build),
    ("date-anomaly", date_anomaly::build),
    ("evil-merge", evil_merge::build),
    ("off-branch-tag", off_branch_tag::build),
    ("redated-rewrite", redated_rewrite::build),
    ("rewritten-ref", rewritten_ref::build),
    ("tags-on-one-commit", tags_on_one_commit::build),
    ("tree-return", tree_return::build),
    ("unsigned-twin", unsigned_twin::build),
];
