//! `date-anomaly`: dates that contradict each other.

use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, KeyId, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::{FIRST_GIT_COMMIT, Offset, Stamp, Validity};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Maximum number of seconds by which a commit may be dated before its parent.
    child_before_parent: i64,
    /// Maximum number of seconds by which an author date may be later than the committer date.
    author_after_committer: i64,
    /// Maximum number of seconds by which an OpenPGP signature may be dated before the committer date.
    signed_earlier: i64,
    /// Maximum number of seconds by which a signature may be dated after the committer date. A passphrase prompt may
    /// remain unanswered for hours.
    signed_later: i64,
    /// Maximum number of seconds by which a committer date may be in the future.
    future: i64,
}

coded!(DateAnomaly, Params, FactSet::COMMITS, []);

/// Ways in which dates contradict each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Anomaly {
    ChildBeforeParent,
    AuthorAfterCommitter,
    SignedApart,
    Future,
}

impl Anomaly {
    /// The description in reports. It is part of the key of findings.
    fn description(self) -> &'static str {
        match self {
            Anomaly::ChildBeforeParent => "committed before the parent",
            Anomaly::AuthorAfterCommitter => "written after being committed",
            Anomaly::SignedApart => "signed at another time than committed",
            Anomaly::Future => "dated in the future",
        }
    }
}

/// A commit with a wrong date, and the parent or child that shows it, if any.
type Beside = (CommitIdx, Option<CommitIdx>);

/// Minimum number of signatures by one key in the same second that count as copies of one signature.
const SAME_MOMENT: usize = 3;

/// Maximum number of commits to quote in a finding.
const QUOTED: usize = 5;

impl DateAnomaly {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        let mut found: BTreeMap<(ContributorId, RepositoryIdx, Anomaly), Vec<Beside>> = BTreeMap::new();
        let mut note = |anomaly, who, commit: CommitIdx, beside| {
            let repository = facts.commit(commit).repository;
            found.entry((who, repository, anomaly)).or_default().push((commit, beside));
        };
        let children = first_children(view);
        // Several signatures with one timestamp are copies of one signature, which other heuristics cover.
        let mut signed_at: FxHashMap<(Option<KeyId>, i64), usize> = FxHashMap::default();
        for signature in facts.commits.iter().filter_map(|c| facts.signature(c)) {
            if let Some(made) = signature.made {
                *signed_at.entry((signature.key, made)).or_default() += 1;
            }
        }
        for (idx, commit) in facts.enumerate().filter(|(_, c)| c.in_scope) {
            let committer = view.people.contributor_of(commit.committer);
            // If a parent is dated later, the committer's clock was behind, which is no evidence about the author.
            let behind =
                facts.parents(commit).iter().any(|p| facts.commit(*p).committed.seconds > commit.committed.seconds);
            let latest = commit.committed.seconds.saturating_add(self.params.author_after_committer);
            if commit.authored.seconds > latest && !behind {
                note(Anomaly::AuthorAfterCommitter, view.author_of(idx), idx, None);
            }
            let made = facts
                .signature(commit)
                .filter(|s| s.validity != Validity::Bad)
                .and_then(|s| s.made.filter(|made| signed_at[&(s.key, *made)] < SAME_MOMENT));
            let apart = made.map_or(0, |made| made.saturating_sub(commit.committed.seconds));
            if apart < -self.params.signed_earlier || apart > self.params.signed_later {
                note(Anomaly::SignedApart, committer, idx, None);
            }
            if commit.committed.seconds > view.now.saturating_add(self.params.future) {
                note(Anomaly::Future, committer, idx, None);
            }
            if commit.committed.seconds < FIRST_GIT_COMMIT {
                continue;
            }
            for &parent in facts.parents(commit) {
                let before = facts.commit(parent).committed.seconds;
                if commit.committed.seconds >= before.saturating_sub(self.params.child_before_parent) {
                    continue;
                }
                match self.culprit(view, &children, parent, idx) {
                    Some(Clock::Child) => note(Anomaly::ChildBeforeParent, committer, idx, Some(parent)),
                    Some(Clock::Parent) if facts.commit(parent).in_scope => {
                        let who = view.people.contributor_of(facts.commit(parent).committer);
                        note(Anomaly::ChildBeforeParent, who, parent, Some(idx));
                    }
                    _ => {}
                }
            }
        }
        for ((who, repository, anomaly), mut commits) in found {
            commits.dedup_by_key(|(commit, _)| *commit);
            let (name, email) = facts.identity(view.people.get(who).earliest());
            let times = if commits.len() == 1 { "one commit".into() } else { format!("{} commits", commits.len()) };
            let summary = format!("{times} {}", anomaly.description());
            let mut draft =
                Draft::new(&self.heuristic, who, repository, [anomaly.description().as_bytes(), name, email], summary);
            let mut command = vec!["show".into(), "-s".into(), "--format=%H%n  author    %ai%n  committer %ci".into()];
            for &(idx, beside) in commits.iter().take(QUOTED) {
                let commit = facts.commit(idx);
                let mut seen = format!("author {}, committer {}", commit.authored.local(), commit.committed.local());
                command.push(commit.oid.to_string());
                if let Some(beside) = beside {
                    let other = facts.commit(beside);
                    seen +=
                        &format!("; neighbour {:.12}, committer {}", other.oid.to_string(), other.committed.local());
                    command.push(other.oid.to_string());
                }
                if let (Anomaly::SignedApart, Some(made)) = (anomaly, facts.signature(commit).and_then(|s| s.made)) {
                    seen += &format!(", signature {}", Stamp { seconds: made, offset: Offset::UTC }.utc());
                }
                draft.saw(format!("{:.12}", commit.oid.to_string()), Value::words(seen));
            }
            if commits.len() > QUOTED {
                draft.saw("further commits", Value::count(commits.len() - QUOTED));
            }
            draft.commits = commits.into_iter().map(|(idx, _)| idx).collect();
            draft.reproduce(command);
            sink.push(draft)?;
        }
        Ok(())
    }
}

