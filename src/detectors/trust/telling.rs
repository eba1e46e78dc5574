//! Findings about sensitive paths.

use super::Touch;
use crate::detectors::words::{day, identity};
use crate::detectors::{Facts, literal};
use crate::finding::Draft;
use crate::heuristics::Heuristic;
use crate::people::ContributorId;

/// A finding about a change of a sensitive path: one for each heuristic, kind and contributor.
pub(in crate::detectors) fn about_touch<'h>(
    facts: &Facts<'_>,
    heuristic: &'h Heuristic,
    who: ContributorId,
    touch: Touch,
    summary: String,
) -> Draft<'h> {
    let commit = facts.ledger.commit(touch.commit);
    let kind = facts.sensitive.kinds()[touch.kind].as_bytes().to_vec();
    let key = [kind, identity(facts, facts.people.get(who).earliest())];
    let mut draft = Draft::new(heuristic, who, commit.repository, key, summary);
    let path = facts.ledger.path(touch.path);
    draft.saw("path", path).saw("landed", day(facts.standing.when(touch.commit)));
    let oid = facts.oid(touch.commit);
    draft.reproduce([&b"show"[..], b"--format=fuller", oid.as_bytes(), b"--", &literal(path)]);
    draft.commits = vec![touch.commit];
    draft.paths = vec![touch.path];
    draft
}
