//! Decisions of a team about findings.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The source of a suppression.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DecidedIn {
    /// The alibi file.
    File,
    /// The baseline.
    Baseline,
    /// A comment next to the finding.
    Inline,
}

impl DecidedIn {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            DecidedIn::File => "file",
            DecidedIn::Baseline => "baseline",
            DecidedIn::Inline => "inline",
        }
    }
}

/// A team's decision about a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppression {
    /// The finding's id; for an inline comment, the heuristic's id.
    pub finding: String,
    /// The source of the decision.
    pub by: DecidedIn,
    /// The reason; never empty.
    pub reason: String,
    /// The person responsible for the decision.
    pub owner: Option<String>,
    /// The last day on which the decision is valid.
    pub expires: Option<NaiveDate>,
    /// Whether the finding is contested. It is reported as disputed, and has no weight until the dispute is settled.
    pub disputed: bool,
}
