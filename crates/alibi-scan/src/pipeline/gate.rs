//! The policy of a gate: the ranges that it accepts, and the commit that the configuration and baseline are read from.

use super::open::open_pinned;
use super::scope::GateScope;
use alibi_core::config::{ALIBI_FILE, AlibiFile, BASELINE_FILE, Baseline, ConfigError};
use alibi_git::repository::{Repository, RepositoryError};
use std::path::Path;
use thiserror::Error;

/// The configuration and baseline at the trusted commit.
#[derive(Debug)]
pub struct TrustedConfig {
    /// The team's declarations and suppressions.
    pub alibi: Option<AlibiFile>,
    /// The findings that the team has accepted.
    pub baseline: Option<Baseline>,
}

/// Why a gate cannot check a range.
#[derive(Debug, Error)]
pub enum GateError {
    /// The range or a file is invalid.
    #[error("{0}")]
    Usage(String),
    /// The range has no start commit, or objects that the gate needs are missing; the message says what to do.
    #[error("{0}")]
    Incomplete(String),
    /// The repository cannot be read, or cannot be trusted.
    #[error("{0}")]
    Repository(String),
}

/// Reads the configuration and baseline at the base of the range, or at the trusted commit; `None` if the range has no
/// end commit, as after a branch was deleted.
///
/// # Errors
/// [`GateError`]
pub fn trusted_config(path: &Path, gate: &GateScope) -> Result<Option<TrustedConfig>, GateError> {
    let (from, to) = gate.range.split_once("..").unwrap_or((&gate.range, ""));
    let to = to.trim_start_matches('.');
    if from.is_empty() {
        let why = "the range has no start, perhaps because a variable is not set: write BASE..HEAD";
        return Err(GateError::Usage(why.into()));
    }
    if is_null(to) {
        return Ok(None);
    }
    if is_null(from) {
        let why = "the range has no start commit (a new branch): start it at the merge target, such as origin/main...HEAD, or at \
                   the empty tree to check everything";
        return Err(GateError::Incomplete(why.into()));
    }
    let repository =
        Repository::open_with(path, gate.objects.as_deref()).map_err(|e| GateError::Repository(e.to_string()))?;
    if let Some(outer) = repository.lies_in() {
        let outer = outer.display();
        let why = format!(
            "the repository is inside the work tree of another and may be part of its content: pass the root, {outer}"
        );
        return Err(GateError::Repository(why));
    }
    let is_shallow = !repository.condition().shallow.is_empty();
    let repository = open_pinned(path, gate).map_err(|error| missing(error, is_shallow))?;
    let wrong = |e: ConfigError| GateError::Usage(format!("{e} (as of the base of the range)"));
    let text =
        |name: &str| repository.trusted_file(name.as_bytes()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let alibi = text(ALIBI_FILE).map(|text| AlibiFile::parse(ALIBI_FILE, &text)).transpose().map_err(wrong)?;
    let baseline = text(BASELINE_FILE).map(|text| Baseline::parse(BASELINE_FILE, &text)).transpose().map_err(wrong)?;
    Ok(Some(TrustedConfig { alibi, baseline }))
}

/// Converts an error in opening the range. If a revision is missing, the message names the command that fetches it.
fn missing(error: RepositoryError, is_shallow: bool) -> GateError {
    match error {
        RepositoryError::UnknownRevision(name, _, why) => {
            // The two revisions have no merge base, or it was not fetched.
            let is_both = name.contains("..");
            let fetch = match (is_shallow, is_both) {
                (true, false) => fetching(&name).replacen("fetch", "fetch --unshallow", 1),
                (_, true) => "git fetch --unshallow".to_owned(),
                (false, false) => fetching(&name),
            };
            GateError::Incomplete(format!(
                "cannot check the range: '{name}' cannot be resolved ({why}); to fetch it: {fetch}"
            ))
        }
        error if error.is_usage() => GateError::Usage(error.to_string()),
        error => GateError::Repository(error.to_string()),
    }
}

/// Whether a revision is the null id, which forges send if there is no commit before or after a push.
fn is_null(name: &str) -> bool {
    name.len() >= 40 && name.bytes().all(|b| b == b'0')
}

/// The command that fetches a revision.
fn fetching(name: &str) -> String {
    let name = name.split(['~', '^', '@', ':']).next().unwrap_or(name);
    match name.split_once('/') {
        // In a single-branch clone a plain fetch would not create the remote-tracking branch.
        Some((remote, branch)) => format!("git fetch {remote} {branch}:refs/remotes/{remote}/{branch}"),
        None => format!("git fetch origin {name}"),
    }
}
