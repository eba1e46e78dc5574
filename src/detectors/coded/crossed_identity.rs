//! `crossed-identity`: a commit with the name of one established contributor and the address of another.

use crate::detectors::words::identity;
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::finding::Draft;
use crate::ledger::{CommitIdx, IdentityId};

coded!(CrossedIdentity, Needs::COMMITS, []);

impl CrossedIdentity {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for crossed in &facts.people.crossed {
            let own = facts.ledger.enumerate().filter(|(_, c)| c.author.0 == crossed.identity && c.judged);
            let commits: Vec<CommitIdx> = own.map(|(idx, _)| idx).collect();
            let Some(first) = commits.first() else { continue };
            let commit = facts.ledger.commit(*first);
            let (name, email) = facts.ledger.identity(commit.author);
            let summary = "a commit has the name of one contributor and the address of another";
            let mut draft =
                Draft::new(&self.heuristic, facts.author_of(*first), commit.repository, [name, email], summary);
            draft.saw("author", identity(facts, commit.author));
            draft.saw("the address is of", identity(facts, IdentityId(crossed.by_address)));
            draft.saw("the name is of", identity(facts, IdentityId(crossed.by_name)));
            draft.reproduce(["show", "--stat", "--format=fuller", &facts.oid(*first)]);
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}
