//! Edits of security policies, lists of owners and merges, for the trust and integrity heuristics.

use super::changes::PathId;
use alibi_git::history::CommitIdx;

/// What a commit edited in a security policy or a list of owners.
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
    /// Email addresses and handles (`@name`) that the file no longer has, each with the line that had it; sorted, in
    /// lower case.
    pub contacts_removed: Vec<(Vec<u8>, Vec<u8>)>,
    /// Those that are new in the file, sorted.
    pub contacts_added: Vec<Vec<u8>>,
}

/// What a merge contains that neither side introduced.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct MergeEdit {
    /// The merge.
    pub commit: CommitIdx,
    /// The file.
    pub path: PathId,
    /// Whether the two sides conflict, so that Git could not merge them automatically.
    pub conflict: bool,
    /// Number of lines that neither side has.
    pub added: usize,
    /// Number of lines that both sides have and the merge does not.
    pub removed: usize,
}
