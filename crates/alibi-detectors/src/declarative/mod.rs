//! The detectors of heuristics that are written entirely in TOML. There is one detector for each kind of rule.

mod commit;
mod path;
mod text;

pub(super) use commit::CommitDetector;
pub(super) use path::PathDetector;
pub(super) use text::TextDetector;
