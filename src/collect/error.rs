//! Why collecting ended early.

use crate::parse::content::RuleError;
use crate::repository::RepositoryError;
use thiserror::Error;

/// Why collecting ended early.
#[derive(Debug, Error)]
pub enum CollectError {
    /// A repository cannot be read.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// Text rules cannot be compiled.
    #[error(transparent)]
    Rules(#[from] RuleError),
}
