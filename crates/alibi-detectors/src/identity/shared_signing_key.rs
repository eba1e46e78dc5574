//! `shared-signing-key`: one key signs commits under unrelated names.

use crate::shared::words::{days, overlap, signatures_of, unrelated};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, IdentityId, KeyId};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::Validity;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of signed commits for a holder to count.
    min_commits: u32,
    /// A holder's own key signs at least this percentage of the holder's commits.
    always_percent: usize,
}

coded!(SharedSigningKey, Params, FactSet::COMMITS, ["handed-on", "signs-for-others"]);

impl SharedSigningKey {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let (facts, people) = (view.facts, view.people);
        let mut shared: BTreeMap<KeyId, Vec<IdentityId>> = BTreeMap::new();
        for (id, key) in &people.keys {
            let regular = key.holders.iter().filter(|(_, signed)| signed.commits >= self.params.min_commits);
            let people_only = regular.map(|(holder, _)| *holder).filter(|h| !people.get(people.contributor_of(*h)).bot);
            let is_service = key.service && !key.crowd;
            let unrelated = unrelated(view, people_only);
            // Holders whom a .mailmap or an address identifies as one person have only changed their name.
            let first = unrelated.first().map(|h| people.contributor_of(*h));
            if !is_service && unrelated.iter().any(|h| Some(people.contributor_of(*h)) != first) {
                shared.insert(*id, unrelated);
            }
        }
        if shared.is_empty() {
            return Ok(());
        }
        let mut signed: BTreeMap<KeyId, Vec<CommitIdx>> = BTreeMap::new();
        let mut committed: BTreeMap<IdentityId, usize> = shared.values().flatten().map(|h| (*h, 0)).collect();
        for (idx, commit) in facts.enumerate() {
            if let Some(count) = committed.get_mut(&commit.committer) {
                *count += 1;
            }
            let signature = facts.signature(commit).filter(|s| s.validity != Validity::Bad);
            if let Some(key) = signature.and_then(|s| s.key).filter(|_| commit.in_scope)
                && shared.get(&key).is_some_and(|holders| holders.contains(&commit.committer))
            {
                signed.entry(key).or_default().push(idx);
            }
        }
        for (key, holders) in shared {
            let Some(commits) = signed.remove(&key) else { continue };
            // The finding is about the holder who started last, since the first had the key before it was shared.
            let began = |h: &&IdentityId| people.keys.get(&key).and_then(|k| k.holders.get(h)).map(|s| s.first);
            let Some(newest) = holders.iter().max_by_key(began) else { continue };
            let who = people.contributor_of(*newest);
            let repository = facts.commit(commits[0]).repository;
            let name = facts.key(key);
            let summary = format!("one key signs for {} people", holders.len());
            let mut draft = Draft::new(&self.heuristic, who, repository, [&name], summary);
            draft.saw("key", Value::text(&name));
            let signed = |h: &IdentityId| people.keys.get(&key).and_then(|k| k.holders.get(h)).copied();
            let spans: Vec<(i64, i64)> = holders.iter().filter_map(signed).map(|s| (s.first, s.last)).collect();
            for holder in &holders {
                let (count, span) = signed(holder).map_or((0, None), |s| (s.commits, Some((s.first, s.last))));
                let detail = format!(", {count} commits, {}", days(span));
                draft.saw("signs for", Value::joined([Value::Identity(*holder), Value::words(detail)]));
            }
            draft.answer("handed-on", overlap(&spans));
            // Owners sign nearly all their commits with their key, whereas a forge signs only those made in its web
            // interface.
            let always = |h: &IdentityId| {
                let all = committed.get(h).copied().unwrap_or(0);
                signed(h).is_some_and(|s| s.commits as usize * 100 >= all * self.params.always_percent)
            };
            let crowd = people.keys.get(&key).is_some_and(|k| k.crowd);
            draft.answer("signs-for-others", !crowd && holders.iter().all(always));
            // Include commits of each holder, so that the command shows the holders side by side.
            let shown: Vec<CommitIdx> = holders
                .iter()
                .flat_map(|h| commits.iter().filter(|c| facts.commit(**c).committer == *h).take(3).copied())
                .collect();
            draft.reproduce(signatures_of(view, &shown));
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}
