//! Reads the files that are passed to a run in addition to the repositories.

use super::error::AuditError;
use super::options::AuditOptions;
use crate::sarif::{Reported, read_report};
use alibi_core::facts::CommitObserver;
use alibi_manifests::osv::Advisories;
use alibi_rules::messages::MessagePatterns;
use alibi_signatures::Keyring;

/// The contents of the files passed.
pub(super) struct Inputs {
    /// The results of other scanners.
    pub reports: Vec<Reported>,
    /// Reads messages and signatures, using the keys passed.
    pub observer: CommitObserver,
}

/// Reads the files. Advisories are only checked for existence: they are read once the names of the dependencies are
/// known.
///
/// # Errors
/// [`AuditError`] if a file cannot be used.
pub(super) fn read(options: &AuditOptions, patterns: Option<MessagePatterns>) -> Result<Inputs, AuditError> {
    Advisories::look(&options.osv)?;
    let mut reports = Vec::new();
    for file in &options.imports {
        reports.extend(read_report(file)?);
    }
    let mut observer = CommitObserver { patterns, keyring: Keyring::default() };
    for file in &options.keys {
        observer.keyring.add(file)?;
    }
    Ok(Inputs { reports, observer })
}
