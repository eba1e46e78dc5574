//! Analyses access and its growth: who merges whose work into a history, which paths are sensitive, and what is unusual
//! for the project.

mod rarity;
mod record;
mod sensitive;
mod standing;

pub use rarity::{REPORT_THRESHOLD, rarity};
pub use record::{Touched, TrustRecord};
pub use sensitive::{SensitivePaths, Touch};
pub use standing::{AccessHistory, MergePoint, Standing};
