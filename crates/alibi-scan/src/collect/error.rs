//! Why the collection of facts ended early.

use alibi_git::repository::RepositoryError;
use alibi_rules::content::RuleError;
use thiserror::Error;

/// Why the collection of facts ended early.
#[derive(Debug, Error)]
pub enum CollectError {
    /// A repository cannot be read.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// Text rules cannot be compiled.
    #[error(transparent)]
    Rules(#[from] RuleError),
}
