//! The model of a heuristic, and its loading. Pure: nothing here reads a repository.
//!
//! In: TOML files, those embedded from `heuristics/` and those of a folder the user names. Out: validated
//! [`Heuristic`]s with their atoms and path sets resolved.

mod anchors;
mod calibration;
mod catalogue;
mod combination;
mod listed;
mod measured;
mod model;
mod paths;
mod raw;

pub use calibration::{Calibration, Threshold, Weight};
pub use catalogue::{Catalogue, CatalogueError, PathSets, Problem};
pub use combination::Combination;
pub use listed::{LISTED_TEXT, listing};
pub use measured::{BLOCK_RATE, Measured, Measurement, REVIEW_RATE, TierRecord, UNMEASURED_DB};
pub use model::{
    Atom, Brought, ChangeKind, Check, CommitRule, Confidence, Example, ExampleChange, Family, Format, Heuristic,
    Innocent, Join, Kind, Nature, PathRule, Persona, Severity, Subject, TextRule,
};
pub use paths::PathFilter;
