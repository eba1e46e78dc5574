//! Which commits are in scope.

use super::reported::{ReportedOption, ReportedOptions};
use alibi_core::config::{Snapshot, SnapshotError};
use alibi_git::history::{Offset, Stamp};
use alibi_git::repository::RefChoice;
use std::path::PathBuf;

/// The commits that a run reads, and which of them are in scope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Scope {
    /// Everything that these references reach.
    History(RefChoice),
    /// A range; earlier commits are context.
    Range(String),
    /// A range before it is merged. Its end is treated as HEAD, and the configuration and baseline are read from a
    /// trusted commit, so that the range cannot suppress its own findings.
    Gate(GateScope),
}

/// A range before it is merged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GateScope {
    /// The range.
    pub range: String,
    /// The commit that the configuration and baseline are read from, if it is not the base of the range.
    pub trust: Option<String>,
    /// A Git directory to read objects and references from instead of the repository's, for a push that is not accepted
    /// yet.
    pub objects: Option<PathBuf>,
}

impl GateScope {
    /// Creates the scope of a range whose base is trusted.
    pub fn of(range: String) -> GateScope {
        GateScope { range, trust: None, objects: None }
    }
}

impl Default for Scope {
    fn default() -> Scope {
        Scope::History(RefChoice::Default)
    }
}

impl Scope {
    /// The references to start from.
    pub fn refs(&self) -> &RefChoice {
        match self {
            Scope::History(refs) => refs,
            Scope::Range(_) | Scope::Gate(_) => &RefChoice::Default,
        }
    }

    /// The range, if the scope is one.
    pub fn range(&self) -> Option<&str> {
        match self {
            Scope::History(_) => None,
            Scope::Range(range) => Some(range),
            Scope::Gate(gate) => Some(&gate.range),
        }
    }

    /// The gate, if the scope is one.
    pub fn gate(&self) -> Option<&GateScope> {
        match self {
            Scope::Gate(gate) => Some(gate),
            Scope::History(_) | Scope::Range(_) => None,
        }
    }
}

impl ReportedOption for Scope {
    fn report(&self, _: &str, to: &mut ReportedOptions) {
        self.refs().report("refs", to);
        to.private("range", self.range().map(str::to_owned));
        to.plain("gate", self.gate().is_some());
    }
}

/// The start or the end of a period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moment {
    /// Seconds since 1970, UTC.
    pub seconds: i64,
    /// The text as the user wrote it.
    pub text: String,
}

impl From<i64> for Moment {
    fn from(seconds: i64) -> Moment {
        Moment { seconds, text: Stamp { seconds, offset: Offset::UTC }.utc() }
    }
}

impl ReportedOption for Option<Moment> {
    fn report(&self, name: &str, to: &mut ReportedOptions) {
        to.plain(name, self.as_ref().map(|moment| moment.text.clone()));
    }
}

/// A snapshot of references, and the file that it is kept in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SnapshotFile {
    /// The file.
    pub path: PathBuf,
    /// The references at the earlier scan; `None` if there was none.
    pub seen: Option<Snapshot>,
}

impl SnapshotFile {
    /// Reads a snapshot; the file need not exist.
    ///
    /// # Errors
    /// [`SnapshotError`] if the file is not a snapshot of this version.
    pub fn read(path: PathBuf) -> Result<SnapshotFile, SnapshotError> {
        let seen = Snapshot::read(&path)?;
        Ok(SnapshotFile { path, seen })
    }
}

impl ReportedOption for Option<SnapshotFile> {
    fn report(&self, name: &str, to: &mut ReportedOptions) {
        to.private(name, self.as_ref().map(|file| file.path.display().to_string()));
    }
}
