//! `copied-patches`: patches that also appear in another repository under another author's name.

use crate::shared::twins::are_linked;
use crate::shared::words::{any_in_scope, identity, is_role_account};
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of patches.
    min_patches: usize,
    /// A patch in more commits than this is too common to count.
    max_seen: usize,
}

coded!(CopiedPatches, Params, FactSet::PATCHES, ["mailmap", "direction", "role-account"]);

impl CopiedPatches {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        let mut same: BTreeMap<u64, Vec<CommitIdx>> = BTreeMap::new();
        view.facts.patches.iter().for_each(|(idx, hash)| same.entry(*hash).or_default().push(*idx));
        // Pairs of original and copy, by copier and repositories. Dates can be forged, so they only define an order.
        let mut copies: BTreeMap<(ContributorId, RepositoryIdx, RepositoryIdx), Vec<(CommitIdx, CommitIdx)>> =
            BTreeMap::new();
        for commits in same.values_mut().filter(|c| c.len() > 1 && c.len() <= self.params.max_seen) {
            commits.sort_by_key(|idx| (facts.commit(*idx).committed.seconds, *idx));
            let (original, from) = (commits[0], facts.commit(commits[0]));
            for &copy in &commits[1..] {
                let (to, who) = (facts.commit(copy), view.author_of(copy));
                if to.repository != from.repository && who != view.author_of(original) {
                    copies.entry((who, from.repository, to.repository)).or_default().push((original, copy));
                }
            }
        }
        for ((who, _, repository), mut pairs) in copies {
            pairs.sort_by_key(|(_, copy)| *copy);
            let commits: Vec<CommitIdx> = pairs.iter().map(|(_, copy)| *copy).collect();
            if pairs.len() < self.params.min_patches || !any_in_scope(view, &commits) {
                continue;
            }
            let summary = format!("{} patches also appear in another repository under other names", pairs.len());
            let key = identity(view, view.people.get(who).earliest());
            let mut draft = Draft::new(&self.heuristic, who, repository, [key], summary);
            for (original, copy) in pairs.iter().take(5) {
                let from = facts.commit(*original);
                let seen = format!(
                    "{:.12} is {:.12} of {}, by ",
                    view.oid(*copy),
                    from.oid.to_string(),
                    facts.repositories[from.repository.index()].path
                );
                draft.saw(
                    "copied",
                    Value::joined([
                        Value::words(seen),
                        Value::Identity(view.people.most_used(view.author_of(*original))),
                    ]),
                );
            }
            let authors: BTreeSet<ContributorId> =
                pairs.iter().map(|(original, _)| view.author_of(*original)).collect();
            draft.answer("mailmap", !authors.iter().any(|author| are_linked(view, *author, who)));
            draft.answer("role-account", !is_role_account(view, who));
            // If one author replaces several, that author copied. If one author replaces one other, either of them may
            // be the copier.
            draft.answer("direction", authors.len() > 1);
            let oid = view.oid(commits[0]);
            draft.reproduce(["show", "--format=fuller", oid.as_str()]);
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}
