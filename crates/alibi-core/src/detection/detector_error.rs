//! Why a detector failed.

use crate::finding::FindingError;
use thiserror::Error;

/// A detector failed.
#[derive(Debug, Error)]
pub enum DetectError {
    /// It raised an invalid finding.
    #[error(transparent)]
    Finding(#[from] FindingError),
    /// A coded heuristic without a detector.
    #[error("the heuristic '{0}' is coded, but no detector has that name")]
    NoCode(String),
    /// Parameters that the detector does not accept.
    #[error("cannot read the parameters of '{0}': {1}")]
    Params(String, String),
}
