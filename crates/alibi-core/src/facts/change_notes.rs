//! Records the changed paths of commits.

use alibi_git::history::{Change, CommitIdx, EntryKind, FileMode, Oid};
use alibi_git::intern::Interner;
use std::collections::HashMap;

/// One changed path, as recorded by a thread. Numbers are local to the thread.
#[derive(Debug)]
pub(crate) struct NotedChange {
    pub commit: CommitIdx,
    pub path: u32,
    pub parent: u16,
    pub old_mode: FileMode,
    pub new_mode: FileMode,
    pub old: Option<u32>,
    pub new: Option<u32>,
}

/// The changes that one thread recorded.
#[derive(Default)]
pub struct ChangeNotes {
    pub(crate) rows: Vec<NotedChange>,
    pub(crate) paths: Interner,
    pub(crate) blobs: Vec<Oid>,
    numbers: HashMap<Oid, u32>,
}

impl ChangeNotes {
    /// Records one change of `commit`, with one row for each parent, or a single row for a root commit.
    pub fn note(&mut self, commit: CommitIdx, change: &Change<'_>) {
        const ABSENT: FileMode = FileMode(0);
        let path = self.paths.intern(change.path);
        let new = change.new.and_then(|side| self.blob(side));
        for (parent, old) in change.old.iter().enumerate() {
            let row = NotedChange {
                commit,
                path,
                parent: u16::try_from(parent).unwrap_or(u16::MAX),
                old_mode: old.map_or(ABSENT, |(mode, _)| mode),
                new_mode: change.new.map_or(ABSENT, |(mode, _)| mode),
                old: old.and_then(|side| self.blob(side)),
                new,
            };
            self.rows.push(row);
        }
    }

    /// Returns the number of a file's or link's blob; `None` for other entries. A submodule's id is not an object of
    /// this repository.
    fn blob(&mut self, (mode, oid): (FileMode, Oid)) -> Option<u32> {
        if matches!(mode.kind(), EntryKind::Submodule | EntryKind::Tree) {
            return None;
        }
        Some(*self.numbers.entry(oid).or_insert_with(|| {
            self.blobs.push(oid);
            (self.blobs.len() - 1) as u32
        }))
    }
}
