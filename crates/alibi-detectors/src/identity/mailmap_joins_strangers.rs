//! `mailmap-joins-strangers`: a `.mailmap` edit joins people with unrelated names.

use crate::shared::words::{identity, overlap};
use alibi_core::analysis::people::{names_related, normalise_email};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{FactSet, IdentityId};
use alibi_core::finding::{Draft, Value};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of commits for an identity to count.
    min_commits: u32,
    /// Minimum number of commits of an established editor.
    tenure_commits: u32,
    /// Minimum number of days between an established editor's first and last commit.
    tenure_days: i64,
}

coded!(MailmapJoinsStrangers, Params, FactSet::MAILMAPS, ["own-name", "established-editor"]);

impl MailmapJoinsStrangers {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let (facts, people) = (view.facts, view.people);
        if facts.mailmap_edits.is_empty() {
            return Ok(());
        }
        let mut by_email: BTreeMap<Vec<u8>, Vec<IdentityId>> = BTreeMap::new();
        for id in (0..facts.identity_count() as u32).map(IdentityId) {
            if people.uses[id.index()].authored >= self.params.min_commits {
                by_email.entry(normalise_email(facts.identity(id).1)).or_default().push(id);
            }
        }
        // An entry that was added on several branches counts once.
        let mut declared = BTreeSet::new();
        for (commit, entry) in &facts.mailmap_edits {
            let placeholder = people.placeholders.contains(&normalise_email(&entry.old_email));
            if placeholder || !declared.insert(entry) {
                continue;
            }
            let row = facts.commit(*commit);
            let Some(name) = entry.new_name.as_deref().filter(|_| row.in_scope) else { continue };
            let old = by_email.get(&normalise_email(&entry.old_email)).into_iter().flatten().copied();
            let email_of = |id: IdentityId| facts.identity(id).1;
            let matches_old_name = |id: &IdentityId| {
                let old_name = entry.old_name.as_deref();
                old_name.is_none_or(|old_name| old_name.eq_ignore_ascii_case(facts.identity(*id).0))
            };
            for id in old.filter(matches_old_name) {
                let (own, email) = facts.identity(id);
                // People may choose a new name for an unchanged address. Only entries that join two addresses with
                // commits are reported.
                let target = entry.new_email.as_deref().map(normalise_email);
                let joins = |email: &Vec<u8>| *email != normalise_email(email_of(id)) && by_email.contains_key(email);
                if names_related(own, name) || !target.as_ref().is_some_and(joins) {
                    continue;
                }
                let into = [name, b" <", entry.new_email.as_deref().unwrap_or(email), b">"].concat();
                let summary = "a .mailmap edit joins people with unrelated names";
                let author = people.contributor_of(row.author);
                let key = [&identity(view, id), &into];
                let mut draft = Draft::new(&self.heuristic, author, row.repository, key, summary);
                draft.saw("identity", Value::Identity(id)).saw("mapped to", Value::text(&into));
                draft.saw("added by", Value::Identity(row.author));
                // The mailmap may have joined the editor with these contributors, so only the identity in the commit
                // counts. After a name change the old name is no longer used, whereas the periods of two people's
                // commits overlap.
                let (editor_name, editor_email) = facts.identity(row.author);
                let editor_address = normalise_email(editor_email);
                let is_target = Some(&editor_address) == target.as_ref() || editor_name == name;
                let target_ids = target.iter().flat_map(|t| by_email.get(t)).flatten().copied();
                let span = |ids: &mut dyn Iterator<Item = IdentityId>| {
                    ids.filter_map(|i| people.uses[i.index()].span).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
                };
                let spans = [span(&mut [id].into_iter()), span(&mut target_ids.clone())];
                let overlapping = overlap(&spans.into_iter().flatten().collect::<Vec<_>>());
                let is_own = editor_address == normalise_email(email) || is_target && !overlapping;
                draft.answer("own-name", !is_own);
                let editor = &people.uses[row.author.index()];
                let long = editor
                    .span
                    .is_some_and(|(first, last)| last.saturating_sub(first) >= self.params.tenure_days * 86_400);
                let concerned = editor_address == normalise_email(email) || is_target;
                draft.answer(
                    "established-editor",
                    concerned || !(long && editor.authored >= self.params.tenure_commits),
                );
                draft.commits = vec![*commit];
                let oid = view.oid(*commit);
                draft.reproduce(["show", &oid, "--", ":(top,literal).mailmap"]);
                sink.push(draft)?;
                // Raise one finding for each entry, since the command shows the whole edit.
                break;
            }
        }
        Ok(())
    }
}
