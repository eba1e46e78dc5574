//! `unsigned-twin`: a signed commit rewritten in place with different content and no signature.

use crate::shared::twins::{Published, in_one_place, maker, twins};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::{Draft, Value};
use alibi_git::history::Validity;

coded!(UnsignedTwin, FactSet::CHANGES, ["under-review"]);

impl UnsignedTwin {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        let published = Published::new(view);
        for group in twins(facts) {
            for pair in group.windows(2) {
                let (first, second) = (facts.commit(pair[0]), facts.commit(pair[1]));
                let signed = facts.signature(first).filter(|s| s.validity != Validity::Bad);
                let (Some(signed), None) = (signed, facts.signature(second)) else { continue };
                let same_author = view.author_of(pair[0]) == view.author_of(pair[1]);
                // A forge signs the commits that it creates. If the author rewrites one elsewhere, the signature is
                // legitimately missing.
                let by_forge = view.people.get(view.people.contributor_of(first.committer)).bot;
                if !second.in_scope
                    || by_forge
                    || !same_author
                    || first.tree == second.tree
                    || !in_one_place(facts, pair[0], pair[1])
                {
                    continue;
                }
                let who = maker(view, pair[1]);
                let summary = "a signed commit was rewritten with different content and no signature";
                let key = [second.subject_hash.to_le_bytes(), second.authored.seconds.to_le_bytes()];
                let mut draft = Draft::new(&self.heuristic, who, second.repository, key, summary);
                let key = signed.key.map_or_else(|| "an unnamed key".to_owned(), |key| facts.key(key));
                draft.saw(
                    "signed",
                    Value::text(format!("{:.12}, by {key} ({})", first.oid.to_string(), signed.validity.name())),
                );
                draft.saw("not signed", Value::words(format!("{:.12}", second.oid.to_string())));
                draft.saw("second commit date", Value::Moment(second.committed));
                published.compare(view, &mut draft, pair[0], pair[1]);
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}
