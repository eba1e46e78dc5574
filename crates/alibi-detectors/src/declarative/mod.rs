//! The detectors of heuristics that are written in TOML alone: one for each kind of rule.

mod commit;
mod path;
mod text;

pub(super) use commit::CommitDetector;
pub(super) use path::PathDetector;
pub(super) use text::TextDetector;
