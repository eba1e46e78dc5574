//! How heuristics are classified: family, nature, severity, confidence and persona.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The subject of a heuristic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Time zones and clocks.
    Time,
    /// The identities of contributors.
    Identity,
    /// When a contributor works, and how many people share the account.
    Rhythm,
    /// Whether the history is authentic.
    Integrity,
    /// Which rights and roles contributors received, and how soon.
    Trust,
    /// Dependencies and other third-party code.
    Dependency,
    /// Visible and hidden content of files.
    Content,
    /// Code that runs automatically.
    Surface,
}

impl Family {
    /// All families, in report order.
    pub const ALL: [Family; 8] = [
        Family::Time,
        Family::Identity,
        Family::Rhythm,
        Family::Integrity,
        Family::Trust,
        Family::Dependency,
        Family::Content,
        Family::Surface,
    ];

    /// The name in files, options and reports.
    pub fn name(self) -> &'static str {
        match self {
            Family::Time => "time",
            Family::Identity => "identity",
            Family::Rhythm => "rhythm",
            Family::Integrity => "integrity",
            Family::Trust => "trust",
            Family::Dependency => "dependency",
            Family::Content => "content",
            Family::Surface => "surface",
        }
    }

    /// Whether the family concerns the content of changes, rather than who made them, when and how. Only such families
    /// can block a merge.
    pub fn is_about_content(self) -> bool {
        matches!(self, Family::Dependency | Family::Content | Family::Surface)
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The kind of problem that a finding reports. It decides where the finding is listed and which exit status it can
/// cause.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Nature {
    /// The contributor's claims do not fit the evidence of time, identity, rhythm, integrity, trust or copied work.
    Deception,
    /// The change does harm when it runs.
    Attack,
    /// The change is harmful without any sign of intent. It is reported as something to fix, never as part of a
    /// contributor's case.
    Exposure,
}

impl Nature {
    /// All natures, in report order.
    pub const ALL: [Nature; 3] = [Nature::Deception, Nature::Attack, Nature::Exposure];

    /// The name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Nature::Deception => "deception",
            Nature::Attack => "attack",
            Nature::Exposure => "exposure",
        }
    }

    /// The default for a heuristic file that declares no nature.
    pub fn default_of(family: Family) -> Nature {
        if family.is_about_content() { Nature::Attack } else { Nature::Deception }
    }
}

impl fmt::Display for Nature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The harm, if the finding is true.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// No harm by itself.
    #[default]
    Info,
    /// Minor harm.
    Low,
    /// Harm that should be fixed.
    Medium,
    /// Theft, execution of foreign code, or data loss.
    High,
}

/// How often a finding is true.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Rarely.
    Low,
    /// Sometimes.
    Medium,
    /// Mostly.
    High,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
        })
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        })
    }
}

/// The audience of a heuristic's findings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Persona {
    /// Every user.
    #[default]
    Default,
    /// Auditors, who have time to review noisier findings.
    Auditor,
}
