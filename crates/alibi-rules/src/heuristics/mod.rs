//! Defines and loads heuristics. Nothing here reads a repository.
//!
//! The input is TOML files, embedded from `heuristics/` or in a folder that the user passes. The output is validated
//! [`Heuristic`]s with resolved atoms and path sets.

mod anchors;
mod calibration;
mod catalogue;
mod classes;
mod combination;
mod example;
mod guards;
mod listed;
mod measured;
mod model;
mod paths;
mod raw;
mod rule;
mod validate;

pub use calibration::{Calibration, Threshold, Weight};
pub use catalogue::{Catalogue, CatalogueError, PathSets, Problem};
pub use classes::{Confidence, Family, Nature, Persona, Severity};
pub use combination::Combination;
pub use guards::{BOT, ESTABLISHED, IMPORT};
pub use guards::{PathGuards, is_known_guard, path_guard_sets};
pub use listed::{LISTED_TEXT, listing};
pub use measured::{BLOCK_RATE, Measured, Measurement, REVIEW_RATE, TierRecord, UNMEASURED_DB};
pub use model::{Example, ExampleChange, Heuristic, Innocent};
pub use paths::PathFilter;
pub use rule::{
    Atom, ChangeKind, Check, CommitRule, Flow, Format, IntroducedBy, Join, Kind, PathRule, Subject, TextRule,
};
