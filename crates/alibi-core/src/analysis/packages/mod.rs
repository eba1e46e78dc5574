//! Analyses packages: names that are new to a project, names that resemble well-known ones, and publication dates.

mod form;
mod near;
mod new_names;
mod popular;
mod releases;
mod thresholds;

pub use near::{Likeness, companion, near};
pub use new_names::{LONG_DAYS, NewName, Removals, is_package, new_names, newcomer_dependencies};
pub use popular::Popular;
pub use releases::{Release, released_after};
pub use thresholds::{Affixes, Band, Companions, Nearness};
