//! The serialised report: schema `git-alibi/report/1`. Only new fields may be added.

use super::alibi::AlibiLine;
use super::exposures::ExposureLine;
use super::packages::DependencyLine;
use crate::analysis::people::ReasonKind;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

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
    /// The lowest severity of an exposure that fails the run, or `none`.
    #[serde(default)]
    pub fail_on_exposure: String,
    /// How many heuristics ran.
    pub heuristics_run: usize,
    /// The folder of additional heuristics.
    pub heuristics: Option<String>,
}

fn yes() -> bool {
    true
}

/// A whole report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    pub(super) schema: String,
    pub(super) tool: Tool,
    #[serde(default)]
    pub(super) pseudonymised: bool,
    pub(super) options: ReportOptions,
    pub(super) repositories: Vec<Repository>,
    pub(super) contributors: Vec<Contributor>,
    pub(super) links: Vec<LinkLine>,
    pub(super) findings: Vec<FindingLine>,
    pub(super) cases: Vec<CaseLine>,
    #[serde(default)]
    pub(super) exposures: Vec<ExposureLine>,
    #[serde(default)]
    pub(super) review_db: f64,
    #[serde(default)]
    pub(super) unseen: Vec<SkippedLine>,
    #[serde(default)]
    pub(super) testable: usize,
    #[serde(default)]
    pub(super) stale: Vec<StaleLine>,
    pub(super) tests: Vec<Test>,
    #[serde(default)]
    pub(super) dependencies: Vec<DependencyLine>,
    pub(super) stats: Stats,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Tool {
    pub name: String,
    pub version: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Repository {
    pub id: String,
    pub path: String,
    pub head: Option<String>,
    pub commits: usize,
    pub judged: usize,
    pub refs: usize,
    pub first: Option<String>,
    pub last: Option<String>,
    pub shallow: bool,
    pub skipped: Vec<SkippedLine>,
    pub skipped_count: usize,
    pub notices: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SkippedLine {
    pub object: String,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Contributor {
    pub id: String,
    pub name: String,
    pub bot: bool,
    pub commits: u32,
    pub active_days: usize,
    pub first: Option<String>,
    pub last: Option<String>,
    pub identities: Vec<Identity>,
    pub keys: Vec<KeyLine>,
    #[serde(default)]
    pub alibi: Option<AlibiLine>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct KeyLine {
    pub id: String,
    pub commits: u32,
    pub first: Option<String>,
    pub last: Option<String>,
    pub service: bool,
    pub owner: Option<String>,
    pub checked: BTreeMap<String, u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Identity {
    pub name: String,
    pub email: String,
    pub commits: u32,
    pub first: Option<String>,
    pub last: Option<String>,
    pub repositories: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct LinkLine {
    pub a: String,
    pub b: String,
    pub bits: f64,
    pub status: Cow<'static, str>,
    pub reasons: Vec<ReasonLine>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ReasonLine {
    pub kind: ReasonKind,
    pub bits: f64,
    pub detail: Cow<'static, str>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct FindingLine {
    pub id: String,
    pub heuristic: String,
    pub family: String,
    #[serde(default)]
    pub nature: String,
    pub group: String,
    pub severity: String,
    pub confidence: String,
    pub weight_db: f64,
    pub counted_db: f64,
    #[serde(default)]
    pub counts: bool,
    pub calibrated: bool,
    pub contributor: String,
    #[serde(default)]
    pub forged: bool,
    pub repository: String,
    pub commits: Vec<String>,
    pub paths: Vec<String>,
    pub line: Option<u32>,
    #[serde(default)]
    pub places: Vec<PlaceLine>,
    pub in_head: Option<bool>,
    pub removed_in: Option<String>,
    pub summary: String,
    pub evidence: Vec<EvidenceLine>,
    pub innocent: Vec<Cause>,
    #[serde(default)]
    pub suppressed: Option<SuppressedLine>,
    pub reproduce: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PlaceLine {
    pub path: String,
    pub line: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SuppressedLine {
    pub by: String,
    pub reason: String,
    pub owner: Option<String>,
    pub expires: Option<String>,
    pub disputed: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StaleLine {
    pub finding: String,
    pub by: String,
    pub why: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct EvidenceLine {
    pub label: String,
    pub value: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Cause {
    pub cause: String,
    pub tested: bool,
    pub excluded: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CaseLine {
    pub contributor: String,
    pub tier: String,
    pub total_db: f64,
    pub verbal: String,
    pub ppv: BTreeMap<String, f64>,
    pub survives_fdr: bool,
    pub families: BTreeMap<String, f64>,
    #[serde(default)]
    pub forged: bool,
    #[serde(default)]
    pub combinations: Vec<String>,
    #[serde(default)]
    pub record: Option<RecordLine>,
    pub findings: Vec<String>,
}

/// The results of reviewed cases of the same tier, if every weight of the case is measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct RecordLine {
    pub read: usize,
    pub problems: usize,
    pub repositories: usize,
    pub contributors: usize,
    /// Real problems, and all cases, in repositories that the rules were not tuned on.
    #[serde(default)]
    pub first_look: Option<[usize; 2]>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Test {
    pub heuristic: String,
    pub contributor: Option<String>,
    pub state: String,
    pub why: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stats {
    pub commits: usize,
    pub changes: usize,
    pub blobs: usize,
    pub bytes: u64,
    pub seconds: BTreeMap<String, f64>,
}
