//! `rewritten-ref`: a rewritten branch, or a version tag that was moved.

use crate::shared::words::{day, is_shared_line};
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, IdentityId, RefMove, RepositoryIdx, short_name};
use alibi_core::finding::{Draft, Value};

coded!(RewrittenRef, FactSet::COMMITS, ["topic-branch", "mover"]);

/// Maximum number of lost or new commits to count.
const MAX: usize = 1_000;

impl RewrittenRef {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        for (number, row) in facts.repositories.iter().enumerate() {
            for moved in &row.moves {
                let is_tag = moved.name.starts_with(b"refs/tags/");
                // A fast-forward loses no commits. It matters only for tags that name a full version; branches and
                // other tags are meant to move.
                let goes_on = moved.from_commit.is_some_and(|from| facts.is_ancestor(from, moved.to));
                if goes_on && !(is_tag && names_a_version(short_name(&moved.name))) {
                    continue;
                }
                let (lost, new) = match moved.from_commit {
                    Some(from) => (facts.beyond(from, moved.to, MAX), facts.beyond(moved.to, from, MAX)),
                    None => (Vec::new(), Vec::new()),
                };
                let place = row.refs.binary_search_by(|r| r.name.cmp(&moved.name));
                let tag = place.ok().and_then(|place| row.refs[place].tag);
                let who = mover(view, moved, &new, tag.and_then(|t| t.tagger));
                let shown = String::from_utf8_lossy(short_name(&moved.name)).into_owned();
                let what = if is_tag { "the tag" } else { "the branch" };
                let summary = format!("{what} {shown} was rewritten");
                let key = [moved.name.as_slice(), moved.from.as_bytes()];
                let mut draft = Draft::new(&self.heuristic, who.0, RepositoryIdx::new(number), key, summary);
                draft.saw("pointed to", Value::words(format!("{}, on {}", moved.from, day(moved.seen))));
                draft.saw("points to", Value::Commit(moved.to));
                match moved.from_commit {
                    None => draft.saw("lost", "its former commits are no longer stored here"),
                    Some(_) => draft
                        .saw("lost", Value::words(format!("{} commits, replaced by {}", count(&lost), count(&new)))),
                };
                for idx in lost.iter().rev().take(3) {
                    draft.saw(
                        "lost commit",
                        Value::joined([
                            Value::words(format!("{:.12} by ", view.oid(*idx))),
                            Value::Identity(view.people.most_used(view.author_of(*idx))),
                        ]),
                    );
                }
                draft.answer("topic-branch", is_tag || is_shared_line(&moved.name));
                draft.answer("mover", who.1);
                let (old, tip) = (moved.from.to_string(), view.oid(moved.to));
                let range = format!("{old}...{tip}");
                draft.reproduce(["log", "--left-right", "--format=%m %h %cd %cn <%ce> %s", range.as_str()]);
                draft.commits = vec![moved.to];
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}

/// Returns who moved a reference, and whether a person is known to have moved it. The mover is the identity in the
/// reflog or in an annotated tag, or otherwise the committer of a branch's first new commit. If there is none of these,
/// for example after a branch was reset to an older commit, the mover is unknown.
fn mover(view: &View<'_>, moved: &RefMove, new: &[CommitIdx], tagger: Option<IdentityId>) -> (ContributorId, bool) {
    let is_tag = moved.name.starts_with(b"refs/tags/");
    let first = new.first().copied().filter(|_| !is_tag);
    let identity = moved.by.or(tagger.filter(|_| is_tag)).or(first.map(|idx| view.facts.commit(idx).committer));
    let who = view.people.contributor_of(identity.unwrap_or(view.facts.commit(moved.to).committer));
    (who, identity.is_some() && !view.people.get(who).bot)
}

/// Whether a tag's name contains a full version, with three numbers or more. Tags such as `v1` and `latest` are meant
/// to move.
fn names_a_version(name: &[u8]) -> bool {
    let numbers = name.split(|b| !b.is_ascii_digit()).filter(|part| !part.is_empty());
    numbers.count() >= 3
}

fn count(commits: &[CommitIdx]) -> String {
    if commits.len() < MAX { commits.len().to_string() } else { format!("{MAX} or more") }
}
