//! `contribution-padding`: activity padded with trivial commits.

use crate::shared::words::about;
use alibi_core::analysis::padding::padding;
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet};
use alibi_core::finding::Value;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum percentage of a streak's commits that change at most two lines of one file.
    tiny_percent: usize,
    /// Minimum number of commits that undo the author's previous commit.
    min_returns: usize,
    /// Minimum percentage of the author's commits that undo the author's previous commit.
    return_percent: usize,
}

coded!(ContributionPadding, Params, FactSet::PADDING, ["bot"]);

/// Maximum number of commits in the finding.
const NAMED: usize = 100;

impl ContributionPadding {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        let mut own: BTreeMap<ContributorId, Vec<CommitIdx>> = BTreeMap::new();
        let mut undone: BTreeMap<ContributorId, Vec<CommitIdx>> = BTreeMap::new();
        for (idx, commit) in facts.enumerate().filter(|(_, c)| c.parent_count <= 1) {
            let who = view.author_of(idx);
            own.entry(who).or_default().push(idx);
            let parent = facts.parents(commit).first().map(|p| (*p, facts.commit(*p)));
            let before = parent.and_then(|(p, row)| Some((p, facts.parents(row).first()?)));
            // The trees are A, a different B, and A again, and the commits with B and the second A have one author.
            if let Some((parent, before)) = before
                && facts.commit(*before).tree == commit.tree
                && facts.commit(parent).tree != commit.tree
                && view.author_of(parent) == who
            {
                undone.entry(who).or_default().push(idx);
            }
        }
        for (who, commits) in own {
            let streak =
                padding(view.facts, &commits).filter(|p| p.tiny * 100 >= p.commits.len() * self.params.tiny_percent);
            let returns = undone.remove(&who).unwrap_or_default();
            let padded = returns.len() >= self.params.min_returns
                && returns.len() * 100 >= commits.len() * self.params.return_percent;
            let (summary, named) = match (&streak, padded) {
                (Some(streak), _) => {
                    (format!("{} days in a row filled with trivial commits", streak.days), &streak.commits)
                }
                (None, true) => (format!("{} changes undone by the next commit", returns.len()), &returns),
                _ => continue,
            };
            let first: Vec<CommitIdx> = named.iter().take(NAMED).copied().collect();
            let Some(mut draft) = about(view, &self.heuristic, who, first, summary) else { continue };
            if let Some(streak) = &streak {
                let tiny = format!("{} of {} commits", streak.tiny, streak.commits.len());
                draft.saw("commits of at most two lines in one file", Value::words(tiny));
            }
            draft.saw("changes undone by the next commit", Value::of(returns.len(), commits.len()));
            let mut paths: Vec<_> = named.iter().flat_map(|idx| facts.changes_of(*idx)).map(|c| c.path).collect();
            paths.sort_unstable();
            paths.dedup();
            draft.paths = paths;
            sink.push(draft)?;
        }
        Ok(())
    }
}
