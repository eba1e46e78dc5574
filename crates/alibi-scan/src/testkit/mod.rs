//! Builds synthetic repositories from stories about invented people. The repositories are reproducible byte for byte.
//!
//! The input is `sample-repos/<story>/story.toml`, and the output is a bare repository. No `git` program is needed.
//! Tests scan these repositories, `heuristics check` uses them for coded heuristics, and developers can build one to
//! inspect.

mod embedded;
mod story;
mod write;

pub use embedded::{names, story};
pub use story::{Expectation, Person, Step, Story, StoryError};
pub use write::{Built, Extras, extras, write};
