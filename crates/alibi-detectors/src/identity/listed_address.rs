//! `listed-address`: a commit with an address on one of the team's lists.

use alibi_core::analysis::people::normalise_email;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, IdentityId, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use std::collections::BTreeMap;

coded!(ListedAddress, FactSet::INDICATORS, []);

impl ListedAddress {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        let on_lists = |id: u32| Some((id, view.given.indicators.address(facts.identity(IdentityId(id)).1)?));
        let listed: BTreeMap<u32, &str> = (0..facts.identity_count() as u32).filter_map(on_lists).collect();
        let mut found: BTreeMap<(RepositoryIdx, u32), Vec<CommitIdx>> = BTreeMap::new();
        for (idx, commit) in facts.enumerate().filter(|(_, c)| c.in_scope) {
            for id in [commit.author.0, commit.committer.0] {
                if listed.contains_key(&id) {
                    let commits = found.entry((commit.repository, id)).or_default();
                    if commits.last() != Some(&idx) {
                        commits.push(idx);
                    }
                }
            }
        }
        for ((repository, id), commits) in found {
            let (_, email) = facts.identity(IdentityId(id));
            let who = view.people.contributor_of(IdentityId(id));
            let summary = format!("{} is on the team's list", String::from_utf8_lossy(email));
            let mut draft = Draft::new(&self.heuristic, who, repository, [normalise_email(email)], summary);
            draft.saw("listed as", Value::text(listed[&id]));
            draft.saw("commits", Value::count(commits.len()));
            let oid = view.oid(commits[0]);
            draft.saw("first in", Value::Commit(commits[0]));
            draft.reproduce([b"show".as_slice(), b"--no-patch", b"--format=fuller", oid.as_bytes()]);
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}
