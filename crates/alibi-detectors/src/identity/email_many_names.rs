//! `email-many-names`: one address under unrelated full names.

use crate::shared::words::{overlap, unrelated};
use alibi_core::analysis::people::{Name, is_role, noreply, normalise_email};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{FactSet, IdentityId};
use alibi_core::finding::{Draft, Value};
use alibi_git::fingerprint::fingerprint;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of commits for a name to count.
    min_commits: u32,
}

coded!(EmailManyNames, Params, FactSet::COMMITS, ["name-change"]);

impl EmailManyNames {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        // Only the few addresses with several identities are examined.
        let mut shared: FxHashMap<u64, u32> = FxHashMap::default();
        let all = || (0..facts.identity_count() as u32).map(IdentityId);
        let hash = |id: IdentityId| fingerprint([normalise_email(facts.identity(id).1)]);
        all().for_each(|id| *shared.entry(hash(id)).or_default() += 1);
        let mut by_email: BTreeMap<Vec<u8>, Vec<IdentityId>> = BTreeMap::new();
        for id in all().filter(|id| shared.get(&hash(*id)).is_some_and(|n| *n > 1)) {
            let (name, email) = facts.identity(id);
            let email = normalise_email(email);
            let parsed = Name::parse(name);
            let counts = parsed.full && !parsed.joint && view.people.uses[id.index()].authored > 0;
            let bot = view.people.get(view.people.contributor_of(id)).bot;
            if counts && !bot && !email.is_empty() && !is_role(&email) && noreply(&email).is_none() {
                by_email.entry(email).or_default().push(id);
            }
        }
        for (email, ids) in by_email {
            if ids.len() < 2 || view.people.placeholders.contains(&email) {
                continue;
            }
            let name = |id: &IdentityId| facts.identity(*id).0;
            let unrelated = unrelated(view, ids.iter().copied());
            if unrelated.len() < 2 {
                continue;
            }
            if unrelated.iter().any(|id| view.people.uses[id.index()].authored < self.params.min_commits) {
                let who = view.people.contributor_of(ids[0]);
                let least = self.params.min_commits;
                sink.insufficient(
                    &self.heuristic,
                    who,
                    format!(
                        "unrelated names share an address, but one has fewer than {least} commits and may be a mistake"
                    ),
                );
                continue;
            }
            let commits: Vec<_> = facts.enumerate().filter(|(_, c)| c.in_scope && ids.contains(&c.author)).collect();
            let Some((_, last)) = commits.iter().max_by_key(|(_, c)| c.authored.seconds) else { continue };
            let who = view.people.contributor_of(last.author);
            let mut key: Vec<&[u8]> = unrelated.iter().map(name).collect();
            key.sort_unstable();
            key.push(&email);
            let summary =
                format!("{} commits under {} unrelated names", String::from_utf8_lossy(&email), unrelated.len());
            let mut draft = Draft::new(&self.heuristic, who, last.repository, key, summary);
            for id in &unrelated {
                let used = &view.people.uses[id.index()];
                draft.saw(
                    "name",
                    Value::joined([Value::text(name(id)), Value::words(format!(", {} commits", used.authored))]),
                );
            }
            // After a name change, or when an address is passed on, the old name is no longer used.
            let spans: Vec<(i64, i64)> = unrelated.iter().filter_map(|id| view.people.uses[id.index()].span).collect();
            draft.answer("name-change", overlap(&spans));
            draft.commits = commits.iter().map(|(idx, _)| *idx).collect();
            let address = [b"<", email.as_slice(), b">"].concat();
            draft.reproduce([
                &b"log"[..],
                b"--all",
                b"--no-mailmap",
                b"--regexp-ignore-case",
                b"--format=%an <%ae> %ai",
                b"--fixed-strings",
                b"--author",
                &address,
            ]);
            sink.push(draft)?;
        }
        Ok(())
    }
}
