//! Lists the blobs that content is compared with: the blobs before the scope, at both ends of a range, and at HEAD.

use alibi_core::facts::{BlobId, ChangeRow, Facts, PathId, RepositoryIdx};
use alibi_git::history::{CommitIdx, EntryKind, FileMode, Oid};
use alibi_git::repository::{Repository, TreeDiff};
use rustc_hash::FxHashSet;

/// Returns the blobs that existed before the commits in scope: those in the trees of the commits' parents outside the
/// scope. Adds the paths and blobs to the store.
pub(super) fn known_before(facts: &mut Facts, repositories: &[Repository]) -> Vec<(BlobId, PathId)> {
    let mut known = Vec::new();
    for (number, repository) in repositories.iter().enumerate() {
        let in_scope = facts.commits[facts.repositories[number].commits.clone()].iter().filter(|c| c.in_scope);
        let mut trees: Vec<Oid> = in_scope
            .flat_map(|c| facts.parents(c))
            .map(|p| facts.commit(*p))
            .filter(|parent| !parent.in_scope)
            .map(|parent| parent.tree)
            .collect();
        // In canonical order, neighbouring trees share nearly everything.
        let mut seen = FxHashSet::default();
        trees.retain(|tree| seen.insert(*tree));
        let mut diff = TreeDiff::new(repository);
        let mut found: Vec<(Vec<u8>, Oid)> = Vec::new();
        for (i, tree) in trees.iter().enumerate() {
            // Compare each tree with the previous one.
            let shared = if i == 0 { &[][..] } else { &trees[i - 1..i] };
            diff.compare(tree, shared, &mut |change| {
                if let Some((mode, oid)) = change.new
                    && mode.kind() == EntryKind::File
                {
                    found.push((change.path.to_vec(), oid));
                }
            });
        }
        facts.repositories[number].skip("trees", diff.into_skipped());
        known.extend(facts.add_known(RepositoryIdx::new(number), &found));
    }
    known
}

/// The net changes of ranges that contain merges. A merge can restore content that one side kept and the other side
/// removed long ago. One parent of the merge has that content, so only the net change shows that the range introduces
/// it.
pub(super) fn net_changes(facts: &mut Facts, repositories: &[Repository]) -> Vec<ChangeRow> {
    let mut rows = Vec::new();
    for (number, repository) in repositories.iter().enumerate() {
        let row = &facts.repositories[number];
        let place = |oid: Option<Oid>| {
            let commits = row.commits.clone();
            let found = oid.and_then(|oid| facts.commits[commits.clone()].iter().position(|c| c.oid == oid));
            found.map(|at| CommitIdx((commits.start + at) as u32))
        };
        let has_merges = facts.commits[row.commits.clone()].iter().any(|c| c.in_scope && c.parent_count > 1);
        let Some((base, end)) = place(row.base).zip(place(row.end)).filter(|_| has_merges) else { continue };
        let Some(parted) = facts.merge_base(base, end) else { continue };
        let (old, new) = (facts.commit(parted).tree, facts.commit(end).tree);
        let mut diff = TreeDiff::new(repository);
        // All changed files at either end of the range, and for each changed path whether the file exists at each end.
        let mut files: Vec<(Vec<u8>, Oid)> = Vec::new();
        let mut sides: Vec<[bool; 2]> = Vec::new();
        diff.compare(&new, &[old], &mut |change| {
            let file =
                |side: Option<(FileMode, Oid)>| side.filter(|(m, _)| m.kind() == EntryKind::File).map(|(_, oid)| oid);
            let both = [file(change.old.first().copied().flatten()), file(change.new)];
            files.extend(both.into_iter().flatten().map(|oid| (change.path.to_vec(), oid)));
            sides.push(both.map(|side| side.is_some()));
        });
        facts.repositories[number].skip("trees", diff.into_skipped());
        let mut known = facts.add_known(RepositoryIdx::new(number), &files).into_iter();
        for side in sides {
            let [before, after] = side.map(|is_there| if is_there { known.next() } else { None });
            let Some((_, path)) = after.or(before) else { continue };
            let mode = |side: Option<(BlobId, PathId)>| FileMode(if side.is_some() { 0o100_644 } else { 0 });
            rows.push(ChangeRow {
                commit: end,
                path,
                parent: 0,
                old_mode: mode(before),
                new_mode: mode(after),
                old: before.map(|(blob, _)| blob),
                new: after.map(|(blob, _)| blob),
            });
        }
    }
    rows
}

/// The blobs in the store that are in a tree at HEAD.
pub(super) fn head_blobs(facts: &Facts, repositories: &[Repository]) -> FxHashSet<BlobId> {
    let mut head = FxHashSet::default();
    for (number, repository) in repositories.iter().enumerate() {
        let known = facts.blobs_of(RepositoryIdx::new(number), |_| true);
        if let Some(tree) = repository.head_tree() {
            TreeDiff::new(repository).compare(&tree, &[], &mut |change| {
                let place = change.new.and_then(|(_, oid)| known.binary_search_by_key(&oid, |(known, _)| *known).ok());
                head.extend(place.map(|place| BlobId(known[place].1)));
            });
        }
    }
    head
}
