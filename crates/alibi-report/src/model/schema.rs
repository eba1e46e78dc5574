//! The serialised report: schema `git-alibi/report/1`. Fields may be added, but not changed or removed.

use super::alibi::AlibiLine;
use super::chart::Chart;
use super::dependencies::DependencyLine;
use super::exposures::ExposureLine;
use super::options::ReportOptions;
use alibi_core::analysis::people::{LinkStatus, ReasonKind};
use alibi_core::finding::DecidedIn;
use alibi_core::scoring::Tier;
use alibi_rules::heuristics::{Confidence, Family, Heuristic, Nature, Severity};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A whole report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    pub(crate) schema: String,
    pub(crate) tool: Tool,
    #[serde(default)]
    pub(crate) pseudonymised: bool,
    pub(crate) options: ReportOptions,
    /// Notices about the run as a whole.
    #[serde(default)]
    pub(crate) notices: Vec<String>,
    pub(crate) repositories: Vec<Repository>,
    pub(crate) contributors: Vec<Contributor>,
    pub(crate) links: Vec<LinkLine>,
    pub(crate) findings: Vec<FindingLine>,
    pub(crate) cases: Vec<CaseLine>,
    #[serde(default)]
    pub(crate) exposures: Vec<ExposureLine>,
    #[serde(default)]
    pub(crate) review_db: f64,
    #[serde(default)]
    pub(crate) unseen: Vec<SkippedLine>,
    #[serde(default)]
    pub(crate) testable: usize,
    #[serde(default)]
    pub(crate) stale: Vec<StaleLine>,
    pub(crate) tests: Vec<Test>,
    #[serde(default)]
    pub(crate) dependencies: Vec<DependencyLine>,
    pub(crate) stats: Stats,
    /// The heuristics that ran; not part of the JSON.
    #[serde(skip)]
    pub(crate) heuristics: Vec<Heuristic>,
    /// The seconds that each phase took, in order; not part of the JSON.
    #[serde(skip)]
    pub(crate) phases: Vec<(String, f64)>,
    /// The built-in kinds of sensitive paths. Their names are safe to show; kinds from a configuration may contain
    /// personal names.
    #[serde(skip)]
    pub(crate) built_in_kinds: BTreeSet<String>,
    /// Chart data of each contributor, in the order of `contributors`; collected only for formats that draw charts.
    #[serde(default, skip_serializing)]
    pub(crate) charts: Vec<Chart>,
}

/// Returns the default nature of a finding, for reports from versions that did not store it.
fn attack() -> Nature {
    Nature::Attack
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Tool {
    pub name: String,
    pub version: String,
}

/// Number of commits in scope. It is written as `in_scope` and under its former key, `judged`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(from = "FormerScope", into = "ScopeKeys")]
pub(crate) struct InScope(pub usize);

#[derive(Deserialize)]
struct FormerScope {
    judged: usize,
}

#[derive(Serialize)]
struct ScopeKeys {
    judged: usize,
    in_scope: usize,
}

impl From<FormerScope> for InScope {
    fn from(keys: FormerScope) -> InScope {
        InScope(keys.judged)
    }
}

impl From<InScope> for ScopeKeys {
    fn from(InScope(commits): InScope) -> ScopeKeys {
        ScopeKeys { judged: commits, in_scope: commits }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Repository {
    pub id: String,
    pub path: String,
    pub head: Option<String>,
    pub commits: usize,
    #[serde(flatten)]
    pub in_scope: InScope,
    pub refs: usize,
    pub first: Option<String>,
    pub last: Option<String>,
    pub shallow: bool,
    pub skipped: Vec<SkippedLine>,
    pub skipped_count: usize,
    pub notices: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SkippedLine {
    pub object: String,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Contributor {
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
pub(crate) struct KeyLine {
    pub id: String,
    pub commits: u32,
    pub first: Option<String>,
    pub last: Option<String>,
    pub service: bool,
    pub owner: Option<String>,
    pub checked: BTreeMap<String, u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub name: String,
    pub email: String,
    pub commits: u32,
    pub first: Option<String>,
    pub last: Option<String>,
    pub repositories: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LinkLine {
    pub a: String,
    pub b: String,
    pub bits: f64,
    pub status: LinkStatus,
    pub reasons: Vec<ReasonLine>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReasonLine {
    pub kind: ReasonKind,
    pub bits: f64,
    pub detail: Cow<'static, str>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FindingLine {
    pub id: String,
    pub heuristic: String,
    pub family: Family,
    #[serde(default = "attack")]
    pub nature: Nature,
    pub group: String,
    pub severity: Severity,
    pub confidence: Confidence,
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
pub(crate) struct PlaceLine {
    pub path: String,
    pub line: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SuppressedLine {
    pub by: DecidedIn,
    pub reason: String,
    pub owner: Option<String>,
    pub expires: Option<String>,
    pub disputed: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StaleLine {
    pub finding: String,
    pub by: DecidedIn,
    pub why: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct EvidenceLine {
    pub label: String,
    pub value: String,
    /// The parts of the value; not part of the JSON.
    #[serde(skip)]
    pub parts: Vec<EvidencePart>,
}

/// A part of a value. The variants determine how a pseudonymised report treats the part.
#[derive(Clone, Debug)]
pub(crate) enum EvidencePart {
    /// Text of the program, a figure, a date or an object id, which is shown.
    Shown(String),
    /// An identity (`Name <address>`), which is hidden.
    Identity(String),
    /// A path, which is hidden.
    Path(String),
    /// Other text from the repository, which is hidden.
    Text(String),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Cause {
    pub cause: String,
    pub tested: bool,
    pub excluded: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CaseLine {
    pub contributor: String,
    pub tier: Tier,
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

/// The results of the manual review of cases of the same tier.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RecordLine {
    pub read: usize,
    pub problems: usize,
    pub repositories: usize,
    pub contributors: usize,
    /// Number of real problems and number of cases in repositories that were not used to tune the rules.
    #[serde(default)]
    pub first_look: Option<[usize; 2]>,
}

/// Why a test gave no result.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TestState {
    /// The sample is too small.
    Insufficient,
    /// The scope lacks the necessary facts.
    NotRun,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Test {
    pub heuristic: String,
    pub contributor: Option<String>,
    pub state: TestState,
    pub why: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Stats {
    pub commits: usize,
    pub changes: usize,
    pub blobs: usize,
    pub bytes: u64,
    pub seconds: BTreeMap<String, f64>,
}
