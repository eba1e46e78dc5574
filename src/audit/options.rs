//! What is asked of a run, and why it may end early.

use crate::config::{AlibiFile, Baseline, ConfigError, Indicators, Snapshot};
use crate::detectors::DetectError;
use crate::heuristics::{Persona, Severity};
use crate::observe::PatternError;
use crate::observe::content::RuleError;
use crate::observe::imports::ImportError;
use crate::observe::osv::OsvError;
use crate::observe::signatures::KeyringError;
use crate::repository::{RefChoice, RepositoryError};
use std::path::PathBuf;
use thiserror::Error;

/// What is scanned, and how.
#[derive(Clone, Debug)]
pub struct AuditOptions {
    /// The repositories.
    pub paths: Vec<PathBuf>,
    /// The references to start from.
    pub refs: RefChoice,
    /// Judge only this range; everything before it is learnt from.
    pub range: Option<String>,
    /// Judge only what was committed at or after this moment (seconds since 1970, UTC).
    pub since: Option<i64>,
    /// Judge only what was committed at or before this moment.
    pub until: Option<i64>,
    /// Families or ids to run; empty: all.
    pub only: Vec<String>,
    /// Families or ids to leave out.
    pub skip: Vec<String>,
    /// The least severity that a heuristic must have to run.
    pub min_severity: Severity,
    /// Whose heuristics run; an auditor's include everybody's.
    pub persona: Persona,
    /// Whether the repositories' own `.mailmap` is taken as evidence.
    pub mailmap: bool,
    /// Files of public keys that signatures are checked with.
    pub keys: Vec<PathBuf>,
    /// What the team declares about its contributors.
    pub alibi: Option<AlibiFile>,
    /// Reports of other scanners in SARIF, whose findings are attributed.
    pub imports: Vec<PathBuf>,
    /// Advisories in the format of OSV: files, or folders of them.
    pub osv: Vec<PathBuf>,
    /// What the team looks for.
    pub indicators: Option<Indicators>,
    /// Read what the repositories store and no reference leads to any more, and how logs say that references moved.
    pub include_unreachable: bool,
    /// Where references led at an earlier scan.
    pub snapshot: Option<Snapshot>,
    /// Match every pattern against every line, rather than near the literals that announce it: slow, and the same.
    pub exhaustive: bool,
    /// Judge only these contributors: by name, address, or both; empty: all.
    pub authors: Vec<String>,
    /// What the team decided about findings, besides what the alibi file says.
    pub baseline: Option<Baseline>,
    /// Whether decisions about findings count.
    pub suppressions: bool,
    /// Look from the range, as if HEAD were its end, and believe the files of the team as they were before it.
    pub gate: bool,
    /// The commit whose files of the team a gate believes, where it is not the one before the range.
    pub believe: Option<String>,
    /// A Git directory from which objects are read instead of the repository's own: a push that is not accepted yet.
    pub objects: Option<PathBuf>,
    /// The moment that counts as now: seconds since 1970, UTC.
    pub now: i64,
}

impl AuditOptions {
    /// Everything about these repositories, as it is at this moment.
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

    /// Whether nothing that is there is left out, so that what is not found is not there.
    pub(super) fn is_whole(&self) -> bool {
        let chosen = [&self.only, &self.skip, &self.authors].iter().any(|names| !names.is_empty());
        let is_part = self.range.is_some() || self.since.is_some() || self.until.is_some() || chosen;
        !is_part && self.min_severity == Severity::Info
    }
}

/// Why a run ended early.
#[derive(Debug, Error)]
pub enum AuditError {
    /// A repository.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// A detector.
    #[error(transparent)]
    Detect(#[from] DetectError),
    /// Text rules.
    #[error(transparent)]
    Rules(#[from] RuleError),
    /// Keys.
    #[error(transparent)]
    Keys(#[from] KeyringError),
    /// What the team declares.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Reports of other scanners.
    #[error(transparent)]
    Imports(#[from] ImportError),
    /// Advisories.
    #[error(transparent)]
    Osv(#[from] OsvError),
    /// What the team looks for.
    #[error("what the team looks for cannot be searched: {0}")]
    Indicators(String),
    /// Message patterns.
    #[error(transparent)]
    Patterns(#[from] PatternError),
    /// A name in `only` or `skip` that nothing has.
    #[error("'{0}' is neither a family nor a heuristic: `git alibi heuristics list` names them{1}")]
    UnknownHeuristic(String, String),
    /// A name both chosen and left out.
    #[error("'{0}' is both in --only and in --skip")]
    Contradiction(String),
    /// A contributor who is to be judged, and is not there; with a hint.
    #[error("nobody in the history is called '{0}'{1}")]
    UnknownAuthor(String, String),
    /// A contributor who is to be judged, where several are called so.
    #[error("'{0}' names several contributors; give one of these in full:\n{list}", list = .1.iter().map(|c| format!("  {c}")).collect::<Vec<_>>().join("\n"))]
    AmbiguousAuthor(String, Vec<String>),
    /// One repository given twice.
    #[error("{a} and {b} are the same repository: give it once", a = .0.display(), b = .1.display())]
    SameRepository(PathBuf, PathBuf),
    /// More repositories than rows can tell apart.
    #[error("{0} repositories are more than one run can hold (65535)")]
    TooManyRepositories(usize),
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
