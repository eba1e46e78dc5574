//! `copied-history`: a run of commits with the same source trees as another author's commits.

use crate::shared::words::{dates_of, identity, is_role_account};
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::Oid;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of identical trees in a row.
    min_run: usize,
    /// A tree in more commits than this is too common to count.
    max_seen: usize,
}

coded!(CopiedHistory, Params, FactSet::COMMITS, ["mailmap", "direction", "role-account"]);

/// A commit and its copy.
type Pair = (CommitIdx, CommitIdx);

impl CopiedHistory {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        let mut by_tree: FxHashMap<Oid, Vec<CommitIdx>> = FxHashMap::default();
        for (idx, commit) in facts.enumerate().filter(|(_, c)| c.parent_count <= 1) {
            by_tree.entry(commit.tree).or_default().push(idx);
        }
        // A run is a chain of pairs, in which each pair follows the pair of the two commits' first parents. Dates do
        // not show which side is the copy, since the copier chooses them. The number of authors on each side may show
        // it.
        let mut run: FxHashMap<Pair, (usize, Pair)> = FxHashMap::default();
        let mut by_copier: BTreeMap<ContributorId, (usize, Pair)> = BTreeMap::new();
        for (copy, commit) in facts.enumerate().filter(|(_, c)| c.parent_count <= 1) {
            let Some(same) = by_tree.get(&commit.tree).filter(|same| same.len() <= self.params.max_seen) else {
                continue;
            };
            for &original in same.iter().filter(|o| **o != copy) {
                let other = facts.commit(original);
                let copier = view.author_of(copy);
                if view.author_of(original) == copier {
                    continue;
                }
                let parents = facts.parents(other).first().zip(facts.parents(commit).first());
                let before = parents.and_then(|(p, q)| run.get(&(*p, *q)).map(|(n, _)| (*n, (*p, *q))));
                let (length, previous) = before.map_or((1, (original, copy)), |(n, pair)| (n + 1, pair));
                run.insert((original, copy), (length, previous));
                let best = by_copier.entry(copier).or_insert((0, (original, copy)));
                if length > best.0 {
                    *best = (length, (original, copy));
                }
            }
        }
        by_copier.retain(|_, (length, _)| *length >= self.params.min_run);
        for (copier, (length, end)) in by_copier {
            let mut pairs = vec![end];
            while let Some((_, previous)) = run.get(&pairs[pairs.len() - 1])
                && *previous != pairs[pairs.len() - 1]
            {
                pairs.push(*previous);
            }
            let authors = |of: &dyn Fn(&Pair) -> CommitIdx| -> usize {
                pairs.iter().map(|pair| view.author_of(of(pair))).collect::<BTreeSet<_>>().len()
            };
            let (originals, copies) = (authors(&|pair| pair.0), authors(&|pair| pair.1));
            if copies > originals {
                continue;
            }
            let commits: Vec<CommitIdx> =
                pairs.iter().map(|(_, copy)| *copy).filter(|c| view.author_of(*c) == copier).collect();
            if !commits.iter().any(|c| facts.commit(*c).in_scope) {
                continue;
            }
            let first = facts.commit(commits[commits.len() - 1]);
            let summary = format!("{length} source trees in a row also appear under other authors");
            let key = identity(view, view.people.get(copier).earliest());
            let mut draft = Draft::new(&self.heuristic, copier, first.repository, [key], summary);
            for (original, copy) in pairs.iter().rev().take(5) {
                let (other, own) = (facts.commit(*original), facts.commit(*copy));
                let (before, after) = (other.oid.to_string(), own.oid.to_string());
                let seen = format!("{after:.12} has the tree of {before:.12}, by ");
                draft.saw(
                    "copied",
                    Value::joined([
                        Value::words(seen),
                        Value::Identity(view.people.most_used(view.author_of(*original))),
                    ]),
                );
            }
            let linked = view.people.links.iter().any(|link| {
                let (a, b) = (view.people.contributor_of(link.a), view.people.contributor_of(link.b));
                let original = view.author_of(end.0);
                (a, b) == (original, copier) || (a, b) == (copier, original)
            });
            draft.answer("mailmap", !linked);
            draft.answer("role-account", !is_role_account(view, copier));
            // If one author replaces several, that author copied. If one author replaces one other, either of them may
            // be the copier.
            draft.answer("direction", copies < originals);
            let mut command = dates_of(view, &commits);
            command[2] = b"--format=%T %h %ad %an <%ae>".to_vec();
            draft.reproduce(command);
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}
