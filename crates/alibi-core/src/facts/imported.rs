//! Results of other scanners, with the commit that introduced each.

use super::changes::PathId;
use alibi_git::history::CommitIdx;

/// A result of another scanner, with the commit that introduced it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ImportedFinding {
    /// The scanner's name.
    pub tool: String,
    /// Its rule's id.
    pub rule: String,
    /// The commit that introduced it.
    pub commit: CommitIdx,
    /// The file.
    pub path: PathId,
    /// The line, from 1.
    pub line: Option<u32>,
    /// How the commit was found, as text.
    pub attributed_by: &'static str,
}
