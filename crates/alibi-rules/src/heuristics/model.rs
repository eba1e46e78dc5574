//! A validated heuristic, with its innocent causes and examples.

use super::classes::{Confidence, Family, Nature, Persona, Severity};
use super::measured::Measured;
use super::rule::Kind;
use crate::decibans::Decibans;
use serde::{Deserialize, Serialize};

/// A cause that would make the finding harmless.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Innocent {
    /// A short description of the cause.
    pub cause: String,
    /// The guard that tests for it. `None` if Git data alone is not enough.
    pub test: Option<String>,
}

/// A change in an example.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExampleChange {
    /// The file.
    pub path: String,
    /// The text before the change; `None` if the file did not exist.
    pub before: Option<String>,
    /// The text after the change; `None` if the file is removed.
    pub text: Option<String>,
}

/// A test case that `heuristics check` runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Example {
    /// One commit with this message and these changes.
    Commit {
        /// Whether the heuristic must fire.
        fires: bool,
        /// The commit's message.
        message: String,
        /// The commit's changes.
        changes: Vec<ExampleChange>,
    },
    /// A synthetic repository of this name.
    Story {
        /// Whether the heuristic must fire.
        fires: bool,
        /// The folder's name under `sample-repos/`.
        story: String,
    },
}

impl Example {
    /// Whether the heuristic must fire.
    pub fn fires(&self) -> bool {
        match self {
            Example::Commit { fires, .. } | Example::Story { fires, .. } => *fires,
        }
    }
}

/// A validated heuristic.
#[derive(Clone, Debug)]
pub struct Heuristic {
    /// A permanent id, in kebab-case.
    pub id: String,
    /// Its subject.
    pub family: Family,
    /// The kind of problem that it reports.
    pub nature: Nature,
    /// The group of observations with a common cause. Only the strongest finding of a group counts.
    pub group: String,
    /// A one-line title.
    pub title: String,
    /// The harm, if a finding is true.
    pub severity: Severity,
    /// How often a finding is true.
    pub confidence: Confidence,
    /// The maximum weight of one finding.
    pub weight: Decibans,
    /// Whether the weight was measured rather than assigned.
    pub calibrated: bool,
    /// Whether the heuristic reports matches of a list that the user passes. Its false-alarm rate depends on that list,
    /// so it is not measured.
    pub from_list: bool,
    /// How often it fires on ordinary history and on its examples; `None` if that was not measured.
    pub measured: Option<Measured>,
    /// The audience.
    pub persona: Persona,
    /// Why a finding matters.
    pub rationale: String,
    /// Innocent explanations.
    pub innocent: Vec<Innocent>,
    /// What to do about a finding.
    pub remediation: String,
    /// Public sources.
    pub references: Vec<String>,
    /// MITRE ATT&CK techniques.
    pub attack: Vec<String>,
    /// CWE entries.
    pub cwe: Vec<String>,
    /// The rule.
    pub kind: Kind,
    /// The test cases.
    pub examples: Vec<Example>,
}
