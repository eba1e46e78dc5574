//! Combinations: two heuristics that may not block alone, but block when one commit shows both.

use super::example::example;
use super::measured::Measured;
use super::model::Example;
use super::raw::RawExample;
use serde::Deserialize;

/// The combinations file as written.
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

/// Two heuristics that block when one contributor's commit shows both.
#[derive(Clone, Debug)]
pub struct Combination {
    /// A stable id, in kebab-case.
    pub id: String,
    /// One line.
    pub title: String,
    /// The heuristics of which at least one must fire.
    pub first: Vec<String>,
    /// The heuristics of which at least one must also fire.
    pub second: Vec<String>,
    /// The examples that `heuristics check` runs.
    pub examples: Vec<Example>,
    /// How often both fire together on ordinary history; `None`: not measured, so it does not block.
    pub measured: Option<Measured>,
}

impl Combination {
    /// A combination of existing attack heuristics.
    ///
    /// # Errors
    /// A sentence that describes the problem.
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

    /// Whether it may block a merge.
    pub fn may_block(&self) -> bool {
        self.measured.as_ref().is_some_and(Measured::may_block)
    }
}
