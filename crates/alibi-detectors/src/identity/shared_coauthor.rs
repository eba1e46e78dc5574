//! `shared-coauthor`: trailers list unrelated names under one address.

use crate::shared::words::{day, overlap, unrelated};
use alibi_core::analysis::people::{Name, is_role, normalise_email};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, IdentityId};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::TrailerKind;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum total number of trailers and commits for a name to count.
    min_times: usize,
}

coded!(SharedCoauthor, Params, FactSet::COMMITS, ["name-change"]);

/// The commits that name an identity in a trailer or as the author.
#[derive(Default)]
struct Shown {
    trailers: Vec<CommitIdx>,
    authored: Vec<CommitIdx>,
}

impl SharedCoauthor {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let (facts, people) = (view.facts, view.people);
        let mut shown: BTreeMap<IdentityId, Shown> = BTreeMap::new();
        for (idx, commit) in facts.enumerate() {
            for trailer in facts.trailers(commit) {
                let is_listed = matches!(trailer.kind, TrailerKind::CoAuthoredBy | TrailerKind::SignedOffBy);
                if is_listed && trailer.who != commit.author {
                    shown.entry(trailer.who).or_default().trailers.push(idx);
                }
            }
        }
        // Only authors whose address also appears in trailers are relevant.
        let email = |id: IdentityId| normalise_email(facts.identity(id).1);
        let named: BTreeSet<Vec<u8>> = shown.keys().map(|id| email(*id)).collect();
        if named.is_empty() {
            return Ok(());
        }
        for (idx, commit) in facts.enumerate().filter(|(_, c)| named.contains(&email(c.author))) {
            shown.entry(commit.author).or_default().authored.push(idx);
        }
        let mut by_email: BTreeMap<Vec<u8>, Vec<IdentityId>> = BTreeMap::new();
        for (id, shown) in &shown {
            let (name, email) = facts.identity(*id);
            let (name, email) = (Name::parse(name), normalise_email(email));
            let often = shown.trailers.len() + shown.authored.len() >= self.params.min_times;
            let bot = people.get(people.contributor_of(*id)).bot;
            if often && name.full && !name.joint && !bot && !email.is_empty() && !is_role(&email) {
                by_email.entry(email).or_default().push(*id);
            }
        }
        for (email, ids) in by_email {
            // If all names author commits, `email-many-names` covers the address.
            let in_trailers = ids.iter().any(|id| shown[id].authored.is_empty());
            if ids.len() < 2 || !in_trailers || people.placeholders.contains(&email) {
                continue;
            }
            let unrelated = unrelated(view, ids.iter().copied());
            if unrelated.len() < 2 || unrelated.iter().all(|id| !shown[id].authored.is_empty()) {
                continue;
            }
            let commits_of = |id: &IdentityId| shown[id].trailers.iter().chain(&shown[id].authored).copied();
            let commits: Vec<CommitIdx> =
                unrelated.iter().flat_map(commits_of).filter(|c| facts.commit(*c).in_scope).collect();
            let times_of = |id: &IdentityId| commits_of(id).map(|c| facts.commit(c).authored.seconds);
            let spans: Vec<(i64, i64)> =
                unrelated.iter().filter_map(|id| Some((times_of(id).min()?, times_of(id).max()?))).collect();
            // The finding is about the author of the newest of these commits, since the address may have no commits.
            let Some(newest) = commits.iter().max_by_key(|c| facts.commit(**c).authored.seconds) else { continue };
            let row = facts.commit(*newest);
            let address = String::from_utf8_lossy(&email);
            let summary = format!("{address} appears in trailers under {} unrelated names", unrelated.len());
            let mut key: Vec<&[u8]> = unrelated.iter().map(|id| facts.identity(*id).0).collect();
            key.sort_unstable();
            key.push(&email);
            let who = people.contributor_of(row.author);
            let mut draft = Draft::new(&self.heuristic, who, row.repository, key, summary);
            for (id, span) in unrelated.iter().zip(&spans) {
                let (times, name) = (&shown[id], facts.identity(*id).0);
                let detail = format!(
                    ", in {} trailers, author of {}, {} to {}",
                    times.trailers.len(),
                    times.authored.len(),
                    day(span.0),
                    day(span.1)
                );
                draft.saw("name", Value::joined([Value::text(name), Value::words(detail)]));
            }
            draft.answer("name-change", overlap(&spans));
            draft.commits = commits;
            let pattern = format!("<{address}>");
            draft.reproduce(["log", "--all", "--fixed-strings", "--regexp-ignore-case", "--grep", &pattern]);
            sink.push(draft)?;
        }
        Ok(())
    }
}
