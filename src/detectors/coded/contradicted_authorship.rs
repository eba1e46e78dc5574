//! `contradicted-authorship`: a commit with metadata that contradicts the named author.

use crate::detectors::words::{identity, in_utc_and_as_written};
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::finding::Draft;
use crate::people::Trace;

coded!(ContradictedAuthorship, Needs::COMMITS, []);

impl ContradictedAuthorship {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for (&idx, traces) in facts.contradicted {
            let commit = facts.ledger.commit(idx);
            if !commit.judged {
                continue;
            }
            let summary = "a commit's metadata contradicts the named author";
            let key = [commit.subject.to_le_bytes(), commit.authored.seconds.to_le_bytes()];
            let mut draft = Draft::new(&self.heuristic, facts.author_of(idx), commit.repository, key, summary);
            draft.saw("author", identity(facts, commit.author)).saw("committer", identity(facts, commit.committer));
            draft.saw("written", in_utc_and_as_written(commit.authored));
            draft.saw("committed", in_utc_and_as_written(commit.committed));
            for trace in traces.iter().map(Trace::to_string) {
                draft.saw("trace", trace);
            }
            let oid = facts.oid(idx);
            draft.reproduce(["show", "--stat", "--format=raw", &oid]);
            draft.commits = vec![idx];
            sink.push(draft)?;
        }
        Ok(())
    }
}
