//! The facts of one or several histories, in compact rows and interned strings. It draws no conclusions.
//!
//! In: what `observe/` recorded while commits, trees and blobs streamed by. Out: rows in one canonical order
//! (repositories as passed; in each, parents before children, older before younger), so that everything computed from
//! them is independent of the number of threads.

mod ancestry;
mod changes;
mod commits;
mod dependencies;
mod edits;
mod imported;
mod order;
mod refs;
mod text;

pub use changes::{BlobId, BlobRow, ChangeRow, OpaqueBlob, PathId};
pub use commits::{CommitRow, Judging, KeyId, SignatureRow, TrailerRow};
pub use dependencies::{Dependencies, DependencyChange, DependencyRow};
pub use edits::{MergeEdit, PolicyEdit};
pub use imported::ImportedFinding;
pub use refs::{RefMove, RefRow, SeenRef, TagRow, short_name};
pub use text::{Introduction, TextEvidence, TextFacts};

pub use crate::history::CommitIdx;
use crate::history::{MailmapEntry, Oid};
use crate::intern::{Interner, join_identity, split_identity};
use crate::repository::{Condition, Skipped};

/// A distinct pair of name and address, as commits and trailers write it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct IdentityId(pub u32);

impl IdentityId {
    /// Its index in a vector with one element per identity.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One repository of the run.
#[derive(Clone, Debug)]
pub struct RepositoryRow {
    /// The path as the user passed it.
    pub path: String,
    /// The commit at HEAD, if there is one.
    pub head: Option<Oid>,
    /// The base of a range.
    pub base: Option<Oid>,
    /// The end of the history that is read: the end of a range, else HEAD.
    pub end: Option<Oid>,
    /// The selected references, sorted by name; none for a range.
    pub refs: Vec<RefRow>,
    /// How references moved, according to reflogs and an earlier snapshot.
    pub moves: Vec<RefMove>,
    /// Its rows in [`Ledger::commits`].
    pub commits: std::ops::Range<usize>,
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
    /// Records objects that could not be read. In a partial clone, missing ones were never fetched: one notice covers
    /// them.
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

/// All facts of a run.
#[derive(Default)]
pub struct Ledger {
    /// The repositories, in the order passed.
    pub repositories: Vec<RepositoryRow>,
    /// All commits, in canonical order.
    pub commits: Vec<CommitRow>,
    parents: Vec<CommitIdx>,
    trailers: Vec<TrailerRow>,
    identities: Interner,
    signatures: Vec<SignatureRow>,
    keys: Interner,
    /// The changes, sorted by commit.
    pub changes: Vec<ChangeRow>,
    paths: Interner,
    /// The entries that commits added to `.mailmap`, in order; empty where no detector needs them.
    pub mailmap_edits: Vec<(CommitIdx, MailmapEntry)>,
    /// The blobs that changes name, sorted by id in each repository.
    pub blobs: Vec<BlobRow>,
}

impl Ledger {
    /// The commit in this row.
    pub fn commit(&self, idx: CommitIdx) -> &CommitRow {
        &self.commits[idx.index()]
    }

    /// The rows of a commit's parents, as far as they are in the ledger.
    pub fn parents(&self, commit: &CommitRow) -> &[CommitIdx] {
        &self.parents[commit.parents.clone()]
    }

    /// The people in a commit's trailers.
    pub fn trailers(&self, commit: &CommitRow) -> &[TrailerRow] {
        &self.trailers[commit.trailers.clone()]
    }

    /// Adds an identity that no commit has yet, for a calibration.
    pub fn add_identity(&mut self, name: &[u8], email: &[u8]) -> IdentityId {
        let mut joined = Vec::new();
        join_identity(name, email, &mut joined);
        IdentityId(self.identities.intern(&joined))
    }

    /// Adds a copy of a run of commits under one author, shifted in time, for a calibration. Returns the rows of the
    /// copies. Parents outside the run are left out.
    pub fn add_copy(
        &mut self,
        stretch: std::ops::Range<usize>,
        author: IdentityId,
        later: i64,
    ) -> std::ops::Range<usize> {
        let first = self.commits.len();
        for place in stretch.clone() {
            let mut copy = self.commits[place].clone();
            let start = self.parents.len();
            let parents: Vec<CommitIdx> = self.parents[copy.parents.clone()].to_vec();
            let inside = parents.into_iter().filter(|p| stretch.contains(&p.index()));
            self.parents.extend(inside.map(|p| CommitIdx((p.index() - stretch.start + first) as u32)));
            copy.parents = start..self.parents.len();
            (copy.author, copy.committer, copy.trailers, copy.signature) = (author, author, 0..0, None);
            copy.authored.seconds += later;
            copy.committed.seconds += later;
            self.commits.push(copy);
        }
        first..self.commits.len()
    }

    /// To be called when no more commits follow: frees the memory that looks up identities by text.
    pub fn close_commits(&mut self) {
        self.identities.close();
        self.keys.close();
    }

    /// A commit's signature, if it is signed.
    pub fn signature(&self, commit: &CommitRow) -> Option<&SignatureRow> {
        commit.signature.and_then(|place| self.signatures.get(place as usize))
    }

    /// A signing key's name: its format, with its id or fingerprint.
    pub fn key(&self, id: KeyId) -> String {
        String::from_utf8_lossy(self.keys.get(id.0)).into_owned()
    }

    /// How many distinct identities there are; ids run from 0.
    pub fn identity_count(&self) -> usize {
        self.identities.len()
    }

    /// An identity's name and address, in bytes.
    pub fn identity(&self, id: IdentityId) -> (&[u8], &[u8]) {
        split_identity(self.identities.get(id.0))
    }

    /// A path, in bytes.
    pub fn path(&self, id: PathId) -> &[u8] {
        self.paths.get(id.0)
    }

    /// How many distinct paths are in changes; ids run from 0.
    pub fn path_count(&self) -> usize {
        self.paths.len()
    }

    /// A commit's rows in [`Ledger::changes`].
    pub fn changes_of(&self, commit: CommitIdx) -> &[ChangeRow] {
        let start = self.changes.partition_point(|c| c.commit < commit);
        let len = self.changes[start..].partition_point(|c| c.commit == commit);
        &self.changes[start..start + len]
    }

    /// Commits with their row numbers.
    pub fn enumerate(&self) -> impl Iterator<Item = (CommitIdx, &CommitRow)> {
        self.commits.iter().enumerate().map(|(i, row)| (CommitIdx(i as u32), row))
    }

    /// The blobs of one repository that `wanted` selects, sorted by id, with their indexes in [`Ledger::blobs`].
    pub fn blobs_of(&self, repository: u16, wanted: impl Fn(BlobId) -> bool) -> Vec<(Oid, u32)> {
        let mut blobs: Vec<(Oid, u32)> = self
            .blobs
            .iter()
            .enumerate()
            .filter(|(i, b)| b.repository == repository && wanted(BlobId(*i as u32)))
            .map(|(i, b)| (b.oid, i as u32))
            .collect();
        blobs.sort_unstable();
        blobs
    }
}
