//! `mailmap-joins-strangers`: an edit to `.mailmap` declares people whose names have nothing in common to be one.

use crate::detectors::words::identity;
use crate::detectors::{DetectError, Detector, Facts, Needs, Sink, params};
use crate::finding::Draft;
use crate::heuristics::Heuristic;
use crate::ledger::IdentityId;
use crate::people::{names_related, normalise_email};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// An identity counts from this many commits on.
    min_commits: u32,
}

struct MailmapJoinsStrangers {
    heuristic: Heuristic,
    params: Params,
}

pub(super) fn build(heuristic: Heuristic) -> Result<Box<dyn Detector>, DetectError> {
    let params = params(&heuristic)?;
    Ok(Box::new(MailmapJoinsStrangers { heuristic, params }))
}

impl Detector for MailmapJoinsStrangers {
    fn heuristic(&self) -> &Heuristic {
        &self.heuristic
    }

    fn needs(&self) -> Needs {
        Needs::MAILMAPS
    }

    fn guards(&self) -> &'static [&'static str] {
        &["own-name"]
    }

    fn detect(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let (ledger, people) = (facts.ledger, facts.people);
        if ledger.mailmap_edits.is_empty() {
            return Ok(());
        }
        let mut by_email: BTreeMap<Vec<u8>, Vec<IdentityId>> = BTreeMap::new();
        for id in (0..ledger.identity_count() as u32).map(IdentityId) {
            if people.uses[id.index()].authored >= self.params.min_commits {
                by_email.entry(normalise_email(ledger.identity(id).1)).or_default().push(id);
            }
        }
        // What was declared once, and brought again by another branch, is one edit.
        let mut declared = BTreeSet::new();
        for (commit, entry) in &ledger.mailmap_edits {
            if !declared.insert(entry) {
                continue;
            }
            let row = ledger.commit(*commit);
            let Some(name) = entry.new_name.as_deref().filter(|_| row.judged) else { continue };
            let old = by_email.get(&normalise_email(&entry.old_email)).into_iter().flatten().copied();
            let email_of = |id: IdentityId| ledger.identity(id).1;
            let meant = |id: &IdentityId| {
                let asked = entry.old_name.as_deref();
                asked.is_none_or(|asked| asked.eq_ignore_ascii_case(ledger.identity(*id).0))
            };
            for id in old.filter(meant) {
                let (own, email) = ledger.identity(id);
                // A new name for an address that stays is that person's own affair. Joined are two who both commit.
                let target = entry.new_email.as_deref().map(normalise_email);
                let commits = |email: &Vec<u8>| *email != normalise_email(email_of(id)) && by_email.contains_key(email);
                if names_related(own, name) || !target.as_ref().is_some_and(commits) {
                    continue;
                }
                let into = [name, b" <", entry.new_email.as_deref().unwrap_or(email), b">"].concat();
                let summary = "an edit to .mailmap declares people with unrelated names to be one";
                let author = people.contributor_of(row.author);
                let key = [&identity(facts, id), &into];
                let mut draft = Draft::new(&self.heuristic, author, row.repository, key, summary);
                draft.saw("identity", identity(facts, id)).saw("becomes", &into);
                // People who change their names say so themselves.
                let names = people.get(author).identities.iter().map(|i| ledger.identity(*i));
                let mine =
                    names.clone().any(|(n, e)| n == own || n == name || normalise_email(e) == normalise_email(email));
                draft.answer("own-name", !mine);
                draft.commits = vec![*commit];
                let oid = facts.oid(*commit);
                draft.reproduce(["show", &oid, "--", ":(top,literal).mailmap"]);
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}
