//! Creates findings about sensitive paths.

use crate::shared::pathspec::literal;
use crate::shared::words::identity;
use alibi_core::analysis::access::Touch;
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::View;
use alibi_core::finding::{Draft, Value};
use alibi_rules::heuristics::Heuristic;

/// Creates a finding about a change to a sensitive path. There is one for each heuristic, kind of path and contributor.
pub(crate) fn about_touch<'h>(
    view: &View<'_>,
    heuristic: &'h Heuristic,
    who: ContributorId,
    touch: Touch,
    summary: String,
) -> Draft<'h> {
    let commit = view.facts.commit(touch.commit);
    let kind = view.sensitive.kinds()[touch.kind].as_bytes().to_vec();
    let key = [kind, identity(view, view.people.get(who).earliest())];
    let mut draft = Draft::new(heuristic, who, commit.repository, key, summary);
    let path = view.facts.path(touch.path);
    draft.saw("path", Value::Path(touch.path)).saw("merged on", Value::Day(view.standing.when(touch.commit)));
    let oid = view.oid(touch.commit);
    draft.reproduce([&b"show"[..], b"--format=fuller", oid.as_bytes(), b"--", &literal(path)]);
    draft.commits = vec![touch.commit];
    draft.paths = vec![touch.path];
    draft
}
