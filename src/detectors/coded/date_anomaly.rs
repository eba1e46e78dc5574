//! `date-anomaly`: dates that cannot all be right.

use crate::detectors::{DetectError, Detector, Facts, Needs, Sink, params};
use crate::finding::Draft;
use crate::heuristics::Heuristic;
use crate::ledger::CommitIdx;
use crate::people::ContributorId;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// How much earlier than its parent a commit may be, in seconds.
    child_before_parent: i64,
    /// How much later than its committer date an author date may be, in seconds.
    author_after_committer: i64,
    /// How far ahead of now a date may be, in seconds.
    future: i64,
}

struct DateAnomaly {
    heuristic: Heuristic,
    params: Params,
}

pub(super) fn build(heuristic: Heuristic) -> Result<Box<dyn Detector>, DetectError> {
    let params = params(&heuristic)?;
    Ok(Box::new(DateAnomaly { heuristic, params }))
}

/// Ways in which dates contradict each other, with the words for them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Anomaly {
    ChildBeforeParent,
    AuthorAfterCommitter,
    Future,
}

impl Anomaly {
    fn words(self) -> &'static str {
        match self {
            Anomaly::ChildBeforeParent => "committed before the parent",
            Anomaly::AuthorAfterCommitter => "written after being committed",
            Anomaly::Future => "dated in the future",
        }
    }
}

/// At most this many commits are quoted in one finding.
const QUOTED: usize = 5;

/// Commits dated before this moment were made by another system and imported: Git's own first commit (see guards).
const BEFORE_GIT: i64 = 1_112_911_993;

impl Detector for DateAnomaly {
    fn heuristic(&self) -> &Heuristic {
        &self.heuristic
    }

    fn needs(&self) -> Needs {
        Needs::COMMITS
    }

    fn detect(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let ledger = facts.ledger;
        let mut found: BTreeMap<(ContributorId, u16, Anomaly), Vec<(CommitIdx, Option<CommitIdx>)>> = BTreeMap::new();
        let mut note = |anomaly, who, commit: CommitIdx, beside| {
            let repository = ledger.commit(commit).repository;
            found.entry((who, repository, anomaly)).or_default().push((commit, beside));
        };
        let children = latest_children(facts);
        for (idx, commit) in ledger.enumerate().filter(|(_, c)| c.judged) {
            let committer = facts.people.contributor_of(commit.committer);
            if commit.authored.seconds > commit.committed.seconds.saturating_add(self.params.author_after_committer) {
                note(Anomaly::AuthorAfterCommitter, facts.author_of(idx), idx, None);
            }
            if commit.committed.seconds > facts.now.saturating_add(self.params.future) {
                note(Anomaly::Future, committer, idx, None);
            }
            if commit.committed.seconds < BEFORE_GIT {
                continue;
            }
            for &parent in ledger.parents(commit) {
                let before = ledger.commit(parent).committed.seconds;
                if commit.committed.seconds >= before.saturating_sub(self.params.child_before_parent) {
                    continue;
                }
                // One of the two clocks is wrong. If what came after is earlier than the parent as well, it is the
                // parent's that ran ahead.
                let parent_is_ahead = children[idx.index()].is_some_and(|later| later < before);
                if parent_is_ahead && ledger.commit(parent).judged {
                    let who = facts.people.contributor_of(ledger.commit(parent).committer);
                    note(Anomaly::ChildBeforeParent, who, parent, Some(idx));
                } else if !parent_is_ahead {
                    note(Anomaly::ChildBeforeParent, committer, idx, Some(parent));
                }
            }
        }
        for ((who, repository, anomaly), mut commits) in found {
            commits.dedup_by_key(|(commit, _)| *commit);
            let (name, email) = ledger.identity(facts.people.get(who).earliest());
            let times = if commits.len() == 1 { "one commit".into() } else { format!("{} commits", commits.len()) };
            let summary = format!("{times} {}", anomaly.words());
            let mut draft =
                Draft::new(&self.heuristic, who, repository, [anomaly.words().as_bytes(), name, email], summary);
            let mut command = vec!["show".into(), "-s".into(), "--format=%H%n  author    %ai%n  committer %ci".into()];
            for &(idx, beside) in commits.iter().take(QUOTED) {
                let commit = ledger.commit(idx);
                let mut seen = format!(
                    "{}: author {}, committer {}",
                    commit.oid,
                    commit.authored.local(),
                    commit.committed.local()
                );
                command.push(commit.oid.to_string());
                if let Some(beside) = beside {
                    let other = ledger.commit(beside);
                    seen += &format!("; its neighbour {}: committer {}", other.oid, other.committed.local());
                    command.push(other.oid.to_string());
                }
                draft.saw(anomaly.words(), seen);
            }
            draft.commits = commits.into_iter().map(|(idx, _)| idx).collect();
            draft.reproduce(command);
            sink.push(draft)?;
        }
        Ok(())
    }
}

/// For each commit the latest committer date among its children; nothing for one that has none.
fn latest_children(facts: &Facts<'_>) -> Vec<Option<i64>> {
    let mut latest: Vec<Option<i64>> = vec![None; facts.ledger.commits.len()];
    for commit in &facts.ledger.commits {
        for parent in facts.ledger.parents(commit) {
            let slot = &mut latest[parent.index()];
            *slot = Some(slot.unwrap_or(i64::MIN).max(commit.committed.seconds));
        }
    }
    latest
}
