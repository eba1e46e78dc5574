//! `signing-change`: a regular signer briefly stops signing, or uses another key.

use crate::shared::words::{day, own_commits, signatures_of};
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, KeyId};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::Validity;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of commits for a signing habit.
    habit_commits: usize,
    /// Minimum percentage of these commits that must be signed.
    habit_percent: usize,
    /// Maximum number of consecutive commits without the usual signature.
    max_commits: usize,
    /// Number of consecutive commits with the usual signature that show the return of the habit.
    return_commits: usize,
}

coded!(SigningChange, Params, FactSet::COMMITS, ["lasting-change"]);

impl SigningChange {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        let key = |c: CommitIdx| key_of(view, c);
        for (who, commits) in view.people.iter().zip(own_commits(view)).map(|((id, _), commits)| (id, commits)) {
            let mut known: BTreeSet<KeyId> = BTreeSet::new();
            let (mut signed, mut total, mut i) = (0, 0, 0);
            while i < commits.len() {
                let usual = |key: Option<KeyId>, known: &BTreeSet<KeyId>| key.is_some_and(|k| known.contains(&k));
                let habit = total >= self.params.habit_commits && signed * 100 >= total * self.params.habit_percent;
                if !habit || usual(key(commits[i]), &known) {
                    total += 1;
                    signed += usize::from(key(commits[i]).is_some());
                    known.extend(key(commits[i]));
                    i += 1;
                    continue;
                }
                let run = commits[i..].iter().take_while(|&&c| !usual(key(c), &known)).count();
                let (odd, after) = (&commits[i..i + run], &commits[i + run..]);
                let back = after.iter().take(self.params.return_commits).filter(|&&c| usual(key(c), &known)).count();
                let returned = back >= self.params.return_commits.min(after.len()) && !after.is_empty();
                // At the end of the history, a short run may be an exception or the start of a lasting change.
                let kept = key(odd[0]).is_some_and(|k| signs(view, who, k) > self.params.max_commits as u32);
                let lasting = kept || !returned && (run > self.params.max_commits || !after.is_empty());
                let long = returned && run > self.params.max_commits;
                if odd.iter().any(|&c| facts.commit(c).in_scope) && !long {
                    self.push(view, sink, (who, odd), total, lasting)?;
                }
                total += run;
                signed += odd.iter().filter(|&&c| key(c).is_some()).count();
                known.extend(odd.iter().filter_map(|&c| key(c)));
                i += run;
            }
        }
        Ok(())
    }
}

/// The key that signs a commit; none if the commit is unsigned or the signature check failed.
fn key_of(view: &View<'_>, commit: CommitIdx) -> Option<KeyId> {
    let signature = view.facts.signature(view.facts.commit(commit));
    signature.filter(|s| s.validity != Validity::Bad).and_then(|s| s.key)
}

/// Number of commits that a contributor committed and signed with a key, including merges and commits by other authors.
fn signs(view: &View<'_>, who: ContributorId, key: KeyId) -> u32 {
    let holders = view.people.keys.get(&key).map(|k| &k.holders);
    let own = view.people.get(who).identities.iter().filter_map(|i| holders?.get(i));
    own.map(|signed| signed.commits).sum()
}

impl SigningChange {
    /// Raises a finding on consecutive commits (`odd`) by a contributor with `before` earlier ones.
    fn push(
        &self,
        view: &View<'_>,
        sink: &mut Sink<'_>,
        (who, odd): (ContributorId, &[CommitIdx]),
        before: usize,
        lasting: bool,
    ) -> Result<(), DetectError> {
        let facts = view.facts;
        let first = facts.commit(odd[0]);
        let key = key_of(view, odd[0]);
        let how = if key.is_some() { "signed with another key" } else { "not signed" };
        let s = if odd.len() == 1 { "" } else { "s" };
        let summary = format!("{} commit{s} {how} by a contributor who otherwise always signs", odd.len());
        let subject = first.subject_hash.to_le_bytes();
        let moment = first.authored.seconds.to_le_bytes();
        let mut draft = Draft::new(&self.heuristic, who, first.repository, [&subject[..], &moment[..]], summary);
        draft.saw("before", Value::words(format!("{before} commits, nearly all signed")));
        let last = facts.commit(odd[odd.len() - 1]).committed.seconds;
        draft.saw(
            "then",
            Value::words(format!("{} {how}, {} to {}", odd.len(), day(first.committed.seconds), day(last))),
        );
        if let Some(key) = key {
            draft.saw("key", Value::text(facts.key(key)));
        }
        draft.saw("first of them", Value::Commit(odd[0]));
        draft.answer("lasting-change", !lasting);
        draft.commits = odd.to_vec();
        draft.reproduce(signatures_of(view, odd));
        sink.push(draft)
    }
}
