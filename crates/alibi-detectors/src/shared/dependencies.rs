//! Creates findings about dependency changes.

use crate::shared::pathspec::literal;
use alibi_core::analysis::packages::NewName;
use alibi_core::detection::View;
use alibi_core::facts::DependencyRow;
use alibi_core::finding::{Draft, Value};
use alibi_manifests::Stated;
use alibi_manifests::manifests::StatedId;
use alibi_rules::heuristics::Heuristic;

/// Creates a finding about a dependency name that is new to a project.
pub(crate) fn draft_of_new<'h>(
    new: &NewName<'_>,
    heuristic: &'h Heuristic,
    view: &View<'_>,
    summary: String,
) -> Draft<'h> {
    draft(heuristic, view, new.row, summary)
}

/// Creates a finding about a dependency change, with the dependency before and after it.
pub(crate) fn draft<'h>(heuristic: &'h Heuristic, view: &View<'_>, row: &DependencyRow, summary: String) -> Draft<'h> {
    let commit = view.facts.commit(row.commit);
    let path = view.facts.path(row.path);
    let message = |id: Option<StatedId>| id.map(|id| in_words(view.facts.dependencies.get(id))).unwrap_or_default();
    let key = [path.to_vec(), message(row.from).into_bytes(), message(row.to).into_bytes()];
    let mut draft = Draft::new(heuristic, view.author_of(row.commit), commit.repository, key, summary);
    if row.from.is_some() {
        draft.saw("before", Value::text(message(row.from)));
    }
    if row.to.is_some() {
        draft.saw(if row.from.is_some() { "after" } else { "added" }, Value::text(message(row.to)));
    }
    if !row.is_direct {
        draft.saw("required by", "another dependency; no manifest of the project names it");
    }
    let oid = view.oid(row.commit);
    draft.saw("in commit", Value::Commit(row.commit));
    draft.saw("on", Value::Day(commit.authored.seconds));
    draft.reproduce([b"show", oid.as_bytes(), b"--", &literal(path)]);
    draft.commits = vec![row.commit];
    draft.paths = vec![row.path];
    draft
}

/// Describes a dependency. The result is part of the key of findings.
pub(crate) fn in_words(stated: &Stated) -> String {
    let (kind, place) = stated.origin.words();
    let version = if stated.version.is_empty() { String::new() } else { format!(" {}", stated.version) };
    let place = if place.is_empty() { String::new() } else { format!(" from {kind} {place}") };
    format!("{} {}{version}{place}", stated.ecosystem, stated.name)
}
