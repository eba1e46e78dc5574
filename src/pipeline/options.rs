//! The options of a run, and the errors that end it early.

use crate::collect::CollectError;
use crate::config::{AlibiFile, Baseline, ConfigError, Indicators, Snapshot};
use crate::detectors::DetectError;
use crate::heuristics::{Persona, Severity};
use crate::parse::PatternError;
use crate::parse::content::RuleError;
use crate::parse::imports::ImportError;
use crate::parse::osv::OsvError;
use crate::parse::signatures::KeyringError;
use crate::repository::{RefChoice, RepositoryError};
use std::path::PathBuf;
use thiserror::Error;

/// What to scan, and how.
#[derive(Clone, Debug)]
pub struct AuditOptions {
    /// The repositories to scan.
    pub paths: Vec<PathBuf>,
    /// The references to start from.
    pub refs: RefChoice,
    /// Check only this range; earlier commits are context.
    pub range: Option<String>,
    /// Check only commits made at or after this moment (committer date, seconds since 1970, UTC).
    pub since: Option<i64>,
    /// Check only commits made at or before this moment (committer date, seconds since 1970, UTC).
    pub until: Option<i64>,
    /// Families or ids to run; empty for all.
    pub only: Vec<String>,
    /// Families or ids to skip.
    pub skip: Vec<String>,
    /// The lowest severity that a heuristic must have to run.
    pub min_severity: Severity,
    /// The persona whose heuristics run; the auditor's include all others.
    pub persona: Persona,
    /// Whether the repositories' own `.mailmap` counts as evidence.
    pub mailmap: bool,
    /// Files with the public keys that signatures are checked with.
    pub keys: Vec<PathBuf>,
    /// What the team declares about its contributors.
    pub alibi: Option<AlibiFile>,
    /// SARIF reports of other scanners, whose results are attributed.
    pub imports: Vec<PathBuf>,
    /// Advisories in the OSV format: files, or folders of them.
    pub osv: Vec<PathBuf>,
    /// The team's indicators to search for.
    pub indicators: Option<Indicators>,
    /// Also read stored commits that no reference reaches, and the reflogs.
    pub include_unreachable: bool,
    /// The references at an earlier scan.
    pub snapshot: Option<Snapshot>,
    /// Match every pattern against every line instead of near its literals. Slow, with the same result.
    pub exhaustive: bool,
    /// Check only these contributors, by name, address or both; empty for all.
    pub authors: Vec<String>,
    /// The team's decisions about findings, in addition to those in the alibi file.
    pub baseline: Option<Baseline>,
    /// Whether suppressions apply.
    pub suppressions: bool,
    /// Treat the end of the range as HEAD, and read the team's files from the commit before the range.
    pub gate: bool,
    /// The commit that a gate reads the team's files from, if not the one before the range.
    pub believe: Option<String>,
    /// A Git directory to read objects from instead of the repository's own: a push that is not accepted yet.
    pub objects: Option<PathBuf>,
    /// The current time: seconds since 1970, UTC.
    pub now: i64,
}

impl AuditOptions {
    /// Options that check everything in these repositories at this moment.
    pub fn of(paths: Vec<PathBuf>, now: i64) -> AuditOptions {
        AuditOptions {
            paths,
            refs: RefChoice::default(),
            range: None,
            since: None,
            until: None,
            only: Vec::new(),
            skip: Vec::new(),
            min_severity: Severity::Info,
            persona: Persona::Default,
            mailmap: true,
            keys: Vec::new(),
            alibi: None,
            imports: Vec::new(),
            osv: Vec::new(),
            indicators: None,
            include_unreachable: false,
            snapshot: None,
            exhaustive: false,
            authors: Vec::new(),
            baseline: None,
            suppressions: true,
            gate: false,
            believe: None,
            objects: None,
            now,
        }
    }

    /// Whether nothing is left out, so that a finding that is not there is really gone.
    pub(super) fn is_whole(&self) -> bool {
        let chosen = [&self.only, &self.skip, &self.authors].iter().any(|names| !names.is_empty());
        let is_part = self.range.is_some() || self.since.is_some() || self.until.is_some() || chosen;
        !is_part && self.min_severity == Severity::Info
    }
}

/// Why a run ended early.
#[derive(Debug, Error)]
pub enum AuditError {
    /// A repository cannot be read.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// A detector failed.
    #[error(transparent)]
    Detect(#[from] DetectError),
    /// Text rules cannot be compiled.
    #[error(transparent)]
    Rules(#[from] RuleError),
    /// Keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyringError),
    /// The alibi file does not fit the history.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Reports of other scanners cannot be read.
    #[error(transparent)]
    Imports(#[from] ImportError),
    /// Advisories cannot be read.
    #[error(transparent)]
    Osv(#[from] OsvError),
    /// Indicators cannot be compiled.
    #[error("the indicators cannot be used: {0}")]
    Indicators(String),
    /// Message patterns cannot be compiled.
    #[error(transparent)]
    Patterns(#[from] PatternError),
    /// A name in `only` or `skip` that no family or heuristic has.
    #[error("'{0}' is neither a family nor a heuristic: `git alibi heuristics list` lists them{1}")]
    UnknownHeuristic(String, String),
    /// A name in both `only` and `skip`.
    #[error("'{0}' is both in --only and in --skip")]
    Contradiction(String),
    /// An author filter that matches no contributor; with a hint.
    #[error("no contributor in the scanned history matches '{0}'{1}")]
    UnknownAuthor(String, String),
    /// An author filter that matches several contributors.
    #[error("'{0}' matches several contributors; write one of these in full:\n{list}", list = .1.iter().map(|c| format!("  {c}")).collect::<Vec<_>>().join("\n"))]
    AmbiguousAuthor(String, Vec<String>),
    /// The same repository twice.
    #[error("{a} and {b} are the same repository: pass it once", a = .0.display(), b = .1.display())]
    SameRepository(PathBuf, PathBuf),
    /// More repositories than the rows' 16-bit numbers can hold.
    #[error("{0} repositories are too many: one run can hold 65535")]
    TooManyRepositories(usize),
}

impl From<CollectError> for AuditError {
    fn from(error: CollectError) -> AuditError {
        match error {
            CollectError::Repository(error) => AuditError::Repository(error),
            CollectError::Rules(error) => AuditError::Rules(error),
        }
    }
}

impl AuditError {
    /// Whether the request was wrong, rather than a repository unreadable.
    pub fn is_usage(&self) -> bool {
        match self {
            AuditError::Repository(e) => e.is_usage(),
            _ => true,
        }
    }
}
