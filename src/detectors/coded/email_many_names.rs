//! `email-many-names`: one address under unrelated full names.

use crate::detectors::words::{overlap, strangers};
use crate::detectors::{DetectError, Detector, Facts, Needs, Sink, params};
use crate::finding::Draft;
use crate::fingerprint::fingerprint;
use crate::heuristics::Heuristic;
use crate::ledger::IdentityId;
use crate::people::{Name, is_role, noreply, normalise_email};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of commits for a name to count.
    min_commits: u32,
}

struct EmailManyNames {
    heuristic: Heuristic,
    params: Params,
}

pub(super) fn build(heuristic: Heuristic) -> Result<Box<dyn Detector>, DetectError> {
    let params = params(&heuristic)?;
    Ok(Box::new(EmailManyNames { heuristic, params }))
}

impl Detector for EmailManyNames {
    fn heuristic(&self) -> &Heuristic {
        &self.heuristic
    }

    fn needs(&self) -> Needs {
        Needs::COMMITS
    }

    fn guards(&self) -> &'static [&'static str] {
        &["name-change"]
    }

    fn detect(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let ledger = facts.ledger;
        // Few addresses have several identities; only these are read.
        let mut shared: FxHashMap<u64, u32> = FxHashMap::default();
        let all = || (0..ledger.identity_count() as u32).map(IdentityId);
        let hash = |id: IdentityId| fingerprint([normalise_email(ledger.identity(id).1)]);
        all().for_each(|id| *shared.entry(hash(id)).or_default() += 1);
        let mut by_email: BTreeMap<Vec<u8>, Vec<IdentityId>> = BTreeMap::new();
        for id in all().filter(|id| shared.get(&hash(*id)).is_some_and(|n| *n > 1)) {
            let (name, email) = ledger.identity(id);
            let email = normalise_email(email);
            let parsed = Name::parse(name);
            let counts = parsed.full && !parsed.joint && facts.people.uses[id.index()].authored > 0;
            let bot = facts.people.get(facts.people.contributor_of(id)).bot;
            if counts && !bot && !email.is_empty() && !is_role(&email) && noreply(&email).is_none() {
                by_email.entry(email).or_default().push(id);
            }
        }
        for (email, ids) in by_email {
            if ids.len() < 2 || facts.people.placeholders.contains(&email) {
                continue;
            }
            let name = |id: &IdentityId| ledger.identity(*id).0;
            let strangers = strangers(facts, ids.iter().copied());
            if strangers.len() < 2 {
                continue;
            }
            if strangers.iter().any(|id| facts.people.uses[id.index()].authored < self.params.min_commits) {
                let who = facts.people.contributor_of(ids[0]);
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
            let commits: Vec<_> = ledger.enumerate().filter(|(_, c)| c.judged && ids.contains(&c.author)).collect();
            let Some((_, last)) = commits.iter().max_by_key(|(_, c)| c.authored.seconds) else { continue };
            let who = facts.people.contributor_of(last.author);
            let mut key: Vec<&[u8]> = strangers.iter().map(name).collect();
            key.sort_unstable();
            key.push(&email);
            let summary =
                format!("{} commits under {} unrelated names", String::from_utf8_lossy(&email), strangers.len());
            let mut draft = Draft::new(&self.heuristic, who, last.repository, key, summary);
            for id in &strangers {
                let used = &facts.people.uses[id.index()];
                draft.saw("name", [name(id), format!(", {} commits", used.authored).as_bytes()].concat());
            }
            // After a name change, or when an address is passed on, the old name is no longer used.
            let spans: Vec<(i64, i64)> = strangers.iter().filter_map(|id| facts.people.uses[id.index()].span).collect();
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
