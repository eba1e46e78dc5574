//! Writes reports for people and for other programs. No other crate knows the output formats.
//!
//! A [`Report`] is built once from an [`Audit`](alibi_scan::pipeline::Audit) and written in one of [`FORMATS`]. All
//! formats render the same model, so they cannot contradict each other. Text from a repository is sanitised before it
//! reaches a terminal.

mod format;
mod model;
mod pages;
mod render;
mod sanitize;

pub use model::{
    Difference, Dossier, Drafted, Found, GateVerdict, MIN_COMMITS, MaskKey, MaskKeyError, Report, ReportOptions,
    difference, drafted, is_contradicted, read_json,
};
pub use pages::{
    GENERATED, MIN_REPOSITORIES, accuracy_page, calibration_json, calibration_page, calibration_plot,
    calibration_table, calibration_weights, heuristic_page, heuristic_pages, heuristics_table, measurement_toml,
};
pub use render::{
    FORMATS, Format, Render, RenderOptions, difference_json, difference_table, dossier, dossier_json, finding_page,
    roster_draft, roster_table,
};
pub use sanitize::{quote_words, sanitize};

/// The JSON Schema that every JSON report follows.
pub const SCHEMA: &str = include_str!("../../../docs/report.schema.json");
