//! Findings: what a heuristic detected, whose it is, and the evidence; and the draft that ensures each one is complete.

mod draft;
mod evidence;
mod model;

pub use draft::{Draft, FindingError, reach};
pub use evidence::{Evidence, Value};
pub use model::{Finding, Place, Quote, Reach, TestedCause, assign_ids};
