//! The row of a repository.

use super::refs::{RefMove, RefRow};
use alibi_git::history::Oid;
use alibi_git::repository::{Condition, Skipped};

/// The index of a repository in a run. It depends on the order of the arguments, so it is never reported, or compared
/// between runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct RepositoryIdx(u16);

impl RepositoryIdx {
    /// The repository at an index. A run accepts at most 65,535 repositories, so larger indexes do not occur.
    pub fn new(index: usize) -> RepositoryIdx {
        RepositoryIdx(index as u16)
    }

    /// The index in a vector with one element per repository.
    pub fn index(self) -> usize {
        self.0.into()
    }
}

/// One repository of the run.
#[derive(Clone, Debug)]
pub struct RepositoryRow {
    /// The path as the user passed it.
    pub path: String,
    /// The commit at HEAD, if there is one.
    pub head: Option<Oid>,
    /// The base of the range, if the run is limited to one.
    pub base: Option<Oid>,
    /// The last commit of the history that is read: the end of the range, or HEAD.
    pub end: Option<Oid>,
    /// The selected references, sorted by name; empty for a range.
    pub refs: Vec<RefRow>,
    /// How references moved, according to reflogs and an earlier snapshot.
    pub moves: Vec<RefMove>,
    /// The rows of its commits in `Facts::commits`.
    pub commits: std::ops::Range<usize>,
    /// Its CODEOWNERS file, at HEAD or before the range.
    pub codeowners: Option<Vec<u8>>,
    /// Limits of its history, such as a shallow clone.
    pub condition: Condition,
    /// What could not be read, sorted.
    pub skipped: Vec<Skipped>,
    /// The requested objects that a partial clone does not have.
    pub left_with_remote: Vec<String>,
    /// Notices for the reader of the report, as sentences.
    pub notices: Vec<String>,
}

impl RepositoryRow {
    /// Records objects that could not be read. In a partial clone, missing objects were never fetched; one notice
    /// covers all of them.
    pub fn skip(&mut self, kind: &str, skipped: Vec<Skipped>) {
        let (missing, other): (Vec<Skipped>, Vec<Skipped>) =
            skipped.into_iter().partition(|s| self.condition.partial && s.is_missing());
        if !missing.is_empty() {
            self.notices.push(format!(
                "partial clone: {} {kind} were left with the remote and were not scanned \
                 (fetch them with `git fetch --refetch --no-filter`)",
                missing.len()
            ));
            self.left_with_remote.extend(missing.into_iter().map(|s| s.object));
        }
        self.skipped.extend(other);
    }
}
