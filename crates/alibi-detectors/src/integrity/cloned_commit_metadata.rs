//! `cloned-commit-metadata`: a commit with the subject and timestamp of another author's commit, but a different
//! change.

use crate::shared::twins::{are_linked, twins};
use crate::shared::words::who as name_of;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, PathId};
use alibi_core::finding::{Draft, Value};
use std::collections::BTreeSet;

coded!(ClonedCommitMetadata, FactSet::CHANGES, ["linked", "handed-on"]);

impl ClonedCommitMetadata {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        for group in twins(facts) {
            // Only the first of several clones by the same author is reported.
            let mut reported = BTreeSet::new();
            for (place, &clone) in group.iter().enumerate().skip(1) {
                let (commit, who) = (facts.commit(clone), view.author_of(clone));
                let is_other = |o: &&CommitIdx| view.author_of(**o) != who;
                let Some(&original) = group[..place].iter().find(is_other) else { continue };
                if !commit.in_scope || group[..place].iter().any(|o| view.author_of(*o) == who) || !reported.insert(who)
                {
                    continue;
                }
                let (own, theirs) = (paths(view, clone), paths(view, original));
                // If at least half of the files are the same, the author was corrected, or the change was applied under
                // another name.
                let shared = own.intersection(&theirs).count();
                if own.is_empty() || theirs.is_empty() || shared * 2 >= own.len().min(theirs.len()) {
                    continue;
                }
                let first = facts.commit(original);
                let summary = "same subject and timestamp as another author's commit, but a different change";
                let key = [commit.subject_hash.to_le_bytes().to_vec(), commit.authored.seconds.to_le_bytes().to_vec()];
                let mut draft = Draft::new(&self.heuristic, who, commit.repository, key, summary);
                draft.saw("written", Value::Moment(commit.authored));
                draft.saw("committed", Value::Moment(commit.committed));
                let other = [
                    format!("{:.12} by ", first.oid.to_string()).into_bytes(),
                    name_of(view, view.author_of(original)),
                ];
                draft.saw("same subject and timestamp", Value::text(other.concat()));
                draft.saw("original commit date", Value::Moment(first.committed));
                draft.answer("linked", !are_linked(view, who, view.author_of(original)));
                let committer = view.people.contributor_of(commit.committer);
                draft.answer("handed-on", committer == who || view.people.get(committer).bot);
                let (a, b) = (first.oid.to_string(), commit.oid.to_string());
                draft.reproduce(["show", "--format=fuller", "--stat", a.as_str(), b.as_str()]);
                draft.commits = vec![clone];
                draft.paths = own.into_iter().collect();
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}

fn paths(view: &View<'_>, idx: CommitIdx) -> BTreeSet<PathId> {
    view.facts.changes_of(idx).iter().map(|c| c.path).collect()
}
