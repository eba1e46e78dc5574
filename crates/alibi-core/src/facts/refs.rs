//! References, annotated tags, and how references moved.

use super::identity::IdentityId;
use alibi_git::history::{CommitIdx, Oid, Stamp};

/// A reference of a repository.
#[derive(Clone, Debug)]
pub struct RefRow {
    /// The full name, such as `refs/heads/main`, in bytes.
    pub name: Vec<u8>,
    /// The commit that it points to, if that was read.
    pub commit: Option<CommitIdx>,
    /// The tag object that it points to, if it is an annotated tag.
    pub tag: Option<TagRow>,
}

/// The contents of an annotated tag.
#[derive(Clone, Copy, Debug)]
pub struct TagRow {
    /// The tagger.
    pub tagger: Option<IdentityId>,
    /// The date, by the tagger's clock.
    pub when: Option<Stamp>,
}

impl RefRow {
    /// Whether it is a tag.
    pub fn is_tag(&self) -> bool {
        self.name.starts_with(b"refs/tags/")
    }

    /// Whether it is a local branch or a remote-tracking branch.
    pub fn is_branch(&self) -> bool {
        self.name.starts_with(b"refs/heads/") || self.name.starts_with(b"refs/remotes/")
    }

    /// The short name, without `refs/heads/` and similar prefixes.
    pub fn short(&self) -> &[u8] {
        short_name(&self.name)
    }
}

/// A reference's short name.
pub fn short_name(name: &[u8]) -> &[u8] {
    let prefixes: [&[u8]; 3] = [b"refs/heads/", b"refs/tags/", b"refs/remotes/"];
    prefixes.iter().find_map(|prefix| name.strip_prefix(*prefix)).unwrap_or(name)
}

/// A reference that moved from one commit to another.
#[derive(Clone, Debug)]
pub struct RefMove {
    /// The reference's full name.
    pub name: Vec<u8>,
    /// The commit before.
    pub from: Oid,
    /// The row of that commit, if it can still be read.
    pub from_commit: Option<CommitIdx>,
    /// The commit after.
    pub to: CommitIdx,
    /// Who moved it, if a reflog says so.
    pub by: Option<IdentityId>,
    /// When it was last known to be at `from`: seconds since 1970, UTC.
    pub seen: i64,
}

/// A reference and its commit at an earlier time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeenRef {
    /// The reference's full name.
    pub name: Vec<u8>,
    /// The commit that it pointed to.
    pub commit: Oid,
    /// When: seconds since 1970, UTC.
    pub when: i64,
}
