//! `lookalike-identity`: a newcomer imitates an established contributor's name or address with look-alike letters.

use alibi_core::analysis::people::{ContributorId, normalise_email};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{FactSet, IdentityId};
use alibi_core::finding::{Draft, Value};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of commits of an established contributor.
    established_commits: u32,
    /// Maximum number of commits of an imitator.
    newcomer_commits: u32,
}

coded!(LookalikeIdentity, Params, FactSet::COMMITS, []);

/// Folds letters that look alike into one form, in all scripts (Unicode Technical Standard 39), and ignores case. None
/// if the result has fewer than five characters.
fn fold_lookalikes(text: &[u8]) -> Option<String> {
    /// Maximum number of characters folded, to bound the cost.
    const MAX: usize = 200;
    let text: String = String::from_utf8_lossy(text).chars().take(MAX).collect();
    let folded: String = unicode_security::skeleton(&text.to_lowercase()).collect();
    (folded.chars().count() >= 5).then_some(folded)
}

impl LookalikeIdentity {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let (facts, people) = (view.facts, view.people);
        let commits = |who: ContributorId| people.authored(who);
        // For each folded form, the different strings with that form and their identities.
        let mut by_form: BTreeMap<String, BTreeMap<Vec<u8>, BTreeSet<IdentityId>>> = BTreeMap::new();
        for id in (0..facts.identity_count() as u32).map(IdentityId) {
            if people.uses[id.index()].authored == 0 {
                continue;
            }
            // Only identities with non-ASCII letters and identities of established contributors need to be compared.
            let (name, email) = facts.identity(id);
            let established = commits(people.contributor_of(id)) >= self.params.established_commits;
            if !established && name.is_ascii() && email.is_ascii() {
                continue;
            }
            for text in [String::from_utf8_lossy(name).to_lowercase().into_bytes(), normalise_email(email)] {
                if let Some(form) = fold_lookalikes(&text) {
                    by_form.entry(form).or_default().entry(text).or_default().insert(id);
                }
            }
        }
        for texts in by_form.into_values().filter(|texts| texts.len() > 1) {
            let all: Vec<(&Vec<u8>, IdentityId)> =
                texts.iter().flat_map(|(text, ids)| ids.iter().map(move |id| (text, *id))).collect();
            let original = all.iter().max_by_key(|(_, id)| commits(people.contributor_of(*id)));
            let Some(&(shown, original)) = original else { continue };
            let imitated = people.contributor_of(original);
            if commits(imitated) < self.params.established_commits {
                continue;
            }
            for &(text, id) in &all {
                let who = people.contributor_of(id);
                let first = |who: ContributorId| people.span(who).map(|s| s.0);
                // Only an ASCII string and a non-ASCII one are compared with each other.
                let mixes = text.is_ascii() != shown.is_ascii() && text != shown;
                if who == imitated
                    || !mixes
                    || commits(who) > self.params.newcomer_commits
                    || first(who) < first(imitated)
                {
                    continue;
                }
                let own: Vec<_> = facts.enumerate().filter(|(_, c)| c.in_scope && c.author == id).collect();
                let Some((oldest, row)) = own.first() else { continue };
                let summary = "an identity imitates that of an established contributor with look-alike letters";
                let mut draft = Draft::new(&self.heuristic, who, row.repository, [text, shown], summary);
                draft.saw("identity", Value::Identity(id)).saw("looks like", Value::Identity(original));
                let odd: Vec<String> = String::from_utf8_lossy(text)
                    .chars()
                    .filter(|c| !c.is_ascii())
                    .map(|c| format!("U+{:04X}", u32::from(c)))
                    .collect();
                draft.saw("letters from another script", Value::text(odd.join(" ")));
                draft.commits = own.iter().map(|(idx, _)| *idx).collect();
                let oid = view.oid(*oldest);
                draft.reproduce(["show", "-s", "--format=%an <%ae>%n%cn <%ce>%n%H", &oid]);
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}
