//! The stories in `sample-repos/`.

use super::story::{Story, StoryError};

include!(concat!(env!("OUT_DIR"), "/embedded_stories.rs"));

/// The names of all embedded stories, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    EMBEDDED.iter().filter_map(|(path, _)| path.split('/').nth_back(1))
}

/// The embedded story with this name.
///
/// # Errors
/// [`StoryError`] if there is none, or it is invalid.
pub fn story(name: &str) -> Result<Story, StoryError> {
    let (_, text) = EMBEDDED
        .iter()
        .find(|(path, _)| path.split('/').nth_back(1) == Some(name))
        .ok_or_else(|| StoryError::Unknown(name.to_owned()))?;
    Story::parse(name, text)
}
