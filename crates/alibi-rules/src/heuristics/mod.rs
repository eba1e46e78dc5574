//! Defines and loads heuristics. Nothing here reads a repository.
//!
//! In: TOML files, embedded from `heuristics/` or in a folder that the user passes. Out: validated [`Heuristic`]s with
//! resolved atoms and path sets.

mod anchors;
mod calibration;
mod catalogue;
mod combination;
mod example;
mod guards;
mod listed;
mod measured;
mod model;
mod paths;
mod raw;

pub use calibration::{Calibration, Threshold, Weight};
pub use catalogue::{Catalogue, CatalogueError, PathSets, Problem};
pub use combination::Combination;
pub use guards::{BOT, ESTABLISHED, IMPORT};
pub use guards::{PathGuards, is_known_guard, path_guard_sets};
pub use listed::{LISTED_TEXT, listing};
pub use measured::{BLOCK_RATE, Measured, Measurement, REVIEW_RATE, TierRecord, UNMEASURED_DB};
pub use model::{
    Atom, ChangeKind, Check, CommitRule, Confidence, Example, ExampleChange, Family, Format, Heuristic, Innocent,
    IntroducedBy, Join, Kind, Nature, PathRule, Persona, Severity, Subject, TextRule,
};
pub use paths::PathFilter;