/// The commit whose committer's clock was wrong.
enum Clock {
    Child,
    Parent,
}

impl DateAnomaly {
    /// Decides, if possible, whose clock was wrong when a child is dated before its parent.
    ///
    /// The clocks of forges and merge bots are trusted, since a service maintains them. If the child and the commits
    /// that follow it are dated before the parent, and several people committed them, the parent's clock was ahead. If
    /// one person committed them, that person's clock was behind or was set back.
    fn culprit(
        &self,
        view: &View<'_>,
        children: &[Option<CommitIdx>],
        parent: CommitIdx,
        child: CommitIdx,
    ) -> Option<Clock> {
        let committer = |idx: CommitIdx| view.people.contributor_of(view.facts.commit(idx).committer);
        let is_service = |idx: CommitIdx| view.people.get(committer(idx)).bot;
        match (is_service(parent), is_service(child)) {
            (true, true) => return None,
            (true, false) => return Some(Clock::Child),
            (false, true) => return Some(Clock::Parent),
            (false, false) => {}
        }
        let seconds = |idx: CommitIdx| view.facts.commit(idx).committed.seconds;
        let ahead = seconds(parent);
        if committer(parent) == committer(child) {
            return Some(Clock::Child);
        }
        let mut behind = BTreeSet::new();
        let mut next = Some(child);
        for _ in 0..FOLLOWED {
            let Some(idx) = next else { break };
            if seconds(idx) >= ahead {
                // The dates have caught up with the parent's. Several people in between cannot all have been behind.
                return Some(if behind.len() > 1 { Clock::Parent } else { Clock::Child });
            }
            behind.insert(committer(idx));
            next = children[idx.index()];
        }
        let before_both = view.facts.parents(view.facts.commit(parent)).iter().map(|p| seconds(*p)).max();
        if behind.len() > 1 {
            Some(Clock::Parent)
        } else if before_both
            .is_some_and(|earlier| seconds(child) < earlier.saturating_sub(self.params.child_before_parent))
        {
            Some(Clock::Child)
        } else {
            None
        }
    }
}

/// Maximum number of commits to check, starting at the child.
const FOLLOWED: usize = 20;

/// Returns each commit's first child in canonical order, if any.
fn first_children(view: &View<'_>) -> Vec<Option<CommitIdx>> {
    let mut children: Vec<Option<CommitIdx>> = vec![None; view.facts.commits.len()];
    for (idx, commit) in view.facts.enumerate() {
        for parent in view.facts.parents(commit) {
            children[parent.index()].get_or_insert(idx);
        }
    }
    children
}
