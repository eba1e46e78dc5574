//! Reads Git history as evidence. Each finding has a weight, the innocent causes that were tested, and a Git command
//! that reproduces it.
//!
//! This crate is the command line. The crates in `crates/` follow the data flow. Each depends only on crates in rows
//! above its own:
//!
//! ```text
//! alibi-git     alibi-code     alibi-embed (for build scripts)
//! alibi-rules   alibi-signatures
//! alibi-manifests
//! alibi-core
//! alibi-scan    alibi-detectors
//! alibi-calibrate
//! alibi-report
//! ```
//!
//! Only `alibi-git` uses Git, and only `alibi-report` formats output. No crate but this one knows the detectors: it
//! passes their registry to a scan. The re-exports below serve the tests, benchmarks and examples.

pub mod cli;

pub use alibi_calibrate as calibrate;
pub use alibi_core::{analysis, config, facts, finding, scoring};
pub use alibi_git::{history, repository};
pub use alibi_manifests as manifests;
pub use alibi_report as report;
pub use alibi_rules::heuristics;
pub use alibi_scan::{check, pipeline, progress, testkit};
pub use alibi_signatures as signatures;

use alibi_core::detection::Rulebook;
use alibi_rules::heuristics::CatalogueError;

/// Returns the heuristics that ship with the program, with their detectors.
///
/// # Errors
/// Returns [`CatalogueError`] if an embedded heuristic is invalid, which a test rules out.
pub fn rulebook() -> Result<Rulebook, CatalogueError> {
    Ok(Rulebook::new(heuristics::Catalogue::embedded()?, alibi_detectors::detector_for))
}
