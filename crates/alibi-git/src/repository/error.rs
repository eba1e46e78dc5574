//! Errors from reading repositories, and objects that were skipped.

use std::path::PathBuf;
use thiserror::Error;

/// Why a repository could not be read as requested.
#[derive(Debug, Error)]
pub enum RepositoryError {
    /// The path does not exist.
    #[error("{} does not exist: check the path", .0.display())]
    NoSuchPath(PathBuf),
    /// No permission to read the path.
    #[error("{path} cannot be read: {err}", path = .0.display(), err = .1)]
    Unreadable(PathBuf, std::io::Error),
    /// There is no repository there or in a parent folder.
    #[error("{} is not in a Git repository: pass the path of a work tree or a bare repository", .0.display())]
    NotARepository(PathBuf),
    /// The repository cannot be opened.
    #[error("the Git repository at {path} cannot be opened: {err}", path = .0.display(), err = .1)]
    Open(PathBuf, String),
    /// The repository stores its references in an unsupported format.
    #[error(
        "{} stores its references as a reftable, which git-alibi cannot read: \
         convert a copy with `git clone --mirror --ref-format=files`", .0.display()
    )]
    Reftable(PathBuf),
    /// The references cannot be listed.
    #[error("the references of {path} cannot be read: {err}", path = .0.display(), err = .1)]
    References(PathBuf, String),
    /// None of the selected references points to a readable commit.
    #[error("no commit of {path} can be read: {why}", path = .0.display(), why = .1)]
    NothingReadable(PathBuf, String),
    /// The text is not a range.
    #[error("'{0}' is not a range of commits: write BASE..HEAD, for example main..feature")]
    NotARange(String),
    /// A revision that does not exist.
    #[error("'{0}' cannot be resolved in {path}: {2}", path = .1.display())]
    UnknownRevision(String, PathBuf, String),
    /// A name shared by several references that point to different commits.
    #[error("'{0}' is ambiguous: write {1} or {2}")]
    Ambiguous(String, String, String),
    /// An invalid reference pattern.
    #[error("'{0}' is not a valid reference pattern: {1}")]
    BadGlob(String, String),
    /// A pattern that no reference matches.
    #[error("no reference in {path} matches '{0}': `git for-each-ref` lists them", path = .1.display())]
    NoRefMatches(String, PathBuf),
}

impl RepositoryError {
    /// Whether the request was wrong (a usage error), rather than the repository unreadable.
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            RepositoryError::NotARange(_)
                | RepositoryError::UnknownRevision(..)
                | RepositoryError::Ambiguous(..)
                | RepositoryError::BadGlob(..)
                | RepositoryError::NoRefMatches(..)
        )
    }
}

/// Something that was not read, and why.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Skipped {
    /// The object's id, or the reference's name.
    pub object: String,
    /// The reason, as a clause.
    pub reason: String,
    /// Whether the object was searched or read in part, although it could not be fully parsed.
    pub was_scanned: bool,
}

impl Skipped {
    /// Whether the object does not exist.
    pub fn is_missing(&self) -> bool {
        self.reason.ends_with("is missing")
    }

    /// Creates an entry for an object that was searched or read in part.
    pub fn seen(object: impl ToString, reason: impl Into<String>) -> Skipped {
        Skipped { was_scanned: true, ..Skipped::new(object, reason) }
    }

    /// Creates an entry for an object that could not be read.
    pub fn new(object: impl ToString, reason: impl Into<String>) -> Skipped {
        Skipped { object: object.to_string(), reason: reason.into(), was_scanned: false }
    }
}
