//! `url-dependency`: a dependency from a repository, an archive or an outside folder, not from a registry.

use crate::shared::dependencies::{draft, in_words};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{DependencyChange, FactSet, RepositoryIdx};
use alibi_core::finding::Value;
use alibi_manifests::{Ecosystem, Origin};
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{Confidence, Severity};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Hosts of forges, where anyone can read the code and its history. Most dependencies from there are forks.
    forges: Vec<String>,
}

/// Weight, severity and confidence of a Go module, or of a dependency from one of the configured forges or from a
/// folder.
const REVIEWABLE: (Decibans, Severity, Confidence) = (Decibans(5.0), Severity::Low, Confidence::Low);

coded!(UrlDependency, Params, FactSet::DEPENDENCIES, ["owner-known"]);

impl UrlDependency {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let mut known: BTreeSet<(RepositoryIdx, String)> = BTreeSet::new();
        let mut reported: BTreeSet<(RepositoryIdx, Ecosystem, String, String)> = BTreeSet::new();
        for row in view.facts.dependencies.rows.iter().filter(|row| !row.kind.is_lock()) {
            let Some(to) = row.to.map(|to| view.facts.dependencies.get(to)) else { continue };
            let repository = view.facts.commit(row.commit).repository;
            // Submodules, actions and images never come from a package registry. Only a submodule with a new address is
            // reported.
            let moves = to.ecosystem == Ecosystem::Submodule && row.change == DependencyChange::Repointed;
            if matches!(to.ecosystem, Ecosystem::Submodule | Ecosystem::Actions | Ecosystem::Image) && !moves {
                continue;
            }
            let source = match &to.origin {
                Origin::Git(url) | Origin::Archive(url) => url.clone(),
                Origin::Path(path) if leaves(view.facts.path(row.path), path) => path.clone(),
                _ => continue,
            };
            let owner = owner_of(&source);
            let was_known = !known.insert((repository, owner.clone()));
            let is_new_source = matches!(row.change, DependencyChange::Added | DependencyChange::Repointed);
            if !is_new_source || !reported.insert((repository, to.ecosystem, to.name.clone(), source)) {
                continue;
            }
            let verb = if row.is_new { "comes" } else { "now comes" };
            let (kind, _) = to.origin.words();
            let from = match kind {
                "git" => "a repository",
                "archive" => "an archive",
                _ => "an outside folder",
            };
            let summary = format!("{} {verb} from {from}, not from a registry", to.name);
            let mut draft = draft(&self.heuristic, view, row, summary);
            draft.saw("declared as", Value::text(in_words(to)));
            draft.saw("owner already used by the project", if was_known { "yes" } else { "no" });
            draft.answer("owner-known", !was_known);
            if self.params.forges.iter().any(|forge| owner.split('/').next() == Some(forge))
                || kind == "path"
                || to.ecosystem == Ecosystem::Go
            {
                (draft.weight, draft.severity, draft.confidence) = REVIEWABLE;
            }
            sink.push(draft)?;
        }
        Ok(())
    }
}

/// Whether a path that a file states leads out of the repository.
fn leaves(file: &[u8], path: &str) -> bool {
    let depth = file.iter().filter(|b| **b == b'/').count() as i64;
    let mut at = depth;
    let mut least = depth;
    for part in path.split(['/', '\\']) {
        match part {
            ".." => at -= 1,
            "" | "." => {}
            _ => at += 1,
        }
        least = least.min(at);
    }
    least < 0 || path.starts_with('~') || path.get(1..3) == Some(":\\")
}

/// Returns the host and owner in an address. An owner who is trusted for one repository is trusted for all.
fn owner_of(address: &str) -> String {
    let rest = address.split("://").nth(1).unwrap_or(address);
    rest.split('/').take(2).collect::<Vec<_>>().join("/").to_lowercase()
}
