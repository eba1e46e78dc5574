//! The rows of commits, trailers and signatures, and which commits are in scope.

use super::identity::IdentityId;
use super::repository::RepositoryIdx;
use alibi_git::history::{MessageStyle, Oid, SignatureKind, Stamp, TrailerKind, Validity};
use std::num::NonZeroU32;
use std::ops::{Deref, DerefMut, Range};

/// The stored facts of a commit: its contents, and its position in the store.
#[derive(Clone, Debug)]
pub struct CommitRow {
    /// The contents of the commit.
    pub facts: CommitFacts,
    /// Its repository's index in [`Facts::repositories`](super::Facts::repositories).
    pub repository: RepositoryIdx,
    /// The author.
    pub author: IdentityId,
    /// The committer.
    pub committer: IdentityId,
    /// Whether a selected reference reaches the commit. Other commits were left behind when a reference moved or was
    /// deleted, or belong to references that were not selected.
    pub reachable: bool,
    /// Its signature's index in the store, if it is signed.
    pub(super) signature: Option<u32>,
    /// The number of parents that the commit names, whether or not they could be read.
    pub parent_count: u16,
    /// Whether the commit is in scope for findings; otherwise it is context.
    pub in_scope: bool,
    pub(super) parents: Range<usize>,
    pub(super) trailers: Range<usize>,
}

/// The contents of a commit, independent of its position in the store.
#[derive(Clone, Copy, Debug)]
pub struct CommitFacts {
    /// Its id.
    pub oid: Oid,
    /// Its tree.
    pub tree: Oid,
    /// The author date, with the recorded UTC offset.
    pub authored: Stamp,
    /// The commit date, with the recorded UTC offset.
    pub committed: Stamp,
    /// A hash of the subject line, equal for equal subjects.
    pub subject_hash: u64,
    /// The style of the message, such as its length and case.
    pub style: MessageStyle,
    /// The number of the pull request in the subject.
    pub pull_request: Option<NonZeroU32>,
    /// Whether the message announces a revert, or the revert of a revert.
    pub is_revert: bool,
    /// The message patterns of the selected heuristics that match, one bit each.
    pub patterns: u64,
}

impl Deref for CommitRow {
    type Target = CommitFacts;
    fn deref(&self) -> &CommitFacts {
        &self.facts
    }
}

impl DerefMut for CommitRow {
    fn deref_mut(&mut self) -> &mut CommitFacts {
        &mut self.facts
    }
}

/// One trailer that names a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TrailerRow {
    /// The role.
    pub kind: TrailerKind,
    /// The person.
    pub who: IdentityId,
}

/// A signing key's number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct KeyId(pub u32);

/// The stored facts of a signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SignatureRow {
    /// The format.
    pub kind: SignatureKind,
    /// The signing key, if it could be read.
    pub key: Option<KeyId>,
    /// The creation time that the signature claims, in seconds since 1970, UTC.
    pub made: Option<i64>,
    /// The result of verifying the signature.
    pub validity: Validity,
    /// A hash of the signature block. A block that several commits contain was made for at most one of them.
    pub block: u64,
}

/// Which commits are in scope; all others are context.
#[derive(Clone, Copy, Default, Debug)]
pub struct CommitScope {
    /// This commit and its ancestors are out of scope.
    pub base: Option<Oid>,
    /// Commits made before this moment (committer date, seconds since 1970, UTC) are out of scope, unless they descend
    /// from a commit in scope, or only a merge in scope joins them to this history.
    pub since: Option<i64>,
    /// Commits made after this moment (committer date, seconds since 1970, UTC) are out of scope.
    pub until: Option<i64>,
}
