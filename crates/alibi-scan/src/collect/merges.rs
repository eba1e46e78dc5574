//! Finds changes in merge commits that neither side introduced.

use super::blobs::Blobs;
use super::collector::{Collector, Context};
use super::error::CollectError;
use alibi_core::analysis::access::{AccessHistory, Standing};
use alibi_core::analysis::people::{ContributorId, People};
use alibi_core::facts::{BlobId, ChangeRow, CommitIdx, FactSet, Facts, MergeEdit, PathId, RepositoryIdx};
use alibi_git::history::Oid;
use alibi_git::repository::{Merged, Repository, Skipped, TreeReader, merge};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};

/// Maximum size of a file that is compared, in bytes.
const MAX_FILE: usize = 4 << 20;

/// Maximum number of files in which a merge may differ from all its parents. A merge with more such files was made by a
/// bot or is not an ordinary merge.
const MAX_FILES: usize = 200;

/// Collects the edits in merge commits that neither side made.
pub(super) struct Merges;

impl Collector for Merges {
    fn phase(&self) -> &'static str {
        "access"
    }

    fn provides(&self) -> FactSet {
        FactSet::MERGES
    }

    fn needs(&self) -> FactSet {
        FactSet::CHANGES | FactSet::PEOPLE
    }

    fn collect(&self, context: &mut Context<'_>) -> Result<(), CollectError> {
        let guards = context.plan.guards;
        let wanted = |path: &str| ["source-code", "runs-by-itself"].iter().any(|set| guards.contains(set, path));
        let is_candidate = by_hand(context.facts, context.people, context.access);
        let (edits, skipped) = merge_edits(context.facts, context.repositories, wanted, is_candidate);
        context.facts.merges = edits;
        context.note_skipped(skipped);
        Ok(())
    }
}

/// A contributor who made at least this many merges is an integrator.
const INTEGRATOR_MERGES: usize = 50;

/// Returns a test of whether a merge is on HEAD's first-parent line and may contain unexpected edits. Merges by bots
/// and integrators are left out: a forge merges automatically, and an integrator edits on purpose.
fn by_hand<'l>(facts: &'l Facts, people: &'l People, access: &AccessHistory) -> impl Fn(CommitIdx) -> bool + use<'l> {
    let standing = Standing::new(facts, people, access);
    let mut made: FxHashMap<ContributorId, usize> = FxHashMap::default();
    let on_line_of_head = |idx: CommitIdx| standing.merge_point(idx).is_some_and(|merge_point| merge_point.at == idx);
    for (_, commit) in facts.enumerate().filter(|(idx, c)| c.parent_count > 1 && on_line_of_head(*idx)) {
        *made.entry(people.contributor_of(commit.author)).or_default() += 1;
    }
    let on_line: FxHashSet<CommitIdx> =
        facts.enumerate().map(|(idx, _)| idx).filter(|idx| on_line_of_head(*idx)).collect();
    move |idx| {
        let commit = facts.commit(idx);
        let (author, committer) = (people.contributor_of(commit.author), people.contributor_of(commit.committer));
        let by_integrator = made.get(&author).is_some_and(|n| *n >= INTEGRATOR_MERGES);
        on_line.contains(&idx) && !people.get(committer).bot && !by_integrator
    }
}

