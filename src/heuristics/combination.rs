//! Combinations: two heuristics of which neither may block alone, and which block when one commit shows both.

use super::catalogue::example;
use super::measured::Measured;
use super::model::Example;
use super::raw::RawExample;
use serde::Deserialize;

/// The file of combinations, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCombinations {
    #[serde(default)]
    pub combination: Vec<RawCombination>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCombination {
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
    /// Stable, in kebab-case.
    pub id: String,
    /// One line.
    pub title: String,
    /// One of these heuristics,
    pub first: Vec<String>,
    /// and one of these.
    pub second: Vec<String>,
    /// What `heuristics check` runs.
    pub examples: Vec<Example>,
    /// How often both fire together on ordinary history; `None`: not measured, so that it does not block.
    pub measured: Option<Measured>,
}

impl Combination {
    /// A combination of known attack heuristics.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub(super) fn validate(
        raw: RawCombination,
        measured: Option<Measured>,
        is_known: &dyn Fn(&str) -> bool,
    ) -> Result<Combination, String> {
        if let Some(unknown) = raw.first.iter().chain(&raw.second).find(|id| !is_known(id)) {
            return Err(format!("the combination '{}' names '{unknown}', which is no attack heuristic", raw.id));
        }
        if raw.first.is_empty() || raw.second.is_empty() {
            return Err(format!("the combination '{}' names no heuristic in `first` or in `second`", raw.id));
        }
        let examples = raw.example.into_iter().map(example).collect::<Result<_, _>>()?;
        Ok(Combination { id: raw.id, title: raw.title, first: raw.first, second: raw.second, examples, measured })
    }

    /// Whether it may block a merge.
    pub fn may_block(&self) -> bool {
        self.measured.as_ref().is_some_and(Measured::may_block)
    }
}
