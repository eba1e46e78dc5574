//! `rewritten-ref`: a branch or a tag that lost what it led to.

use crate::detectors::words::{day, is_shared_line, who as name_of};
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::finding::Draft;
use crate::ledger::{CommitIdx, RefMove, short_name};

coded!(RewrittenRef, Needs::COMMITS, ["topic-branch"]);

/// So many lost or new commits are counted.
const MOST: usize = 1_000;

impl RewrittenRef {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let ledger = facts.ledger;
        for (number, row) in ledger.repositories.iter().enumerate() {
            for moved in &row.moves {
                let is_tag = moved.name.starts_with(b"refs/tags/");
                // A branch that goes on has lost nothing; a tag has no business to go on.
                if !is_tag && moved.from_commit.is_some_and(|from| ledger.is_ancestor(from, moved.to)) {
                    continue;
                }
                let (lost, new) = match moved.from_commit {
                    Some(from) => (ledger.beyond(from, moved.to, MOST), ledger.beyond(moved.to, from, MOST)),
                    None => (Vec::new(), Vec::new()),
                };
                let who = self.mover(facts, moved, &new);
                let shown = String::from_utf8_lossy(short_name(&moved.name)).into_owned();
                let what = if is_tag { "the tag" } else { "the branch" };
                let summary = format!("{what} {shown} no longer leads to what it led to");
                let key = [moved.name.as_slice(), moved.from.as_bytes()];
                let mut draft = Draft::new(&self.heuristic, who, number as u16, key, summary);
                draft.saw("led to", format!("{}, on {}", moved.from, day(moved.seen)));
                draft.saw("leads to", facts.oid(moved.to));
                match moved.from_commit {
                    None => draft.saw("lost", "what it led to is not stored here any more"),
                    Some(_) => draft.saw("lost", format!("{} commits, {} took their place", count(&lost), count(&new))),
                };
                for idx in lost.iter().rev().take(3) {
                    let by = name_of(facts, facts.author_of(*idx));
                    draft.saw("lost commit", [format!("{:.12} by ", facts.oid(*idx)).into_bytes(), by].concat());
                }
                draft.answer("topic-branch", {
                    let is_head = row.head == Some(ledger.commit(moved.to).oid);
                    is_tag || is_head || is_shared_line(&moved.name)
                });
                let (old, tip) = (moved.from.to_string(), facts.oid(moved.to));
                let range = format!("{old}...{tip}");
                draft.reproduce(["log", "--left-right", "--format=%m %h %cd %cn <%ce> %s", range.as_str()]);
                draft.commits = vec![moved.to];
                sink.push(draft)?;
            }
        }
        Ok(())
    }

    /// Who moved it: whom a log names, else whoever committed the first of what took its place.
    fn mover(&self, facts: &Facts<'_>, moved: &RefMove, new: &[CommitIdx]) -> crate::people::ContributorId {
        let first = new.first().copied().unwrap_or(moved.to);
        facts.people.contributor_of(moved.by.unwrap_or(facts.ledger.commit(first).committer))
    }
}

fn count(commits: &[CommitIdx]) -> String {
    if commits.len() < MOST { commits.len().to_string() } else { format!("{MOST} or more") }
}
