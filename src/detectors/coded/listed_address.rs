//! `listed-address`: addresses on the team's lists.

use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::finding::Draft;
use crate::ledger::{CommitIdx, IdentityId};
use crate::people::normalise_email;
use std::collections::BTreeMap;

coded!(ListedAddress, Needs::INDICATORS, []);

impl ListedAddress {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let ledger = facts.ledger;
        let on_lists = |id: u32| Some((id, facts.indicators.address(ledger.identity(IdentityId(id)).1)?));
        let listed: BTreeMap<u32, &str> = (0..ledger.identity_count() as u32).filter_map(on_lists).collect();
        let mut found: BTreeMap<(u16, u32), Vec<CommitIdx>> = BTreeMap::new();
        for (idx, commit) in ledger.enumerate().filter(|(_, c)| c.judged) {
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
            let (_, email) = ledger.identity(IdentityId(id));
            let who = facts.people.contributor_of(IdentityId(id));
            let summary = format!("{} is on the team's list", String::from_utf8_lossy(email));
            let mut draft = Draft::new(&self.heuristic, who, repository, [normalise_email(email)], summary);
            draft.saw("on the list as", listed[&id]);
            draft.saw("commits", commits.len().to_string());
            let oid = facts.oid(commits[0]);
            draft.saw("first in", &oid);
            draft.reproduce([b"show".as_slice(), b"--no-patch", b"--format=fuller", oid.as_bytes()]);
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}
