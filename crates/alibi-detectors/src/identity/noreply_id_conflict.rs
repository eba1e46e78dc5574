//! `noreply-id-conflict`: one numbered forge account under different logins and unrelated names.

use crate::shared::words::{days, overlap};
use alibi_core::analysis::people::{names_related, noreply};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{FactSet, IdentityId};
use alibi_core::finding::{Draft, Value};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of commits for a login to count.
    min_commits: u32,
}

coded!(NoreplyIdConflict, Params, FactSet::COMMITS, ["account-rename"]);

impl NoreplyIdConflict {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        let mut accounts: BTreeMap<(String, u64), BTreeMap<String, Vec<IdentityId>>> = BTreeMap::new();
        for id in (0..facts.identity_count() as u32).map(IdentityId) {
            if view.people.uses[id.index()].authored < self.params.min_commits {
                continue;
            }
            if let Some((account, number)) = noreply(facts.identity(id).1).and_then(|n| n.id.map(|i| (n, i))) {
                accounts.entry((account.domain, number)).or_default().entry(account.login).or_default().push(id);
            }
        }
        for ((domain, number), logins) in accounts.into_iter().filter(|(_, logins)| logins.len() > 1) {
            let groups: Vec<&Vec<IdentityId>> = logins.values().collect();
            let name = |id: &IdentityId| facts.identity(*id).0;
            let unrelated = groups.iter().enumerate().any(|(i, a)| {
                groups[i + 1..].iter().any(|b| a.iter().all(|x| b.iter().all(|y| !names_related(name(x), name(y)))))
            });
            if !unrelated {
                continue;
            }
            let identities: BTreeSet<IdentityId> = logins.values().flatten().copied().collect();
            let commits: Vec<_> =
                facts.enumerate().filter(|(_, c)| c.in_scope && identities.contains(&c.author)).collect();
            let Some((_, last)) = commits.iter().max_by_key(|(_, c)| c.authored.seconds) else { continue };
            let who = view.people.contributor_of(last.author);
            let number = number.to_string();
            let key: Vec<&str> =
                [domain.as_str(), &number].into_iter().chain(logins.keys().map(String::as_str)).collect();
            let summary = format!("account {number} of {domain} has commits under {} logins", logins.len());
            let mut draft = Draft::new(&self.heuristic, who, last.repository, key, summary);
            for (login, ids) in &logins {
                for id in ids {
                    let span = view.people.uses[id.index()].span;
                    draft.saw(
                        format!("login {login}"),
                        Value::joined([Value::text(name(id)), Value::words(", "), Value::words(days(span))]),
                    );
                }
            }
            // An account has one login at a time. If the periods of the logins overlap, the account was not simply
            // renamed.
            let spans: Vec<(i64, i64)> = groups
                .iter()
                .map(|ids| {
                    let spans = ids.iter().filter_map(|id| view.people.uses[id.index()].span);
                    spans.fold((i64::MAX, i64::MIN), |all, s| (all.0.min(s.0), all.1.max(s.1)))
                })
                .collect();
            draft.answer("account-rename", overlap(&spans));
            draft.commits = commits.iter().map(|(idx, _)| *idx).collect();
            let pattern = format!("{number}+");
            draft.reproduce(["log", "--all", "--format=%an <%ae> %ai", "--fixed-strings", "--author", &pattern]);
            sink.push(draft)?;
        }
        Ok(())
    }
}
