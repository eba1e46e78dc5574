//! Results of other scanners, with the commit that introduced each.

use super::changes::PathId;
use alibi_git::history::CommitIdx;

/// A result of another scanner, with the commit that introduced it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ImportedFinding {
    /// The scanner's name.
    pub tool: String,
    /// The id of the scanner's rule.
    pub rule: String,
    /// The commit that introduced the result.
    pub commit: CommitIdx,
    /// The file.
    pub path: PathId,
    /// The line, starting at 1.
    pub line: Option<u32>,
    /// How the commit was found, as text.
    pub attributed_by: &'static str,
}
