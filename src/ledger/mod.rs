//! The facts of one or several histories, in compact rows and interned strings. No judgement here.
//!
//! In: what `observe/` noted while commits, trees and blobs streamed by. Out: rows in one canonical order
//! (repositories as given; in each, parents before children, older before younger), so that everything computed from
//! them is the same whatever the number of threads.

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
    /// Its place in a vector with one element an identity.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One repository of the run.
#[derive(Clone, Debug)]
pub struct RepositoryRow {
    /// The path as the user gave it.
    pub path: String,
    /// The commit at HEAD, where there is one.
    pub head: Option<Oid>,
    /// Where a range begins.
    pub base: Option<Oid>,
    /// Where the history that is looked at ends: the end of a range, else HEAD.
    pub end: Option<Oid>,
    /// The references that were chosen, sorted by name; none where a range was.
    pub refs: Vec<RefRow>,
    /// How references moved, as far as logs and an earlier snapshot tell.
    pub moves: Vec<RefMove>,
    /// Its commits' places in [`Ledger::commits`].
    pub commits: std::ops::Range<usize>,
    /// What limits its history.
    pub condition: Condition,
    /// What could not be read, sorted.
    pub skipped: Vec<Skipped>,
    /// The objects that a partial clone left with the remote, of those that were asked for.
    pub left_with_remote: Vec<String>,
    /// What a reader must know, in sentences.
    pub notices: Vec<String>,
}

impl RepositoryRow {
    /// Notes objects that could not be read. In a partial clone the missing ones were never there: one sentence says so.
    pub fn skip(&mut self, kind: &str, skipped: Vec<Skipped>) {
        let (missing, other): (Vec<Skipped>, Vec<Skipped>) =
            skipped.into_iter().partition(|s| self.condition.partial && s.is_missing());
        if !missing.is_empty() {
            self.notices.push(format!(
                "partial clone: {} {kind} were left with the remote, are not fetched and were not scanned \
                 (`git fetch --refetch --no-filter` brings them)",
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
    /// The repositories, in the order given.
    pub repositories: Vec<RepositoryRow>,
    /// All commits, in canonical order.
    pub commits: Vec<CommitRow>,
    parents: Vec<CommitIdx>,
    trailers: Vec<TrailerRow>,
    identities: Interner,
    signatures: Vec<SignatureRow>,
    keys: Interner,
    /// What changed, sorted by commit.
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

    /// A commit's parents that are in the ledger.
    pub fn parents(&self, commit: &CommitRow) -> &[CommitIdx] {
        &self.parents[commit.parents.clone()]
    }

    /// The people that a commit's trailers name.
    pub fn trailers(&self, commit: &CommitRow) -> &[TrailerRow] {
        &self.trailers[commit.trailers.clone()]
    }

    /// Adds an identity that no commit has yet, as a calibration makes up.
    pub fn add_identity(&mut self, name: &[u8], email: &[u8]) -> IdentityId {
        let mut joined = Vec::new();
        join_identity(name, email, &mut joined);
        IdentityId(self.identities.intern(&joined))
    }

    /// Adds a copy of a stretch of commits under one author, some time later, as a calibration makes up; the copies'
    /// places. Parents outside the stretch are left out.
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

    /// Says that no more commits come: what finds an identity by its text takes memory, and only they need it.
    pub fn close_commits(&mut self) {
        self.identities.close();
        self.keys.close();
    }

    /// A commit's signature, if it is signed.
    pub fn signature(&self, commit: &CommitRow) -> Option<&SignatureRow> {
        commit.signature.and_then(|place| self.signatures.get(place as usize))
    }

    /// A signing key's name: its format, and its id or fingerprint.
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

    /// How many distinct paths changes name; ids run from 0.
    pub fn path_count(&self) -> usize {
        self.paths.len()
    }

    /// The places of a commit's changes in [`Ledger::changes`].
    pub fn changes_of(&self, commit: CommitIdx) -> &[ChangeRow] {
        let start = self.changes.partition_point(|c| c.commit < commit);
        let len = self.changes[start..].partition_point(|c| c.commit == commit);
        &self.changes[start..start + len]
    }

    /// Commits with their places.
    pub fn enumerate(&self) -> impl Iterator<Item = (CommitIdx, &CommitRow)> {
        self.commits.iter().enumerate().map(|(i, row)| (CommitIdx(i as u32), row))
    }

    /// The blobs of one repository that `wanted` chooses, sorted by id, with their places in [`Ledger::blobs`].
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
