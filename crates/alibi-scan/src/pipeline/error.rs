//! Why a run ended early.

use crate::collect::CollectError;
use crate::sarif::ImportError;
use alibi_core::config::ConfigError;
use alibi_core::detection::DetectError;
use alibi_git::repository::RepositoryError;
use alibi_manifests::osv::OsvError;
use alibi_rules::content::RuleError;
use alibi_rules::messages::PatternError;
use alibi_signatures::KeyringError;
use std::path::PathBuf;
use thiserror::Error;

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
    /// A name in `only` or `skip` is neither a family nor a heuristic.
    #[error("'{0}' is neither a family nor a heuristic: `git alibi heuristics list` lists them{1}")]
    UnknownHeuristic(String, String),
    /// A name is in both `only` and `skip`.
    #[error("'{0}' is both in --only and in --skip")]
    Contradiction(String),
    /// An author filter matches no contributor. The second value is a hint.
    #[error("no contributor in the scanned history matches '{0}'{1}")]
    UnknownAuthor(String, String),
    /// An author filter matches several contributors.
    #[error("'{0}' matches several contributors; write one of these in full:\n{list}", list = .1.iter().map(|c| format!("  {c}")).collect::<Vec<_>>().join("\n"))]
    AmbiguousAuthor(String, Vec<String>),
    /// A repository was passed twice.
    #[error("{a} and {b} are the same repository: pass it once", a = .0.display(), b = .1.display())]
    SameRepository(PathBuf, PathBuf),
    /// There are more repositories than the 16-bit numbers of the rows can hold.
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
    /// Whether the request was wrong, rather than the repository unreadable.
    pub fn is_usage(&self) -> bool {
        match self {
            AuditError::Repository(e) => e.is_usage(),
            _ => true,
        }
    }
}
