//! Pages and tables about the heuristics themselves: the catalogue, its accuracy, and the power of its tests.

mod accuracy;
mod calibration;
mod catalogue;
mod heuristics;

pub use accuracy::{accuracy_page, measurement_toml};
pub use calibration::{
    MIN_REPOSITORIES, calibration_json, calibration_page, calibration_plot, calibration_table, calibration_weights,
};
pub use catalogue::{heuristic_page, heuristics_table};
pub use heuristics::{GENERATED, heuristic_pages};
