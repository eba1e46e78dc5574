//! `self-merge`: a contributor merges their own work without review, in a project where others review first.

use crate::shared::words::who as name_of;
use alibi_core::analysis::access::{REPORT_THRESHOLD, rarity};
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of merges by other contributors, which show how the project works.
    min_merges: usize,
    /// A contributor with at least this many merges of others' work is a maintainer.
    maintainer_merges: usize,
}

coded!(SelfMerge, Params, FactSet::COMMITS, ["maintainer"]);

impl SelfMerge {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        for (number, row) in facts.repositories.iter().enumerate() {
            let number = RepositoryIdx::new(number);
            // For each merge on HEAD's first-parent line, whether it merged only unreviewed work of its author.
            let mut introduced: BTreeMap<CommitIdx, bool> = BTreeMap::new();
            for index in row.commits.clone() {
                let idx = CommitIdx(index as u32);
                let Some(merge_point) = view.standing.merge_point(idx).filter(|l| l.at != idx) else { continue };
                let Some(merger) = merge_point.by else { continue };
                let own = view.author_of(idx) == merger && view.standing.reviewers(idx).is_empty();
                introduced.entry(merge_point.at).and_modify(|all| *all &= own).or_insert(own);
            }
            let mut merges: BTreeMap<ContributorId, (Vec<CommitIdx>, usize)> = BTreeMap::new();
            for (merge, own) in &introduced {
                let (selves, others) = merges.entry(view.author_of(*merge)).or_default();
                if *own { selves.push(*merge) } else { *others += 1 }
            }
            let all_selves: usize = merges.values().map(|(selves, _)| selves.len()).sum();
            for (&who, (selves, others)) in &merges {
                let rest = introduced.len() - selves.len() - others;
                if selves.is_empty() || rest < self.params.min_merges {
                    continue;
                }
                let weight = rarity(all_selves - selves.len(), rest).min(self.heuristic.weight);
                let in_scope: Vec<CommitIdx> = selves.iter().copied().filter(|m| facts.commit(*m).in_scope).collect();
                if weight < REPORT_THRESHOLD || in_scope.is_empty() {
                    continue;
                }
                let times = if selves.len() == 1 { "once".into() } else { format!("{} times", selves.len()) };
                let summary =
                    format!("merged own work with no reviewer in the history, {times}, where others review first");
                let mut draft = Draft::new(&self.heuristic, who, number, [name_of(view, who)], summary);
                draft.saw("merges of others' work by this contributor", Value::count(*others));
                let base = format!("{} of {rest}", all_selves - selves.len());
                draft.saw("such merges by other contributors", Value::words(base));
                draft.answer("maintainer", *others < self.params.maintainer_merges);
                draft.weight = weight;
                let shown = in_scope.iter().take(20).map(|m| view.oid(*m).into_bytes());
                let words = ["log", "--no-walk", "--format=%h %ad %an <%ae> %s"].map(|w| w.as_bytes().to_vec());
                draft.reproduce(words.into_iter().chain(shown));
                draft.commits = in_scope;
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}
