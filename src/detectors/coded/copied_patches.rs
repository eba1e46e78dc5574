//! `copied-patches`: other people's patches in another repository under another name.

use crate::detectors::twins::are_linked;
use crate::detectors::words::{any_judged, identity, is_role_account, who as name_of};
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::finding::Draft;
use crate::ledger::CommitIdx;
use crate::people::ContributorId;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of patches.
    least_patches: usize,
    /// A patch in more commits than this is too common to count.
    most_seen: usize,
}

coded!(CopiedPatches, Params, Needs::PATCHES, ["mailmap", "direction", "role-account"]);

impl CopiedPatches {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let ledger = facts.ledger;
        let mut same: BTreeMap<u64, Vec<CommitIdx>> = BTreeMap::new();
        facts.patches.iter().for_each(|(idx, hash)| same.entry(*hash).or_default().push(*idx));
        // Pairs of original and copy, by copier and repositories. Dates can be forged: they only define an order.
        let mut copies: BTreeMap<(ContributorId, u16, u16), Vec<(CommitIdx, CommitIdx)>> = BTreeMap::new();
        for commits in same.values_mut().filter(|c| c.len() > 1 && c.len() <= self.params.most_seen) {
            commits.sort_by_key(|idx| (ledger.commit(*idx).committed.seconds, *idx));
            let (original, from) = (commits[0], ledger.commit(commits[0]));
            for &copy in &commits[1..] {
                let (to, who) = (ledger.commit(copy), facts.author_of(copy));
                if to.repository != from.repository && who != facts.author_of(original) {
                    copies.entry((who, from.repository, to.repository)).or_default().push((original, copy));
                }
            }
        }
        for ((who, _, repository), mut pairs) in copies {
            pairs.sort_by_key(|(_, copy)| *copy);
            let commits: Vec<CommitIdx> = pairs.iter().map(|(_, copy)| *copy).collect();
            if pairs.len() < self.params.least_patches || !any_judged(facts, &commits) {
                continue;
            }
            let summary = format!("{} patches also appear in another repository under other names", pairs.len());
            let key = identity(facts, facts.people.get(who).earliest());
            let mut draft = Draft::new(&self.heuristic, who, repository, [key], summary);
            for (original, copy) in pairs.iter().take(5) {
                let from = ledger.commit(*original);
                let seen = format!(
                    "{:.12} is {:.12} of {}, by ",
                    facts.oid(*copy),
                    from.oid.to_string(),
                    ledger.repositories[usize::from(from.repository)].path
                );
                draft.saw("copied", [seen.into_bytes(), name_of(facts, facts.author_of(*original))].concat());
            }
            let authors: BTreeSet<ContributorId> =
                pairs.iter().map(|(original, _)| facts.author_of(*original)).collect();
            draft.answer("mailmap", !authors.iter().any(|author| are_linked(facts, *author, who)));
            // Several authors replaced by one show the direction; between one and one, either may be the copy.
            draft.answer("role-account", !is_role_account(facts, who));
            draft.answer("direction", authors.len() > 1);
            let oid = facts.oid(commits[0]);
            draft.reproduce(["show", "--format=fuller", oid.as_str()]);
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}
