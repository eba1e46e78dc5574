//! `lockfile-name-mismatch`: a lockfile entry has the address of another package or version.

use crate::shared::dependencies::draft;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, RepositoryIdx};
use alibi_core::finding::Value;
use alibi_manifests::{Ecosystem, Origin};
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{Confidence, Severity};
use std::collections::BTreeSet;

coded!(LockfileNameMismatch, FactSet::DEPENDENCIES, ["alias", "known-package"]);

impl LockfileNameMismatch {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let dependencies = &view.facts.dependencies;
        let aliases = aliases(view);
        let mut reported = BTreeSet::new();
        // The packages that the project used before the current commit.
        let mut known: BTreeSet<(RepositoryIdx, Ecosystem, &str)> = BTreeSet::new();
        for (repository, id, _) in &dependencies.before {
            let stated = dependencies.get(*id);
            known.insert((*repository, stated.ecosystem, &stated.name));
        }
        let mut pending: Vec<(CommitIdx, (RepositoryIdx, Ecosystem, &str))> = Vec::new();
        for row in &dependencies.rows {
            let Some(to) = row.to.map(|to| dependencies.get(to)) else { continue };
            let repository = view.facts.commit(row.commit).repository;
            if pending.first().is_some_and(|(commit, _)| *commit != row.commit) {
                known.extend(pending.drain(..).map(|(_, package)| package));
            }
            let Origin::Misnamed(host, served) = &to.origin else {
                pending.push((row.commit, (repository, to.ecosystem, &to.name)));
                continue;
            };
            if !reported.insert((repository, &to.name, served)) {
                continue;
            }
            let version = served_version(&to.name, served);
            let summary = match version {
                Some(other) => {
                    format!("{}: the lockfile entry has version {}, but the address of {other}", to.name, to.version)
                }
                None => format!("the lockfile entry for {} has the address of {served}", to.name),
            };
            let mut draft = draft(&self.heuristic, view, row, summary);
            draft.saw("host", Value::text(host));
            draft.saw(if version.is_some() { "version served" } else { "package served" }, Value::text(served));
            draft.answer("alias", !aliases.contains(&(repository, to.ecosystem, served.as_str())));
            let is_known = known.contains(&(repository, to.ecosystem, served.as_str()));
            draft.answer("known-package", version.is_some() || !is_known);
            // If only the version differs, a merge was usually resolved by hand.
            if version.is_some() {
                (draft.weight, draft.severity, draft.confidence) = (Decibans(5.0), Severity::Low, Confidence::Low);
            }
            sink.push(draft)?;
        }
        Ok(())
    }
}

/// Returns the version in the name of a served file, if the name consists of the package's name and a version with
/// three numbers.
fn served_version<'s>(name: &str, served: &'s str) -> Option<&'s str> {
    let base = name.rsplit('/').next().unwrap_or(name);
    let rest = served.strip_prefix(base)?.strip_prefix('-')?;
    // A single number may be part of another package's name: `lodash-4`, with the file `lodash-4-1.0.0`.
    let numbers = &rest[..rest.find(['-', '+']).unwrap_or(rest.len())];
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_version = numbers.split('.').count() == 3 && numbers.split('.').all(is_number);
    is_version.then_some(rest)
}

/// Returns the package names in each repository's manifests. A lockfile entry for such a package may have an alias as
/// its name.
fn aliases<'f>(view: &View<'f>) -> BTreeSet<(RepositoryIdx, Ecosystem, &'f str)> {
    let dependencies = &view.facts.dependencies;
    let before =
        dependencies.before.iter().filter(|(_, _, is_lock)| !is_lock).map(|(repository, id, _)| (*repository, *id));
    let rows = dependencies.rows.iter().filter(|row| !row.kind.is_lock());
    let now = rows.filter_map(|row| Some((view.facts.commit(row.commit).repository, row.to?)));
    before
        .chain(now)
        .map(|(repository, id)| {
            let stated = dependencies.get(id);
            (repository, stated.ecosystem, stated.name.as_str())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::served_version;

    #[test]
    fn served_version_requires_the_package_name_and_three_numbers() {
        assert_eq!(served_version("lodash", "lodash-4.18.1"), Some("4.18.1"));
        assert_eq!(served_version("@s/lodash", "lodash-4.18.1"), Some("4.18.1"));
        assert_eq!(served_version("lodash", "lodash-es"), None);
        assert_eq!(served_version("lodash", "lodash-4-1.0.0"), None);
        assert_eq!(served_version("lodash", "lodash-4"), None);
        assert_eq!(served_version("lodash", "lodash-4.18.1-rc.1"), Some("4.18.1-rc.1"));
        assert_eq!(served_version("lodash", "evil"), None);
    }
}
