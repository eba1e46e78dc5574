//! Hashes patches regardless of their position, to find the same change in two repositories.

use super::blobs::Blobs;
use super::collector::{Collector, Context};
use super::error::CollectError;
use alibi_core::facts::{CommitIdx, FactSet, Facts, RepositoryIdx};
use alibi_git::fingerprint::fingerprint;
use alibi_git::history::Oid;
use alibi_git::repository::{Repository, Skipped, patch_hash};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// Minimum number of lines that a patch adds. Patches that add fewer lines are too common to identify a change.
const MIN_ADDED: usize = 5;

/// Maximum number of files that a patch changes. Patches that change more files do not count as copied work.
const MAX_FILES: usize = 20;

/// Maximum size of a file that is compared, in bytes.
const MAX_FILE: usize = 1 << 20;

/// Collects hashes of patches if several repositories are scanned.
pub(super) struct Patches;

impl Collector for Patches {
    fn phase(&self) -> &'static str {
        "access"
    }

    fn provides(&self) -> FactSet {
        FactSet::PATCHES
    }

    fn needs(&self) -> FactSet {
        FactSet::CHANGES
    }

    fn collect(&self, context: &mut Context<'_>) -> Result<(), CollectError> {
        if context.repositories.len() > 1 {
            let (hashes, skipped) = patch_hashes(context.facts, context.repositories);
            context.facts.patches = hashes;
            context.note_skipped(skipped);
        }
        Ok(())
    }
}

/// Returns the patch hashes of commits that exist in only one repository and change files with the same names as a
/// commit in another repository; and the objects that could not be read.
fn patch_hashes(facts: &Facts, repositories: &[Repository]) -> (FxHashMap<CommitIdx, u64>, Vec<(usize, Skipped)>) {
    let mut at: FxHashMap<Oid, RepositoryIdx> = FxHashMap::default();
    let mut shared: FxHashSet<Oid> = FxHashSet::default();
    for commit in &facts.commits {
        if *at.entry(commit.oid).or_insert(commit.repository) != commit.repository {
            shared.insert(commit.oid);
        }
    }
    let own: Vec<(CommitIdx, u64)> = facts
        .enumerate()
        .filter(|(_, c)| c.in_scope && c.parent_count <= 1 && !shared.contains(&c.oid))
        .filter_map(|(idx, _)| names(facts, idx).map(|names| (idx, names)))
        .collect();
    let mut in_repositories: FxHashMap<u64, FxHashSet<RepositoryIdx>> = FxHashMap::default();
    for (idx, names) in &own {
        in_repositories.entry(*names).or_default().insert(facts.commit(*idx).repository);
    }
    let blobs = Blobs::new(facts, repositories);
    let hashes = own
        .par_iter()
        .filter(|(_, names)| in_repositories[names].len() > 1)
        .filter_map(|(idx, _)| {
            let number = facts.commit(*idx).repository;
            let (mut files, mut added) = (Vec::new(), 0);
            for change in facts.changes_of(*idx) {
                let (old, new) = (blobs.read(number, change.old)?, blobs.read(number, change.new)?);
                if old.len().max(new.len()) > MAX_FILE {
                    return None;
                }
                let (hash, lines) = patch_hash(&old, &new)?;
                files.push(hash);
                added += lines;
            }
            files.sort_unstable();
            (added >= MIN_ADDED).then(|| (*idx, fingerprint(files.iter().map(|hash| hash.to_le_bytes()))))
        })
        .collect();
    (hashes, blobs.into_skipped())
}

/// A hash of the names, without folders, of the files that a commit changes.
fn names(facts: &Facts, idx: CommitIdx) -> Option<u64> {
    let changes = facts.changes_of(idx);
    if changes.is_empty() || changes.len() > MAX_FILES {
        return None;
    }
    let name = |path: &[u8]| path.rsplit(|&b| b == b'/').next().unwrap_or(path).to_ascii_lowercase();
    let mut names: Vec<Vec<u8>> = changes.iter().map(|change| name(facts.path(change.path))).collect();
    names.sort_unstable();
    Some(fingerprint(names))
}
