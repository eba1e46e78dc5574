//! Commits that say that they are one: the same subject, written in the same second.

use super::Facts;
use super::words::{Reached, is_shared_line, reached};
use crate::finding::Draft;
use crate::history::Oid;
use crate::ledger::{CommitIdx, Ledger, PathId, RefRow};
use crate::people::ContributorId;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// More commits than this of one subject and second were made by a program.
const MOST: usize = 64;

/// Groups of different commits, merges left out, with the same subject and author date; each in the order in which they
/// were committed.
pub(super) fn twins(ledger: &Ledger) -> Vec<Vec<CommitIdx>> {
    let mut by_claim: FxHashMap<(u64, i64), Vec<CommitIdx>> = FxHashMap::default();
    for (idx, commit) in ledger.enumerate().filter(|(_, c)| c.parent_count <= 1) {
        by_claim.entry((commit.subject, commit.authored.seconds)).or_default().push(idx);
    }
    let mut groups: Vec<Vec<CommitIdx>> = by_claim
        .into_values()
        .filter_map(|mut group| {
            let mut seen: BTreeSet<Oid> = BTreeSet::new();
            group.retain(|idx| seen.insert(ledger.commit(*idx).oid));
            group.sort_by_key(|idx| (ledger.commit(*idx).committed.seconds, *idx));
            (group.len() > 1 && group.len() <= MOST).then_some(group)
        })
        .collect();
    groups.sort();
    groups
}

/// Whether two commits stand on the same parents: the one replaces the other where it was, and no rebase made it.
pub(super) fn in_one_place(ledger: &Ledger, a: CommitIdx, b: CommitIdx) -> bool {
    let parents = |idx: CommitIdx| -> Vec<Oid> {
        ledger.parents(ledger.commit(idx)).iter().map(|p| ledger.commit(*p).oid).collect()
    };
    let count = ledger.commit(a).parent_count;
    count > 0 && count == ledger.commit(b).parent_count && parents(a) == parents(b)
}

/// Whether identity resolution has anything that speaks for two contributors being one.
pub(super) fn are_linked(facts: &Facts<'_>, a: ContributorId, b: ContributorId) -> bool {
    facts.people.links.iter().any(|link| {
        let ends = (facts.people.contributor_of(link.a), facts.people.contributor_of(link.b));
        ends == (a, b) || ends == (b, a)
    })
}

/// Who made a commit as it is: the committer, or its author where a program committed it.
pub(super) fn maker(facts: &Facts<'_>, idx: CommitIdx) -> ContributorId {
    let commit = facts.ledger.commit(idx);
    let committer = facts.people.contributor_of(commit.committer);
    if facts.people.get(committer).bot { facts.author_of(idx) } else { committer }
}

/// The paths that one of two commits on the same parents holds otherwise than the other.
fn differing_paths(ledger: &Ledger, a: CommitIdx, b: CommitIdx) -> Vec<PathId> {
    let of = |idx: CommitIdx| -> BTreeSet<(PathId, Option<Oid>)> {
        let changes = ledger.changes_of(idx).iter();
        changes.map(|c| (c.path, c.new.map(|blob| ledger.blobs[blob.index()].oid))).collect()
    };
    let (a, b) = (of(a), of(b));
    let mut paths: Vec<_> = a.symmetric_difference(&b).map(|(path, _)| *path).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// The commits that others could rely on: tags and shared lines lead to them, or led to them before they were moved. What is
/// left behind otherwise is what everybody's work leaves behind.
pub(super) struct Published(Vec<Reached>);

impl Published {
    /// Looks at all repositories.
    pub fn new(facts: &Facts<'_>) -> Published {
        let relied_on = |name: &[u8]| name.starts_with(b"refs/tags/") || is_shared_line(name);
        let rows = facts.ledger.repositories.iter().enumerate().map(|(number, row)| {
            let now = row.refs.iter().filter(|r: &&RefRow| relied_on(&r.name)).filter_map(|r| r.commit);
            let before = row.moves.iter().filter(|m| relied_on(&m.name)).filter_map(|m| m.from_commit);
            reached(facts, number as u16, now.chain(before))
        });
        Published(rows.collect())
    }

    /// Whether a commit was published, rather than proposed.
    fn contains(&self, facts: &Facts<'_>, idx: CommitIdx) -> bool {
        let commit = facts.ledger.commit(idx);
        self.0[usize::from(commit.repository)].contains(idx)
    }

    /// Says where the second of two commits differs from the first that it replaced, and whether it was a proposal still: the
    /// first was never published, or the second has not landed.
    pub fn compare(&self, facts: &Facts<'_>, draft: &mut Draft<'_>, first: CommitIdx, second: CommitIdx) {
        let paths = differing_paths(facts.ledger, first, second);
        for path in paths.iter().take(5) {
            draft.saw("differs in", facts.ledger.path(*path));
        }
        let landed = facts.standing.landing(second).is_some();
        draft.answer("under-review", landed && self.contains(facts, first));
        let (a, b) = (facts.oid(first), facts.oid(second));
        draft.reproduce(["diff", "--stat", "-p", a.as_str(), b.as_str()]);
        draft.commits = vec![first, second];
        draft.paths = paths;
    }
}
