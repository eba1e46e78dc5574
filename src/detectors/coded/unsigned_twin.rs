//! `unsigned-twin`: a signed commit rewritten in place with different content and no signature.

use crate::detectors::twins::{Published, in_one_place, maker, twins};
use crate::detectors::words::in_utc_and_as_written;
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::finding::Draft;
use crate::history::Validity;

coded!(UnsignedTwin, Needs::CHANGES, ["under-review"]);

impl UnsignedTwin {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let ledger = facts.ledger;
        let published = Published::new(facts);
        for group in twins(ledger) {
            for pair in group.windows(2) {
                let (first, second) = (ledger.commit(pair[0]), ledger.commit(pair[1]));
                let signed = ledger.signature(first).filter(|s| s.validity != Validity::Bad);
                let (Some(signed), None) = (signed, ledger.signature(second)) else { continue };
                let same_author = facts.author_of(pair[0]) == facts.author_of(pair[1]);
                // A forge signs its own commits; if the author rewrites one elsewhere, the signature is legitimately
                // missing.
                let by_forge = facts.people.get(facts.people.contributor_of(first.committer)).bot;
                if !second.judged
                    || by_forge
                    || !same_author
                    || first.tree == second.tree
                    || !in_one_place(ledger, pair[0], pair[1])
                {
                    continue;
                }
                let who = maker(facts, pair[1]);
                let summary = "a signed commit was rewritten with different content and no signature";
                let key = [second.subject.to_le_bytes(), second.authored.seconds.to_le_bytes()];
                let mut draft = Draft::new(&self.heuristic, who, second.repository, key, summary);
                let key = signed.key.map_or_else(|| "an unnamed key".to_owned(), |key| ledger.key(key));
                draft.saw("signed", format!("{:.12}, by {key} ({})", first.oid.to_string(), signed.validity.name()));
                draft.saw("not signed", format!("{:.12}", second.oid.to_string()));
                draft.saw("committed again", in_utc_and_as_written(second.committed));
                published.compare(facts, &mut draft, pair[0], pair[1]);
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}
