//! The hits of text rules, and the commits that introduced and removed them.

use super::changes::{BlobId, PathId};
use super::repository::RepositoryIdx;
use alibi_git::history::CommitIdx;
use alibi_rules::content::Hit;
use rustc_hash::{FxHashMap, FxHashSet};

/// Identifies a hit's text: the repository, the rule, and a hash of the text. It does not depend on the path.
pub(super) type Key = (RepositoryIdx, u16, u64);

/// A commit after which a hit's text occurs more often than before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Introduction {
    /// The commit.
    pub commit: CommitIdx,
    /// The path that contains the text after the commit.
    pub path: PathId,
    /// The blob that contains the text.
    pub blob: BlobId,
    /// The hit.
    pub hit: Hit,
    /// Whether the file existed before the commit.
    pub existed: bool,
    /// Whether the commit also removed another match of the same rule from the file.
    pub replaces: bool,
    /// Whether another path already contained the text before the commits in scope.
    pub copied: bool,
}

/// The hits of text rules, and the commits that introduced and removed them.
#[derive(Default)]
pub struct TextFacts {
    /// Introductions, in canonical order of commits.
    pub introduced: Vec<Introduction>,
    pub(super) removed: FxHashMap<Key, CommitIdx>,
    pub(super) in_head: FxHashSet<Key>,
}

impl TextFacts {
    /// Replaces the numbers of rules: several rules may report as one.
    pub fn renumber(&mut self, number: impl Fn(u16) -> u16) {
        let key = |(repository, rule, text): Key| (repository, number(rule), text);
        self.introduced.iter_mut().for_each(|i| i.hit.rule = number(i.hit.rule));
        self.removed = std::mem::take(&mut self.removed).into_iter().map(|(k, commit)| (key(k), commit)).collect();
        self.in_head = std::mem::take(&mut self.in_head).into_iter().map(key).collect();
    }

    /// Whether HEAD still contains this text.
    pub fn in_head(&self, repository: RepositoryIdx, hit: &Hit) -> bool {
        self.in_head.contains(&(repository, hit.rule, hit.text))
    }

    /// The last commit that removed this text; `None` if HEAD contains the text, or if it was never removed.
    pub fn removed_in(&self, repository: RepositoryIdx, hit: &Hit) -> Option<CommitIdx> {
        let key = (repository, hit.rule, hit.text);
        if self.in_head.contains(&key) { None } else { self.removed.get(&key).copied() }
    }
}
