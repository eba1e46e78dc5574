//! `cloned-commit-metadata`: the subject and timestamp of another author's commit, on a different change.

use crate::detectors::twins::{are_linked, twins};
use crate::detectors::words::{in_utc_and_as_written, who as name_of};
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::finding::Draft;
use crate::ledger::{CommitIdx, PathId};
use std::collections::BTreeSet;

coded!(ClonedCommitMetadata, Needs::CHANGES, ["linked", "handed-on"]);

impl ClonedCommitMetadata {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let ledger = facts.ledger;
        for group in twins(ledger) {
            // Of several by the same author, only the first is reported.
            let mut told = BTreeSet::new();
            for (place, &clone) in group.iter().enumerate().skip(1) {
                let (commit, who) = (ledger.commit(clone), facts.author_of(clone));
                let is_other = |o: &&CommitIdx| facts.author_of(**o) != who;
                let Some(&original) = group[..place].iter().find(is_other) else { continue };
                if !commit.judged || group[..place].iter().any(|o| facts.author_of(*o) == who) || !told.insert(who) {
                    continue;
                }
                let (own, theirs) = (paths(facts, clone), paths(facts, original));
                // Mostly the same files: the author was corrected, or the change was applied under another name.
                let shared = own.intersection(&theirs).count();
                if own.is_empty() || theirs.is_empty() || shared * 2 >= own.len().min(theirs.len()) {
                    continue;
                }
                let first = ledger.commit(original);
                let summary = "same subject and timestamp as another author's commit, but a different change";
                let key = [commit.subject.to_le_bytes().to_vec(), commit.authored.seconds.to_le_bytes().to_vec()];
                let mut draft = Draft::new(&self.heuristic, who, commit.repository, key, summary);
                draft.saw("written", in_utc_and_as_written(commit.authored));
                draft.saw("committed", in_utc_and_as_written(commit.committed));
                let other = [
                    format!("{:.12} by ", first.oid.to_string()).into_bytes(),
                    name_of(facts, facts.author_of(original)),
                ];
                draft.saw("the same subject and second", other.concat());
                draft.saw("that one was committed", in_utc_and_as_written(first.committed));
                draft.answer("linked", !are_linked(facts, who, facts.author_of(original)));
                let committer = facts.people.contributor_of(commit.committer);
                draft.answer("handed-on", committer == who || facts.people.get(committer).bot);
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

fn paths(facts: &Facts<'_>, idx: CommitIdx) -> BTreeSet<PathId> {
    facts.ledger.changes_of(idx).iter().map(|c| c.path).collect()
}
