//! Coded heuristics of the dependency family: one file for each. Written by `cargo run --example docs`.

mod dependency_added_then_removed;
mod dependency_confusion;
mod dependency_over_http;
mod install_runs_new_file;
mod known_malicious_dependency;
mod listed_package;
mod lockfile_deleted;
mod lockfile_hash_changed;
mod lockfile_host_drift;
mod lockfile_name_mismatch;
mod lockfile_without_manifest;
mod manifest_without_lockfile;
mod newcomer_adds_dependency;
mod pinned_to_unpinned;
mod registry_mirror;
mod suffix_typosquat;
mod typosquat;
mod unused_new_dependency;
mod url_dependency;

use alibi_core::detection::Build;

/// The detectors, by their heuristics' ids.
pub(super) const DETECTORS: &[(&str, Build)] = &[
    ("dependency-added-then-removed", dependency_added_then_removed::build),
    ("dependency-confusion", dependency_confusion::build),
    ("dependency-over-http", dependency_over_http::build),
    ("install-runs-new-file", install_runs_new_file::build),
    ("known-malicious-dependency", known_malicious_dependency::build),
    ("listed-package", listed_package::build),
    ("lockfile-deleted", lockfile_deleted::build),
    ("lockfile-hash-changed", lockfile_hash_changed::build),
    ("lockfile-host-drift", lockfile_host_drift::build),
    ("lockfile-name-mismatch", lockfile_name_mismatch::build),
    ("lockfile-without-manifest", lockfile_without_manifest::build),
    ("manifest-without-lockfile", manifest_without_lockfile::build),
    ("newcomer-adds-dependency", newcomer_adds_dependency::build),
    ("pinned-to-unpinned", pinned_to_unpinned::build),
    ("registry-mirror", registry_mirror::build),
    ("suffix-typosquat", suffix_typosquat::build),
    ("typosquat", typosquat::build),
    ("unused-new-dependency", unused_new_dependency::build),
    ("url-dependency", url_dependency::build),
];
