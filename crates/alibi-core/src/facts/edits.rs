//! Edits that heuristics of trust and history read: of policies, of lists of owners, and by merges.

use super::changes::PathId;
use alibi_git::history::CommitIdx;

/// What a commit edited in a security policy or a list of owners.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PolicyEdit {
    /// The commit.
    pub commit: CommitIdx,
    /// The file.
    pub path: PathId,
    /// Number of lines before that are not blank.
    pub before: usize,
    /// How many of these were removed.
    pub removed: usize,
    /// Number of new lines that are not blank.
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
