//! Edits to security policies and ownership files (such as CODEOWNERS), and edits made in merges.

use super::changes::PathId;
use alibi_git::history::CommitIdx;

/// What a commit edited in a security policy or an ownership file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PolicyEdit {
    /// The commit.
    pub commit: CommitIdx,
    /// The file.
    pub path: PathId,
    /// Number of non-blank lines before the edit.
    pub before: usize,
    /// Number of these lines that were removed.
    pub removed: usize,
    /// Number of non-blank lines that were added.
    pub added: usize,
    /// Email addresses and handles (`@name`) that the commit removed from the file, each with the line that contained
    /// it; sorted, in lower case.
    pub contacts_removed: Vec<(Vec<u8>, Vec<u8>)>,
    /// Email addresses and handles that the commit added to the file; sorted, in lower case.
    pub contacts_added: Vec<Vec<u8>>,
}

/// An edit made in a merge, which neither side introduced.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct MergeEdit {
    /// The merge.
    pub commit: CommitIdx,
    /// The file.
    pub path: PathId,
    /// Whether the two sides conflict, so that Git could not merge them automatically.
    pub conflict: bool,
    /// Number of distinct lines that the merge has, but neither side nor their merge base has.
    pub added: usize,
    /// Number of distinct lines that both sides and their merge base have, but the merge does not have.
    pub removed: usize,
}
