//! Detectors: one file per coded detector, in a folder for its family, and one for each declarative kind of heuristic.
//!
//! Input: a [`View`] of the facts and analyses. Output: findings, and the tests that could not be run. A detector never
//! accesses Git; it declares the facts that it needs.

#[macro_use]
mod coded;

mod content;
mod declarative;
mod dependency;
mod detector;
mod detector_error;
mod guards;
mod identity;
mod integrity;
mod registry;
mod rhythm;
mod run;
mod shared;
mod sink;
mod surface;
mod time;
mod trust;
mod view;

pub use detector::Detector;
pub use detector_error::DetectError;
pub use registry::detector_for;
pub use run::detect;
pub use sink::{Sink, Untested};
pub use view::{Given, View};
