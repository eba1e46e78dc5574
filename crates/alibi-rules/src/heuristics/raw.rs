//! Heuristic files and set files as written, before validation. Unknown fields are rejected.

use super::classes::{Confidence, Family, Nature, Persona, Severity};
use super::model::Innocent;
use super::rule::{ChangeKind, Check, Format, IntroducedBy};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum KindName {
    Text,
    Path,
    Commit,
    Coded,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHeuristic {
    pub id: String,
    pub family: Family,
    pub nature: Option<Nature>,
    pub group: String,
    pub title: String,
    pub severity: Severity,
    pub confidence: Confidence,
    pub weight_db: f64,
    #[serde(default)]
    pub calibrated: bool,
    #[serde(default)]
    pub from_list: bool,
    #[serde(default)]
    pub persona: Persona,
    pub rationale: String,
    pub innocent: Vec<Innocent>,
    pub remediation: String,
    pub references: Vec<String>,
    #[serde(default)]
    pub attack: Vec<String>,
    #[serde(default)]
    pub cwe: Vec<String>,
    pub kind: KindName,
    pub text: Option<RawText>,
    pub path: Option<RawPath>,
    pub commit: Option<RawCommit>,
    pub params: Option<toml::Table>,
    #[serde(default)]
    pub example: Vec<RawExample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawText {
    pub paths: Vec<String>,
    #[serde(default)]
    pub exclude: Vec<String>,
    #[serde(default)]
    pub atom: Vec<RawAtomUse>,
    #[serde(default)]
    pub join: RawJoin,
    pub format: Option<Format>,
    #[serde(default)]
    pub comments: bool,
    #[serde(alias = "brought")]
    pub introduced_by: Option<IntroducedBy>,
    #[serde(default)]
    pub flow: Vec<RawFlow>,
}

/// A flow: the names of labels and sinks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFlow {
    pub from: Vec<String>,
    #[serde(default)]
    pub also: Vec<String>,
    #[serde(default)]
    pub unless: Vec<String>,
    #[serde(default)]
    pub anywhere: bool,
    #[serde(default)]
    pub to: Vec<String>,
    #[serde(default)]
    pub with: Vec<RawFlow>,
}

/// An atom that a heuristic defines (name, pattern, optional anchors), or a use of a shared atom.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAtomUse {
    pub r#use: Option<String>,
    pub name: Option<String>,
    pub pattern: Option<String>,
    pub anchors: Option<Vec<String>>,
    pub at: Option<String>,
    #[serde(default)]
    pub encoded: bool,
    pub check: Option<Check>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawJoin {
    #[serde(default)]
    pub all: Vec<String>,
    #[serde(default)]
    pub any: Vec<String>,
    #[serde(default)]
    pub none: Vec<String>,
    pub within_lines: Option<u32>,
    pub same_keys: Option<usize>,
    #[serde(default)]
    pub in_order: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPath {
    pub paths: Vec<String>,
    #[serde(default)]
    pub exclude: Vec<String>,
    pub changes: Vec<ChangeKind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCommit {
    pub subject: Option<String>,
    pub message: Option<String>,
    pub unless_message: Option<String>,
    pub paths: Vec<String>,
    #[serde(default)]
    pub exclude: Vec<String>,
    #[serde(default)]
    pub unless_paths: Vec<String>,
    #[serde(default)]
    pub min_lines: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExample {
    pub fires: bool,
    pub story: Option<String>,
    pub message: Option<String>,
    pub path: Option<String>,
    pub before: Option<String>,
    pub text: Option<String>,
    #[serde(default)]
    pub change: Vec<RawChange>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawChange {
    pub path: String,
    pub before: Option<String>,
    pub text: Option<String>,
}

/// A file under `heuristics/sets/`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSet {
    #[serde(default)]
    pub atom: Vec<RawAtom>,
    #[serde(default)]
    pub paths: Vec<RawPaths>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAtom {
    pub name: String,
    pub pattern: String,
    pub anchors: Option<Vec<String>>,
    pub check: Option<Check>,
    #[serde(default)]
    pub secret: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPaths {
    pub name: String,
    pub sensitive: Option<String>,
    pub globs: Vec<String>,
}
