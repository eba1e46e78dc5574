//! Combinations of heuristics that cannot block a merge alone, but can block it together.

use super::example::example;
use super::measured::Measured;
use super::model::Example;
use super::raw::RawExample;
use serde::Deserialize;

/// The file of combinations as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCombinations {
    #[serde(default)]
    pub combination: Vec<RawCombination>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCombination {
    pub id: String,
    pub title: String,
    pub first: Vec<String>,
    pub second: Vec<String>,
    #[serde(default)]
    pub example: Vec<RawExample>,
}

/// Two groups of heuristics that block if one heuristic of each group fires on the same commit of a contributor or, in
/// a gate, on any commits of the same contributor.
#[derive(Clone, Debug)]
pub struct Combination {
    /// A stable id, in kebab-case.
    pub id: String,
    /// A one-line title.
    pub title: String,
    /// The heuristics of which at least one must fire.
    pub first: Vec<String>,
    /// The heuristics of which at least one must also fire.
    pub second: Vec<String>,
    /// The examples that `calibrate --measure` commits on top of real histories.
    pub examples: Vec<Example>,
    /// How often both groups fire together on ordinary history; `None` if that was not measured, so that the
    /// combination does not block.
    pub measured: Option<Measured>,
}

impl Combination {
    /// Creates a combination of existing attack heuristics.
    ///
    /// # Errors
    /// Returns a message if a heuristic is unknown or not an attack, a group is empty or an example is incomplete.
    pub(super) fn validate(
        raw: RawCombination,
        measured: Option<Measured>,
        is_known: &dyn Fn(&str) -> bool,
    ) -> Result<Combination, String> {
        if let Some(unknown) = raw.first.iter().chain(&raw.second).find(|id| !is_known(id)) {
            return Err(format!("the combination '{}' names '{unknown}', which is not an attack heuristic", raw.id));
        }
        if raw.first.is_empty() || raw.second.is_empty() {
            return Err(format!("the combination '{}' names no heuristic in `first` or `second`", raw.id));
        }
        let examples = raw.example.into_iter().map(example).collect::<Result<_, _>>()?;
        Ok(Combination { id: raw.id, title: raw.title, first: raw.first, second: raw.second, examples, measured })
    }

    /// Whether the combination may block a merge.
    pub fn may_block(&self) -> bool {
        self.measured.as_ref().is_some_and(Measured::may_block)
    }
}
