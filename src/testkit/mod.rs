//! Sample repositories: stories about invented people, from which real repositories are built, byte for byte the same
//! each time.
//!
//! In: `sample-repos/<story>/story.toml`. Out: a bare repository. No `git` program is needed. Tests scan them,
//! `heuristics check` does for coded heuristics, and a developer can build one to look at.

mod story;
mod write;

pub use story::{Expectation, Person, Step, Story, StoryError};
pub use write::{Built, Extras, extras, write};

include!(concat!(env!("OUT_DIR"), "/embedded_stories.rs"));

/// The names of all embedded stories, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    EMBEDDED.iter().filter_map(|(path, _)| path.split('/').nth_back(1))
}

/// The embedded story of this name.
///
/// # Errors
/// [`StoryError`] where there is none, or it is wrong.
pub fn story(name: &str) -> Result<Story, StoryError> {
    let (_, text) = EMBEDDED
        .iter()
        .find(|(path, _)| path.split('/').nth_back(1) == Some(name))
        .ok_or_else(|| StoryError::Unknown(name.to_owned()))?;
    Story::parse(name, text)
}
