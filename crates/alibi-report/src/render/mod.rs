//! The formats of a report: one file for each, and a table that lists them.

mod access;
mod cross_repo;
mod dependencies;
mod difference;
mod dossier;
mod exposures;
mod finding;
mod formats;
mod gate;
mod html;
mod json;
mod markdown;
mod renderer;
mod roster;
mod sarif;
mod table;
mod time;

pub use difference::{difference_json, difference_table};
pub use dossier::{dossier, dossier_json};
pub use finding::finding_page;
pub use formats::{FORMATS, Format};
pub use renderer::{Render, RenderOptions};
pub use roster::{roster_draft, roster_table};
