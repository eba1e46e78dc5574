//! Reports for people and programs; the only module that knows output formats.
//!
//! Input: an [`Audit`](crate::pipeline::Audit). Output: bytes. Every format is built from the same wire model, so all
//! contain the same information. Text from a repository is sanitised before it reaches a terminal.

mod accuracy;
mod alibi;
mod calibration;
mod catalogue;
mod charts;
mod clocks;
mod difference;
mod dossier;
mod exposures;
mod gate;
mod html;
mod json;
mod made;
mod markdown;
mod mask;
mod naming;
mod packages;
mod pages;
mod reuse;
mod roster;
mod sanitize;
mod sarif;
mod table;
mod trust;
mod wire;
mod words;

pub use accuracy::{accuracy_page, measurement_toml};
pub use calibration::{
    LEAST_REPOSITORIES, calibration_json, calibration_page, calibration_plot, calibration_table, calibration_weights,
};
pub use catalogue::{heuristic_page, heuristics_table};
pub use charts::Charts;
pub use difference::{Difference, difference, difference_json, difference_table};
pub use dossier::{Dossier, Found, dossier, dossier_json};
pub use gate::gate_table;
pub use html::html;
pub use json::{json, read_json};
pub use markdown::markdown;
pub use mask::{MaskKey, MaskKeyError};
pub use pages::{GENERATED, heuristic_pages};
pub use roster::{LEAST_COMMITS, is_contradicted, roster_draft, roster_table};
pub use sanitize::{quote_words, sanitize};
pub use sarif::sarif;
pub use table::{TableStyle, finding_page, table};
pub use wire::{Report, ReportOptions};

/// The JSON Schema that every JSON report follows.
pub const SCHEMA: &str = include_str!("../../docs/report.schema.json");
