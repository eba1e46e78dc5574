//! Why a detector cannot be created, or failed.

use crate::finding::FindingError;
use thiserror::Error;

/// Why a detector cannot be created, or failed.
#[derive(Debug, Error)]
pub enum DetectError {
    /// The detector raised an incomplete finding.
    #[error(transparent)]
    Finding(#[from] FindingError),
    /// No detector exists for a coded heuristic.
    #[error("the heuristic '{0}' is coded, but no detector has that name")]
    NoCode(String),
    /// The detector does not accept the parameters of the heuristic.
    #[error("cannot read the parameters of '{0}': {1}")]
    Params(String, String),
}
