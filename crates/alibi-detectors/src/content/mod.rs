//! Coded heuristics of the content family: one file for each. Written by `cargo run --example docs`.

mod content_added_then_removed;
mod ignore_hides_artifact;
mod imported_secret;
mod opaque_test_blob;

use alibi_core::detection::Build;

/// The detectors, by their heuristics' ids.
pub(super) const DETECTORS: &[(&str, Build)] = &[
    ("content-added-then-removed", content_added_then_removed::build),
    ("ignore-hides-artifact", ignore_hides_artifact::build),
    ("imported-secret", imported_secret::build),
    ("opaque-test-blob", opaque_test_blob::build),
];
