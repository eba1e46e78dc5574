use std::path::PathBuf;
use thiserror::Error;

/// Why a repository could not be read, or not as asked.
#[derive(Debug, Error)]
pub enum RepositoryError {
    /// The path leads nowhere.
    #[error("there is nothing at {}: check the path", .0.display())]
    NoSuchPath(PathBuf),
    /// The path may not be read.
    #[error("{path} may not be read: {err}", path = .0.display(), err = .1)]
    Unreadable(PathBuf, std::io::Error),
    /// No repository there, nor above it.
    #[error("{} is not in a Git repository: give the path of a work tree or of a bare repository", .0.display())]
    NotARepository(PathBuf),
    /// It is one, but cannot be opened.
    #[error("the Git repository at {path} cannot be opened: {err}", path = .0.display(), err = .1)]
    Open(PathBuf, String),
    /// It keeps its references in a format that is not read.
    #[error(
        "{} keeps its references as a reftable, which git-alibi does not read: \
         `git clone --mirror --ref-format=files` makes a copy that it does", .0.display()
    )]
    Reftable(PathBuf),
    /// Its references cannot be listed.
    #[error("the references of {path} cannot be read: {err}", path = .0.display(), err = .1)]
    References(PathBuf, String),
    /// None of the chosen references leads to a commit that can be read.
    #[error("no commit of {path} can be read: {why}", path = .0.display(), why = .1)]
    NothingReadable(PathBuf, String),
    /// A range that is not one.
    #[error("'{0}' is not a range of commits: write BASE..HEAD, for example main..feature")]
    NotARange(String),
    /// A revision that is not there.
    #[error("'{0}' cannot be resolved in {path}: {2}", path = .1.display())]
    UnknownRevision(String, PathBuf, String),
    /// A name that several references have, which lead to different commits.
    #[error("'{0}' may be {1} or {2}: write one of them in full")]
    Ambiguous(String, String, String),
    /// A pattern for references that cannot be read.
    #[error("'{0}' is not a pattern for references: {1}")]
    BadGlob(String, String),
    /// A pattern that no reference matches.
    #[error("no reference of {path} matches '{0}': `git for-each-ref` lists them", path = .1.display())]
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
    /// One clause in words.
    pub reason: String,
    /// Whether its bytes were seen, and only what they mean as a file of its kind was not.
    pub was_seen: bool,
}

impl Skipped {
    /// Whether the object is not there at all.
    pub fn is_missing(&self) -> bool {
        self.reason.ends_with("is missing")
    }

    /// Something whose bytes were seen, and searched as text.
    pub(crate) fn seen(object: impl ToString, reason: impl Into<String>) -> Skipped {
        Skipped { was_seen: true, ..Skipped::new(object, reason) }
    }

    pub(crate) fn new(object: impl ToString, reason: impl Into<String>) -> Skipped {
        Skipped { object: object.to_string(), reason: reason.into(), was_seen: false }
    }
}
