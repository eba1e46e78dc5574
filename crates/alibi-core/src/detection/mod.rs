//! The interface of detectors: what they can read, where their findings go, and how they run.

mod detector;
mod detector_error;
mod guards;
mod rulebook;
mod run;
mod sink;
mod view;

pub use detector::{Build, Detector, NoParams, params};
pub use detector_error::DetectError;
pub use rulebook::{DetectorFor, Rulebook};
pub use run::detect;
pub use sink::{Sink, Untested};
pub use view::{Given, View};
