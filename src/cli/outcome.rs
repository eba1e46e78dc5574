//! Outcomes and failures of commands, and their exit codes.

use alibi_scan::pipeline::{AuditError, GateError};
use std::io;
use std::process::ExitCode;
use thiserror::Error;

/// The outcome of a run that did not fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The run found nothing at or above the threshold.
    Clean,
    /// The run found something at or above the threshold.
    Found,
}

impl Outcome {
    /// Returns `Found` if either outcome is `Found`.
    pub fn or(self, other: Outcome) -> Outcome {
        if self == Outcome::Found { self } else { other }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        ExitCode::from(u8::from(outcome == Outcome::Found))
    }
}

/// Why a command failed.
#[derive(Debug, Error)]
pub enum Failure {
    /// The arguments or the configuration are invalid.
    #[error("{0}")]
    Usage(String),
    /// A repository could not be read.
    #[error("{0}")]
    Repository(String),
    /// Not everything in scope could be read, or the run exceeded the time limit.
    #[error("{0}")]
    Incomplete(String),
    /// The output could not be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Failure::Usage(_) => 2,
            Failure::Repository(_) | Failure::Incomplete(_) | Failure::Output(_) => 3,
        }
    }
}

impl Failure {
    /// Removes the details, which may contain names, if `hides` is set.
    pub(super) fn hidden_if(self, hides: bool) -> Failure {
        let hidden = |message: &str| format!("{message}; details are hidden, run without --pseudonymise to see them");
        match self {
            Failure::Usage(_) if hides => Failure::Usage(hidden("the arguments or the configuration are invalid")),
            Failure::Repository(_) if hides => Failure::Repository(hidden("the repository could not be read")),
            Failure::Incomplete(_) if hides => Failure::Incomplete(hidden("not everything in scope could be read")),
            failure => failure,
        }
    }
}

impl From<GateError> for Failure {
    fn from(error: GateError) -> Failure {
        match error {
            GateError::Usage(why) => Failure::Usage(why),
            GateError::Incomplete(why) => Failure::Incomplete(why),
            GateError::Repository(why) => Failure::Repository(why),
        }
    }
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Failure {
        if error.is_usage() { Failure::Usage(error.to_string()) } else { Failure::Repository(error.to_string()) }
    }
}
