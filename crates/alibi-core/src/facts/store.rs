//! The store of all facts, and the queries on it.

use super::changes::{BlobId, BlobRow, ChangeRow, OpaqueBlob, PathId};
use super::commits::{CommitRow, KeyId, SignatureRow, TrailerRow};
use super::dependencies::Dependencies;
use super::edits::{MergeEdit, PolicyEdit};
use super::identity::IdentityId;
use super::imported::ImportedFinding;
use super::repository::{RepositoryIdx, RepositoryRow};
use super::text::TextFacts;
use alibi_git::history::{CommitIdx, LineCounts, MailmapEntry, Oid};
use alibi_git::intern::{Interner, join_identity, split_identity};
use alibi_manifests::Ecosystem;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// All facts of a run.
#[derive(Default)]
pub struct Facts {
    /// Notices about the run as a whole, such as inputs that match nothing.
    pub notices: Vec<String>,
    /// The repositories, in the order passed.
    pub repositories: Vec<RepositoryRow>,
    /// All commits, in canonical order.
    pub commits: Vec<CommitRow>,
    pub(super) parents: Vec<CommitIdx>,
    pub(super) trailers: Vec<TrailerRow>,
    pub(super) identities: Interner,
    pub(super) signatures: Vec<SignatureRow>,
    pub(super) keys: Interner,
    /// The changes of commits in scope, sorted by commit. A path counts as changed in a merge only if it differs from
    /// every parent.
    pub changes: Vec<ChangeRow>,
    pub(super) paths: Interner,
    /// The entries that commits added to `.mailmap`, in order; empty if no detector needs them.
    pub mailmap_edits: Vec<(CommitIdx, MailmapEntry)>,
    /// The blobs that changes name, sorted by id in each repository, followed by other blobs from before the commits in
    /// scope.
    pub blobs: Vec<BlobRow>,
    /// The number that identifies each text heuristic in `text`.
    pub text_rules: FxHashMap<String, u16>,
    /// For each commit heuristic, its bit in a commit's patterns, and the mask of patterns that must not match.
    pub message_patterns: FxHashMap<String, (u8, u64)>,
    /// Hits of the text rules, each with the commit that introduced it.
    pub text: TextFacts,
    /// The binary files among tests, by blob.
    pub opaque: BTreeMap<BlobId, OpaqueBlob>,
    /// Findings of other scanners.
    pub imported: Vec<ImportedFinding>,
    /// Changes to dependencies.
    pub dependencies: Dependencies,
    /// New dependencies that nothing at HEAD uses, with the evidence.
    pub unreferenced: FxHashMap<(RepositoryIdx, Ecosystem, String), &'static str>,
    /// Line counts by index in `changes`, for the changes that a commit rule matches, and for single-file commits in
    /// long streaks of daily commits.
    pub lines: FxHashMap<u32, LineCounts>,
    /// Edits to policies and ownership files.
    pub policies: Vec<PolicyEdit>,
    /// Edits in merges that come from neither side.
    pub merges: Vec<MergeEdit>,
    /// Hashes of patches, independent of where they apply.
    pub patches: FxHashMap<CommitIdx, u64>,
    /// Total size of the blobs that were searched, in bytes.
    pub bytes: u64,
}

impl Facts {
    /// Creates an empty store for a run with these message patterns.
    pub fn with_patterns(message_patterns: FxHashMap<String, (u8, u64)>) -> Facts {
        Facts { message_patterns, ..Facts::default() }
    }

    /// The commit in this row.
    pub fn commit(&self, idx: CommitIdx) -> &CommitRow {
        &self.commits[idx.index()]
    }

    /// The rows of a commit's parents that are in the store.
    pub fn parents(&self, commit: &CommitRow) -> &[CommitIdx] {
        &self.parents[commit.parents.clone()]
    }

    /// The people in a commit's trailers.
    pub fn trailers(&self, commit: &CommitRow) -> &[TrailerRow] {
        &self.trailers[commit.trailers.clone()]
    }

    /// Returns the number of an identity, which is added if it is new. After [`Facts::close_commits`], existing
    /// identities are no longer found, so only new ones may be passed.
    pub fn add_identity(&mut self, name: &[u8], email: &[u8]) -> IdentityId {
        let mut joined = Vec::new();
        join_identity(name, email, &mut joined);
        IdentityId(self.identities.intern(&joined))
    }

    /// Copies consecutive commits for a calibration. The copies have the given author and committer, no trailers and no
    /// signature, and are dated `later` seconds later; parents outside the copied rows are omitted. Returns the rows of
    /// the copies.
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
            copy.facts.authored.seconds += later;
            copy.facts.committed.seconds += later;
            self.commits.push(copy);
        }
        first..self.commits.len()
    }

    /// Frees the tables that look up identities and keys by text. Call it when all commits, references and tags have
    /// been added.
    pub fn close_commits(&mut self) {
        self.identities.close();
        self.keys.close();
    }

    /// A commit's signature, if it is signed.
    pub fn signature(&self, commit: &CommitRow) -> Option<&SignatureRow> {
        commit.signature.and_then(|place| self.signatures.get(place as usize))
    }

    /// The name of a signing key: its format, and its id or fingerprint.
    pub fn key(&self, id: KeyId) -> String {
        String::from_utf8_lossy(self.keys.get(id.0)).into_owned()
    }

    /// Number of distinct identities; ids start at 0.
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

    /// Number of distinct paths; ids start at 0.
    pub fn path_count(&self) -> usize {
        self.paths.len()
    }

    /// A commit's rows in [`Facts::changes`].
    pub fn changes_of(&self, commit: CommitIdx) -> &[ChangeRow] {
        let start = self.changes.partition_point(|c| c.commit < commit);
        let len = self.changes[start..].partition_point(|c| c.commit == commit);
        &self.changes[start..start + len]
    }

    /// Commits with their row numbers.
    pub fn enumerate(&self) -> impl Iterator<Item = (CommitIdx, &CommitRow)> {
        self.commits.iter().enumerate().map(|(i, row)| (CommitIdx(i as u32), row))
    }

    /// The blobs of one repository that `wanted` selects, sorted by id, with their indexes in [`Facts::blobs`].
    pub fn blobs_of(&self, repository: RepositoryIdx, wanted: impl Fn(BlobId) -> bool) -> Vec<(Oid, u32)> {
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
