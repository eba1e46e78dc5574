use super::{CommitIdx, PathId};

/// What another scanner reported, and who brought it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ImportedFinding {
    /// The scanner's name.
    pub tool: String,
    /// Its rule's id.
    pub rule: String,
    /// The commit that brought it.
    pub commit: CommitIdx,
    /// The file.
    pub path: PathId,
    /// The line, from 1.
    pub line: Option<u32>,
    /// How the commit was found out.
    pub attributed_by: &'static str,
}
