//! Access and its growth: who merges whose work into a history, which paths are sensitive, and what is unusual for the
//! project.

mod rarity;
mod record;
mod sensitive;
mod standing;
mod telling;

pub(super) use rarity::{LEAST_TOLD, rarity};
pub use record::{Touched, TrustRecord};
pub use sensitive::{SensitivePaths, Touch};
pub use standing::{Landing, Standing};
pub(super) use telling::about_touch;
