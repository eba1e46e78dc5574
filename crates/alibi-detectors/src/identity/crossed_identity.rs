//! `crossed-identity`: a commit with the name of one established contributor and the address of another.

use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, IdentityId};
use alibi_core::finding::{Draft, Value};

coded!(CrossedIdentity, FactSet::COMMITS, []);

impl CrossedIdentity {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for crossed in &view.people.crossed {
            let authored = view.facts.enumerate().filter(|(_, c)| c.author.0 == crossed.identity && c.in_scope);
            let commits: Vec<CommitIdx> = authored.map(|(idx, _)| idx).collect();
            let Some(first) = commits.first() else { continue };
            let commit = view.facts.commit(*first);
            let (name, email) = view.facts.identity(commit.author);
            let summary = "a commit has the name of one contributor and the address of another";
            let mut draft =
                Draft::new(&self.heuristic, view.author_of(*first), commit.repository, [name, email], summary);
            draft.saw("author", Value::Identity(commit.author));
            draft.saw("address belongs to", Value::Identity(IdentityId(crossed.by_address)));
            draft.saw("name belongs to", Value::Identity(IdentityId(crossed.by_name)));
            draft.reproduce(["show", "--stat", "--format=fuller", &view.oid(*first)]);
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}
