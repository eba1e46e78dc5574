//! References, annotated tags, and how references moved.

use super::identity::IdentityId;
use alibi_git::history::{CommitIdx, Oid, Stamp};

/// A reference of a repository.
#[derive(Clone, Debug)]
pub struct RefRow {
    /// The full name, such as `refs/heads/main`, in bytes.
    pub name: Vec<u8>,
    /// The commit that the reference points to, if that commit was read.
    pub commit: Option<CommitIdx>,
    /// The tag object that the reference points to, if it is an annotated tag.
    pub tag: Option<TagRow>,
}

/// Who made an annotated tag, and when.
#[derive(Clone, Copy, Debug)]
pub struct TagRow {
    /// The tagger.
    pub tagger: Option<IdentityId>,
    /// The tag date, with the recorded UTC offset.
    pub when: Option<Stamp>,
}

impl RefRow {
    /// Whether the reference is a tag.
    pub fn is_tag(&self) -> bool {
        self.name.starts_with(b"refs/tags/")
    }

    /// Whether the reference is a local branch or a remote-tracking branch.
    pub fn is_branch(&self) -> bool {
        self.name.starts_with(b"refs/heads/") || self.name.starts_with(b"refs/remotes/")
    }

    /// The short name, without `refs/heads/` and similar prefixes.
    pub fn short(&self) -> &[u8] {
        short_name(&self.name)
    }
}

/// Returns the short name of a reference.
pub fn short_name(name: &[u8]) -> &[u8] {
    let prefixes: [&[u8]; 3] = [b"refs/heads/", b"refs/tags/", b"refs/remotes/"];
    prefixes.iter().find_map(|prefix| name.strip_prefix(*prefix)).unwrap_or(name)
}

/// A reference that moved from one commit to another.
#[derive(Clone, Debug)]
pub struct RefMove {
    /// The reference's full name.
    pub name: Vec<u8>,
    /// The commit before the move.
    pub from: Oid,
    /// The row of that commit, if it can still be read.
    pub from_commit: Option<CommitIdx>,
    /// The commit after the move.
    pub to: CommitIdx,
    /// The person who moved the reference, if a reflog names one.
    pub by: Option<IdentityId>,
    /// The time of the move, or of the earlier scan that found the reference at `from`: seconds since 1970, UTC.
    pub seen: i64,
}

/// A reference and its commit at an earlier time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeenRef {
    /// The reference's full name.
    pub name: Vec<u8>,
    /// The commit that the reference pointed to.
    pub commit: Oid,
    /// The time of the observation: seconds since 1970, UTC.
    pub when: i64,
}
