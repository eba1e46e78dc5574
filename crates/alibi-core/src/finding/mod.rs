//! Findings: what a heuristic detected, which contributor it is about, and the evidence; and the draft, which ensures
//! that each finding is complete.

mod decision;
mod draft;
mod evidence;
mod model;

pub use decision::{DecidedIn, Suppression};
pub use draft::{Draft, FindingError, reach};
pub use evidence::{Evidence, Value};
pub use model::{Finding, Place, Quote, Reach, TestedCause, assign_ids};
