//! Finds binary test files that were committed without code that uses them, by an author who rarely adds any.

use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::View;
use alibi_core::facts::{PathId, RepositoryIdx};
use alibi_git::history::CommitIdx;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Thresholds for opaque test files, and for authors who usually add them.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpaqueParams {
    /// Files with at least this entropy, in bits per byte, are opaque: compressed, encrypted or random.
    pub min_entropy: f32,
    /// Minimum size in bytes; smaller files are too small to contain a program.
    pub min_bytes: u64,
    /// An author who added at least this share (0 to 1) of a project's opaque test files is not unusual.
    pub usual_share: f64,
    /// Minimum number of opaque test files by others; with fewer, there is nothing to compare with.
    pub min_by_others: usize,
}

/// A commit that adds or rewrites opaque test files, but changes no code that could use them.
pub(crate) struct Unusual {
    pub who: ContributorId,
    pub commit: CommitIdx,
    pub paths: Vec<PathId>,
    /// Whether one of the files existed before and was changed.
    pub rewrites: bool,
    /// Number of opaque test files by the contributor, and in the project.
    pub counts: (usize, usize),
}

/// Returns, in canonical order, the commits that add or rewrite opaque test files but change no code, and whose authors
/// rarely commit such files.
pub(crate) fn unusual(view: &View<'_>, params: &OpaqueParams, is_code: impl Fn(PathId) -> bool) -> Vec<Unusual> {
    let facts = view.facts;
    let mut counts: BTreeMap<RepositoryIdx, BTreeMap<ContributorId, usize>> = BTreeMap::new();
    let mut commits: Vec<(CommitIdx, Vec<PathId>, bool)> = Vec::new();
    for rows in facts.changes.chunk_by(|a, b| a.commit == b.commit) {
        let commit = facts.commit(rows[0].commit);
        let opaque = |blob| {
            view.facts.opaque.get(&blob).is_some_and(|b| b.entropy >= params.min_entropy && b.size >= params.min_bytes)
        };
        let introduced: Vec<_> = rows.iter().filter(|row| row.new.is_some_and(opaque) && row.new != row.old).collect();
        if commit.parent_count > 1 || introduced.is_empty() {
            continue;
        }
        let of = counts.entry(commit.repository).or_default();
        *of.entry(view.author_of(rows[0].commit)).or_default() += introduced.len();
        if !rows.iter().any(|row| is_code(row.path)) {
            let rewrites = introduced.iter().any(|row| !row.is_added());
            commits.push((rows[0].commit, introduced.iter().map(|row| row.path).collect(), rewrites));
        }
    }
    let classify = |(commit, paths, rewrites): (CommitIdx, Vec<PathId>, bool)| {
        let who = view.author_of(commit);
        let of = &counts[&facts.commit(commit).repository];
        let (own, all): (usize, usize) = (of.get(&who).copied().unwrap_or(0), of.values().sum());
        let is_unusual = all - own >= params.min_by_others && (own as f64) < params.usual_share * all as f64;
        is_unusual.then_some(Unusual { who, commit, paths, rewrites, counts: (own, all) })
    };
    commits.into_iter().filter_map(classify).collect()
}