/// Returns the edits in two-parent merges in scope that `is_candidate` selects, to files that `wanted` selects; and
/// the objects that could not be read. Files that one side moved or removed are skipped.
fn merge_edits(
    facts: &Facts,
    repositories: &[Repository],
    wanted: impl Fn(&str) -> bool + Sync,
    is_candidate: impl Fn(CommitIdx) -> bool,
) -> (Vec<MergeEdit>, Vec<(usize, Skipped)>) {
    let mut merges: BTreeMap<CommitIdx, BTreeMap<PathId, Vec<ChangeRow>>> = BTreeMap::new();
    for row in &facts.changes {
        let commit = facts.commit(row.commit);
        let is_merge = commit.parent_count == 2 && facts.parents(commit).len() == 2;
        if commit.in_scope && is_merge && is_candidate(row.commit) {
            merges.entry(row.commit).or_default().entry(row.path).or_default().push(*row);
        }
    }
    let merges: Vec<_> = merges.into_iter().filter(|(_, files)| files.len() <= MAX_FILES).collect();
    // The first commit that introduced each blob.
    let mut first: FxHashMap<BlobId, CommitIdx> = FxHashMap::default();
    for row in &facts.changes {
        if let Some(new) = row.new {
            first.entry(new).or_insert(row.commit);
        }
    }
    let known = |blob: BlobId, merge: CommitIdx| first.get(&blob).is_some_and(|first| *first < merge);
    let blobs = Blobs::new(facts, repositories);
    let mut edits: Vec<MergeEdit> = merges
        .par_iter()
        .flat_map_iter(|(idx, files)| {
            let commit = facts.commit(*idx);
            let number = commit.repository;
            let parents = facts.parents(commit);
            // Computed on first use, since few files need it.
            let base = OnceCell::new();
            let trees = TreeReader::new(&repositories[number.index()]);
            let mut own = Vec::new();
            for (path, rows) in files {
                let [ours, theirs] = rows.as_slice() else { continue };
                let name = facts.path(*path);
                let Some(new) = ours.new else { continue };
                if !wanted(&String::from_utf8_lossy(name)) {
                    continue;
                }
                let is_known = ours.old.is_none() && theirs.old.is_none() && known(new, *idx);
                let versions = Versions { ours: ours.old, theirs: theirs.old, new, is_known };
                let in_base = || -> Option<Base> {
                    let base = base.get_or_init(|| facts.merge_base(parents[0], parents[1]));
                    let tree = facts.commit((*base)?).tree;
                    Some(trees.file(&tree, name).map_or(Base::Without, Base::With))
                };
                let edit = versions.compare(in_base, &blobs, number);
                own.extend(edit.map(|(conflict, added, removed)| MergeEdit {
                    commit: *idx,
                    path: *path,
                    conflict,
                    added,
                    removed,
                }));
            }
            own
        })
        .collect();
    edits.sort();
    (edits, blobs.into_skipped())
}

/// A file at the merge base.
enum Base {
    Without,
    With(Oid),
}

/// The versions of a file on the two sides of a merge (`None` if a side lacks it) and in the merge commit.
struct Versions {
    ours: Option<BlobId>,
    theirs: Option<BlobId>,
    new: BlobId,
    /// Whether the content already existed before the merge, at any path.
    is_known: bool,
}

impl Versions {
    /// Returns whether the sides conflict, and the numbers of lines that the merge itself adds and removes; `None` if
    /// the merge changes no lines, or if that is unknown.
    fn compare(
        &self,
        base: impl FnOnce() -> Option<Base>,
        blobs: &Blobs<'_>,
        number: RepositoryIdx,
    ) -> Option<(bool, usize, usize)> {
        let (ours, theirs) = match (self.ours, self.theirs) {
            (Some(ours), Some(theirs)) => (ours, theirs),
            // A file that neither side has was written in the merge, unless its content existed elsewhere before.
            (None, None) if !self.is_known => {
                let added = lines(&blobs.read(number, Some(self.new)).filter(|t| is_text(t))?).count();
                return (added > 0).then_some((false, added, 0));
            }
            _ => return None,
        };
        let [ours_text, theirs_text, new] =
            [ours, theirs, self.new].map(|blob| blobs.read(number, Some(blob)).filter(|t| is_text(t)));
        let (ours_text, theirs_text, new) = (ours_text?, theirs_text?, new?);
        let base = if ours == theirs {
            ours_text.clone()
        } else {
            match base()? {
                // Both sides added the file, which is a conflict.
                Base::Without => return Some((true, 0, 0)),
                Base::With(base) => blobs.read_id(number, &base).filter(|t| is_text(t))?,
            }
        };
        // If each side removes a different one of two equal lines, an automatic merge has neither line, although each
        // side still has one of them.
        match merge(&base, &ours_text, &theirs_text)? {
            Merged::Conflict => return Some((true, 0, 0)),
            Merged::Text(merged) if merged == new => return None,
            Merged::Text(_) => {}
        }
        let known: HashSet<&[u8]> = [&base, &ours_text, &theirs_text].into_iter().flat_map(|t| lines(t)).collect();
        let kept: HashSet<&[u8]> = lines(&new).collect();
        let [base, ours, theirs] = [&base, &ours_text, &theirs_text].map(|t| lines(t).collect::<HashSet<&[u8]>>());
        let added = kept.iter().filter(|line| !known.contains(*line)).count();
        let removed = base.iter().filter(|l| ours.contains(*l) && theirs.contains(*l) && !kept.contains(*l)).count();
        (added + removed > 0).then_some((false, added, removed))
    }
}

fn is_text(bytes: &[u8]) -> bool {
    bytes.len() <= MAX_FILE && !bytes.contains(&0)
}

/// The lines of the text that are longer than one byte after trimming.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&b| b == b'\n').map(<[u8]>::trim_ascii).filter(|line| line.len() > 1)
}
