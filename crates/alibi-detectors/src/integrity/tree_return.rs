//! `tree-return`: an author restores a change that someone else reverted, without saying so.

use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::Oid;
use rustc_hash::FxHashMap;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// A contributor with at least this many restorations is a bot, or runs a program such as a formatter.
    machine_returns: usize,
}

coded!(
    TreeReturn,
    Params,
    FactSet::CHANGES,
    ["bot", "says-so", "taken-back-by-author", "inside-branch", "again-and-again", "vouched"]
);

/// Number of earlier commits to search for the same tree.
const STEPS: usize = 200;

impl TreeReturn {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        let mut seen: FxHashMap<(RepositoryIdx, Oid), CommitIdx> = FxHashMap::default();
        let mut returns: Vec<(CommitIdx, CommitIdx, CommitIdx)> = Vec::new();
        let mut restorations: FxHashMap<ContributorId, usize> = FxHashMap::default();
        for (idx, commit) in facts.enumerate() {
            let before = seen.insert((commit.repository, commit.tree), idx);
            if before.is_none() || commit.parent_count != 1 || !commit.in_scope {
                continue;
            }
            let Some((made, revert)) = returned(view, idx) else { continue };
            let who = view.author_of(idx);
            if who == view.author_of(made) && !facts.changes_of(idx).is_empty() {
                *restorations.entry(who).or_default() += 1;
                returns.push((made, revert, idx));
            }
        }
        for (made, revert, idx) in returns {
            let (commit, reverter, who) = (facts.commit(idx), view.author_of(revert), view.author_of(idx));
            let summary = "restores a reverted change exactly";
            let key = [commit.tree.as_bytes(), &commit.subject_hash.to_le_bytes()];
            let mut draft = Draft::new(&self.heuristic, who, commit.repository, key, summary);
            draft.saw("first committed in", Value::Commit(made));
            draft.saw(
                "reverted in",
                Value::joined([
                    Value::Commit(revert),
                    Value::words(" by "),
                    Value::Identity(view.people.most_used(reverter)),
                ]),
            );
            draft.saw("restored in", Value::Commit(idx));
            draft.answer("says-so", !commit.is_revert);
            draft.answer("taken-back-by-author", reverter != who);
            // Attempts and reverts inside a merged branch are visible in its review.
            let merge_point = |idx| view.standing.merge_point(idx).map(|merge_point| merge_point.at);
            draft.answer("inside-branch", merge_point(idx).is_some() && merge_point(idx) != merge_point(revert));
            draft.answer("vouched", !view.standing.reviewers(idx).contains(&reverter));
            draft.answer("again-and-again", restorations[&who] < self.params.machine_returns);
            let (a, b) = (view.oid(made), view.oid(idx));
            draft.reproduce(["log", "-3", "--format=%h %T %ad %an <%ae> %s", a.as_str(), b.as_str()]);
            draft.commits = vec![idx];
            draft.paths = facts.changes_of(idx).iter().map(|c| c.path).take(20).collect();
            sink.push(draft)?;
        }
        Ok(())
    }
}

/// Follows first parents to an earlier commit with the same tree, and returns it and the commit that reverted it.
fn returned(view: &View<'_>, idx: CommitIdx) -> Option<(CommitIdx, CommitIdx)> {
    let facts = view.facts;
    let tree = facts.commit(idx).tree;
    let parent = |idx: CommitIdx| facts.parents(facts.commit(idx)).first().copied();
    let mut line = vec![parent(idx)?];
    for _ in 0..STEPS {
        let at = line[line.len() - 1];
        if facts.commit(at).tree == tree {
            let made = at;
            let before = facts.commit(parent(made)?).tree;
            // The revert is the first later commit with the tree from before the change.
            let revert = line.iter().rev().skip(1).find(|c| facts.commit(**c).tree == before)?;
            return (before != tree).then_some((made, *revert));
        }
        line.push(parent(at)?);
    }
    None
}
