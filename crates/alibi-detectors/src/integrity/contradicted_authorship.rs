//! `contradicted-authorship`: a commit with metadata that contradicts the named author.

use alibi_core::analysis::people::Trace;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::{Draft, Value};

coded!(ContradictedAuthorship, FactSet::COMMITS, []);

impl ContradictedAuthorship {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for (&idx, traces) in view.contradicted {
            let commit = view.facts.commit(idx);
            if !commit.in_scope {
                continue;
            }
            let summary = "a commit's metadata contradicts the named author";
            let key = [commit.subject_hash.to_le_bytes(), commit.authored.seconds.to_le_bytes()];
            let mut draft = Draft::new(&self.heuristic, view.author_of(idx), commit.repository, key, summary);
            draft.saw("author", Value::Identity(commit.author)).saw("committer", Value::Identity(commit.committer));
            draft.saw("written", Value::Moment(commit.authored));
            draft.saw("committed", Value::Moment(commit.committed));
            for trace in traces.iter().map(Trace::to_string) {
                draft.saw("contradiction", Value::text(trace));
            }
            let oid = view.oid(idx);
            draft.reproduce(["show", "--stat", "--format=raw", &oid]);
            draft.commits = vec![idx];
            sink.push(draft)?;
        }
        Ok(())
    }
}
