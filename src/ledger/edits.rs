use crate::history::CommitIdx;
use crate::ledger::PathId;

/// What a commit edited in a security policy or a list of owners.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PolicyEdit {
    /// The commit.
    pub commit: CommitIdx,
    /// The file.
    pub path: PathId,
    /// Lines that are not blank, before.
    pub before: usize,
    /// Of these, the ones that are gone.
    pub removed: usize,
    /// Lines that are not blank and new.
    pub added: usize,
    /// Addresses and handles (`@name`) that the file no longer has, each with the line that named it; sorted, in lower case.
    pub contacts_removed: Vec<(Vec<u8>, Vec<u8>)>,
    /// Those that it has now and had not, sorted.
    pub contacts_added: Vec<Vec<u8>>,
}

/// What a merge holds that neither side brought.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct MergeEdit {
    /// The merge.
    pub commit: CommitIdx,
    /// The file.
    pub path: PathId,
    /// Whether the two sides could not be merged without a hand.
    pub conflict: bool,
    /// Lines that no side has.
    pub added: usize,
    /// Lines that all sides have and the merge has not.
    pub removed: usize,
}
