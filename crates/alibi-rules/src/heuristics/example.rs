//! Reads the examples of a heuristic.

use super::model::{Example, ExampleChange};
use super::raw::RawExample;

/// Converts an example from its written form, if it is complete.
pub(super) fn example(raw: RawExample) -> Result<Example, String> {
    let fires = raw.fires;
    if let Some(story) = raw.story {
        let others = raw.path.is_some() || raw.text.is_some() || raw.message.is_some() || !raw.change.is_empty();
        return if others {
            Err("an example needs either a story or a change, not both".into())
        } else {
            Ok(Example::Story { fires, story })
        };
    }
    let mut changes: Vec<ExampleChange> =
        raw.change.into_iter().map(|c| ExampleChange { path: c.path, before: c.before, text: c.text }).collect();
    if let Some(path) = raw.path {
        changes.push(ExampleChange { path, before: raw.before, text: raw.text });
    }
    if changes.is_empty() {
        return Err("an example needs a `story`, a `path` with `text`, or `change` tables".into());
    }
    Ok(Example::Commit { fires, message: raw.message.unwrap_or_else(|| "Change a file".into()), changes })
}
