//! Commits with the same subject and the same author date.

use crate::shared::words::{Reached, is_shared_line, reached};
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::View;
use alibi_core::facts::{CommitIdx, Facts, PathId, RefRow, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::Oid;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Maximum size of a group. Larger groups of commits with one subject and author date were made by a program.
const MAX: usize = 64;

/// Returns groups of different commits, excluding merges, that share a subject and an author date. Each group is sorted
/// by committer date.
pub(crate) fn twins(facts: &Facts) -> Vec<Vec<CommitIdx>> {
    let mut by_claim: FxHashMap<(u64, i64), Vec<CommitIdx>> = FxHashMap::default();
    for (idx, commit) in facts.enumerate().filter(|(_, c)| c.parent_count <= 1) {
        by_claim.entry((commit.subject_hash, commit.authored.seconds)).or_default().push(idx);
    }
    let mut groups: Vec<Vec<CommitIdx>> = by_claim
        .into_values()
        .filter_map(|mut group| {
            let mut seen: BTreeSet<Oid> = BTreeSet::new();
            group.retain(|idx| seen.insert(facts.commit(*idx).oid));
            group.sort_by_key(|idx| (facts.commit(*idx).committed.seconds, *idx));
            (group.len() > 1 && group.len() <= MAX).then_some(group)
        })
        .collect();
    groups.sort();
    groups
}

/// Whether two commits have the same parents, so that one replaces the other in place and not by a rebase.
pub(crate) fn in_one_place(facts: &Facts, a: CommitIdx, b: CommitIdx) -> bool {
    let parents = |idx: CommitIdx| -> Vec<Oid> {
        facts.parents(facts.commit(idx)).iter().map(|p| facts.commit(*p).oid).collect()
    };
    let count = facts.commit(a).parent_count;
    count > 0 && count == facts.commit(b).parent_count && parents(a) == parents(b)
}

/// Whether identity resolution has evidence that two contributors are one person.
pub(crate) fn are_linked(view: &View<'_>, a: ContributorId, b: ContributorId) -> bool {
    view.people.links.iter().any(|link| {
        let ends = (view.people.contributor_of(link.a), view.people.contributor_of(link.b));
        ends == (a, b) || ends == (b, a)
    })
}

/// Returns who made a commit in its present form: the committer, or the author if a bot committed it.
pub(crate) fn maker(view: &View<'_>, idx: CommitIdx) -> ContributorId {
    let commit = view.facts.commit(idx);
    let committer = view.people.contributor_of(commit.committer);
    if view.people.get(committer).bot { view.author_of(idx) } else { committer }
}

/// Returns the paths that differ between two commits with the same parents.
fn differing_paths(facts: &Facts, a: CommitIdx, b: CommitIdx) -> Vec<PathId> {
    let of = |idx: CommitIdx| -> BTreeSet<(PathId, Option<Oid>)> {
        let changes = facts.changes_of(idx).iter();
        changes.map(|c| (c.path, c.new.map(|blob| facts.blobs[blob.index()].oid))).collect()
    };
    let (a, b) = (of(a), of(b));
    let mut paths: Vec<_> = a.symmetric_difference(&b).map(|(path, _)| *path).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// Commits that other people could rely on: those reachable from HEAD, and from tags and shared branches, now or before
/// these moved. All other abandoned commits are a normal by-product of work.
pub(crate) struct Published(Vec<Reached>);

impl Published {
    /// Collects the published commits of all repositories.
    pub(crate) fn new(view: &View<'_>) -> Published {
        let relied_on = |name: &[u8]| name.starts_with(b"refs/tags/") || is_shared_line(name);
        let rows = view.facts.repositories.iter().enumerate().map(|(number, row)| {
            let now = row.refs.iter().filter(|r: &&RefRow| relied_on(&r.name)).filter_map(|r| r.commit);
            let before = row.moves.iter().filter(|m| relied_on(&m.name)).filter_map(|m| m.from_commit);
            reached(view, RepositoryIdx::new(number), now.chain(before))
        });
        Published(rows.collect())
    }

    /// Whether a commit was published, and not only proposed.
    fn contains(&self, view: &View<'_>, idx: CommitIdx) -> bool {
        let commit = view.facts.commit(idx);
        self.0[commit.repository.index()].contains(idx)
    }

    /// Adds to a finding the paths in which the second commit differs from the first, which it replaced, and whether
    /// the first was still under review: it was never published, or the second is not merged.
    pub(crate) fn compare(&self, view: &View<'_>, draft: &mut Draft<'_>, first: CommitIdx, second: CommitIdx) {
        let paths = differing_paths(view.facts, first, second);
        for path in paths.iter().take(5) {
            draft.saw("differs in", Value::Path(*path));
        }
        let merged = view.standing.merge_point(second).is_some();
        draft.answer("under-review", merged && self.contains(view, first));
        let (a, b) = (view.oid(first), view.oid(second));
        draft.reproduce(["diff", "--stat", "-p", a.as_str(), b.as_str()]);
        draft.commits = vec![first, second];
        draft.paths = paths;
    }
}
