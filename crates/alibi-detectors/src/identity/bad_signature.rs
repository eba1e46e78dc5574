//! `bad-signature`: a commit whose signature does not verify with the key that it names.

use crate::shared::words::{identity, signatures_of};
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, KeyId, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::{SignatureKind, Validity};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Maximum number of commits listed in a finding.
    quoted: usize,
}

coded!(BadSignature, Params, FactSet::COMMITS, ["always-bad"]);

impl BadSignature {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        let mut bad: BTreeMap<(ContributorId, RepositoryIdx, KeyId), Vec<CommitIdx>> = BTreeMap::new();
        let mut good: BTreeMap<KeyId, u32> = BTreeMap::new();
        for (idx, commit) in facts.enumerate() {
            let Some(signature) = facts.signature(commit) else { continue };
            let Some(key) = signature.key else { continue };
            match signature.validity {
                Validity::Good | Validity::Expired => *good.entry(key).or_default() += 1,
                // Signatures in other formats embed the key and were verified with it if the algorithm is supported,
                // even if the key's owner is unknown.
                Validity::Unchecked | Validity::UnknownKey if signature.kind != SignatureKind::OpenPgp => {
                    *good.entry(key).or_default() += 1;
                }
                Validity::Bad if commit.in_scope => {
                    let who = view.people.contributor_of(commit.committer);
                    bad.entry((who, commit.repository, key)).or_default().push(idx);
                }
                _ => {}
            }
        }
        for ((who, repository, key), commits) in bad {
            let name = facts.key(key);
            let s = if commits.len() == 1 { " does" } else { "s do" };
            let summary = format!("{} signature{s} not match the named key", commits.len());
            let first = facts.commit(commits[0]);
            let earliest = identity(view, view.people.get(who).earliest());
            let mut draft = Draft::new(&self.heuristic, who, repository, [name.as_bytes(), &earliest], summary);
            draft.saw("key", Value::text(&name)).saw("committer", Value::Identity(first.committer));
            for commit in commits.iter().take(self.params.quoted) {
                draft.saw("commit", Value::Commit(*commit));
            }
            let valid = good.get(&key).copied().unwrap_or(0);
            draft.saw("valid signatures by this key", Value::count(valid));
            // If a rewritten history kept its old signatures, no signature by the key is valid.
            draft.answer("always-bad", valid > 0);
            draft.reproduce(signatures_of(view, &commits));
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}
