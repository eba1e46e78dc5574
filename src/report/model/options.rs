//! The options of a run, as a report states them.

use crate::heuristics::Severity;
use serde::{Deserialize, Serialize};

/// The options of a run, as used.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ReportOptions {
    /// The paths passed as arguments.
    pub paths: Vec<String>,
    /// The selected references.
    pub refs: String,
    /// The range in scope.
    pub range: Option<String>,
    /// Whether the run was a gate, with configuration read from the base commit.
    #[serde(default)]
    pub gate: bool,
    /// The start of the period in scope.
    pub since: Option<String>,
    /// The end of the period in scope.
    pub until: Option<String>,
    /// The selected contributors; empty for all.
    #[serde(default)]
    pub authors: Vec<String>,
    /// The selected families and heuristics.
    pub only: Vec<String>,
    /// The skipped families and heuristics.
    pub skip: Vec<String>,
    /// The minimum severity of the heuristics that ran.
    pub min_severity: String,
    /// The set of heuristics that ran.
    pub persona: String,
    /// Whether `.mailmap` files were used as evidence.
    pub mailmap: bool,
    /// The files of public keys passed with `--keys`.
    pub keys: Vec<String>,
    /// Imported reports of other scanners.
    pub imports: Vec<String>,
    /// The advisories passed with `--osv`.
    #[serde(default)]
    pub osv: Vec<String>,
    /// The team's indicator lists.
    #[serde(default)]
    pub indicators: Option<String>,
    /// Whether unreachable objects were read.
    #[serde(default)]
    pub include_unreachable: bool,
    /// The snapshot that references were compared with.
    #[serde(default)]
    pub snapshot: Option<String>,
    /// The team's configuration file.
    #[serde(default)]
    pub config: Option<String>,
    /// The baseline of accepted findings.
    #[serde(default)]
    pub baseline: Option<String>,
    /// Whether decisions about findings were applied.
    #[serde(default = "yes")]
    pub suppressions: bool,
    /// The lowest severity of an exposure that fails the run; `Some(None)` if none does, and `None` for a command that
    /// does not ask.
    #[serde(default, with = "limit")]
    pub fail_on_exposure: Option<Option<Severity>>,
    /// How many heuristics ran.
    pub heuristics_run: usize,
    /// The folder of additional heuristics.
    pub heuristics: Option<String>,
}

fn yes() -> bool {
    true
}

/// Writes the limit as a severity, `none`, or nothing.
mod limit {
    use crate::heuristics::Severity;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::value::StrDeserializer};

    pub(super) fn serialize<S: Serializer>(limit: &Option<Option<Severity>>, to: S) -> Result<S::Ok, S::Error> {
        match limit {
            None => to.serialize_str(""),
            Some(None) => to.serialize_str("none"),
            Some(Some(severity)) => severity.serialize(to),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<Severity>>, D::Error> {
        let text = String::deserialize(from)?;
        match text.as_str() {
            "" => Ok(None),
            "none" => Ok(Some(None)),
            name => Severity::deserialize(StrDeserializer::new(name)).map(|severity| Some(Some(severity))),
        }
    }
}
