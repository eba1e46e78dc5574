//! Finds dependencies that move to a new host, or from the project's own registry to the public one.

use crate::shared::dependencies::{draft, in_words};
use alibi_core::detection::View;
use alibi_core::facts::{DependencyChange, DependencyRow, PathId, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::digests;
use alibi_manifests::{Ecosystem, Origin, Stated};
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{Confidence, Heuristic, Severity};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Thresholds for a migration of the project to another registry. Both must be reached.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Drift {
    /// Minimum share of a lockfile's entries that move in one commit, from 0 to 1.
    migration_share: f64,
    /// Minimum number of entries that move in one commit.
    migration_entries: usize,
}

/// The packages in one file that a commit starts to resolve from one new host.
pub(crate) struct Drifted<'f> {
    row: &'f DependencyRow,
    /// The new host; for packages that moved to the public registry, the former host.
    pub host: String,
    /// Whether a manifest, which people review, declares the host.
    is_declared: bool,
    /// Number of packages that moved.
    moved: usize,
    /// Number of entries in the file.
    entries: usize,
    /// Whether every package has a hash that the same version also had in an earlier commit.
    same_content: bool,
    /// Whether at least one package has a hash that the same version also had in an earlier commit.
    some_content: bool,
    examples: Vec<String>,
}

/// Returns the host of an entry, without the protocol; `None` for the ecosystem's usual hosts and for local paths.
fn host_of(stated: &Stated) -> Option<String> {
    let place = match &stated.origin {
        Origin::Host(place) | Origin::Misnamed(place, _) | Origin::Git(place) | Origin::Archive(place) => place,
        Origin::Registry | Origin::Path(_) => return None,
    };
    let host = place.split("://").last()?.split('/').next()?.to_lowercase();
    // A forge serves archives of its repositories from another host.
    let host = if host == "codeload.github.com" { "github.com".to_owned() } else { host };
    if stated.ecosystem.usual_hosts().contains(&host.as_str()) {
        return None;
    }
    // A host that is trusted for a file or a repository is not yet trusted as a registry.
    let is_registry = matches!(stated.origin, Origin::Host(_) | Origin::Misnamed(..));
    Some(if is_registry { host } else { format!("{} ({})", host, stated.origin.words().0) })
}

/// Whether a host is a public registry, or a mirror or proxy of one, with or without encryption.
pub(crate) fn is_public(ecosystem: Ecosystem, host: &str) -> bool {
    let host = host.rsplit("://").next().unwrap_or(host);
    let host = host.split('/').next().unwrap_or(host);
    ecosystem.usual_hosts().contains(&host) || is_mirror(ecosystem, host)
}

/// Whether a host is a well-known public mirror of the registry, or has the name of a proxy product or service. Anyone
/// can register such a name, so the name alone proves nothing.
fn is_mirror(ecosystem: Ecosystem, host: &str) -> bool {
    const PROXIES: [&str; 8] = [
        "artifactory",
        "jfrog",
        "nexus",
        "codeartifact",
        "verdaccio",
        "pkgs.dev.azure.com",
        "npm.pkg.github.com",
        "cloudsmith",
    ];
    is_public_mirror(ecosystem, host) || PROXIES.iter().any(|proxy| host.contains(proxy))
}

/// Whether a host is a well-known public mirror of the registry.
fn is_public_mirror(ecosystem: Ecosystem, host: &str) -> bool {
    ecosystem.mirrors().contains(&host)
}

/// Whether a dependency does not come from a registry at all.
fn is_elsewhere(stated: &Stated) -> bool {
    matches!(stated.origin, Origin::Git(_) | Origin::Archive(_) | Origin::Path(_))
}

/// What the project used before a commit, by repository and ecosystem.
#[derive(Default)]
struct Used<'f> {
    hosts: BTreeSet<(RepositoryIdx, Ecosystem, String)>,
    /// Packages that a manifest takes from a source other than a registry: the lockfile only follows the manifest.
    declared: BTreeSet<(RepositoryIdx, Ecosystem, &'f str)>,
    /// The digests of each package and version.
    hashes: BTreeMap<(RepositoryIdx, Ecosystem, &'f str, &'f str), BTreeSet<Vec<u8>>>,
    /// The ecosystems with a lockfile.
    locked: BTreeSet<(RepositoryIdx, Ecosystem)>,
}

impl<'f> Used<'f> {
    fn add_host(&mut self, repository: RepositoryIdx, to: &Stated) {
        self.hosts.extend(host_of(to).map(|host| (repository, to.ecosystem, host)));
    }

    fn add_locked(&mut self, repository: RepositoryIdx, to: &'f Stated) {
        self.locked.insert((repository, to.ecosystem));
        let hashes = self.hashes.entry((repository, to.ecosystem, &to.name, &to.version)).or_default();
        hashes.extend(digests(&to.hash).into_iter().map(|digest| digest.bytes));
    }

    fn add_declared(&mut self, repository: RepositoryIdx, to: &'f Stated) {
        if is_elsewhere(to) {
            self.declared.insert((repository, to.ecosystem, &to.name));
        }
    }

    /// Whether a new host of this dependency counts. The hosts in the project's first lockfile are not new; in a
    /// manifest, only a changed registry counts, because the hosts in a new manifest are not new.
    fn counts(&self, repository: RepositoryIdx, row: &DependencyRow, to: &Stated) -> bool {
        if row.kind.is_lock() {
            return self.locked.contains(&(repository, to.ecosystem));
        }
        row.change == DependencyChange::Repointed && matches!(to.origin, Origin::Host(_) | Origin::Registry)
    }

    /// The dependency's host, if the project never used it and no manifest takes the package from a source other than a
    /// registry.
    fn new_host(&self, repository: RepositoryIdx, to: &Stated) -> Option<String> {
        let is_new = |host: &String| !self.hosts.contains(&(repository, to.ecosystem, host.clone()));
        host_of(to).filter(is_new).filter(|_| !self.declared.contains(&(repository, to.ecosystem, to.name.as_str())))
    }

    /// Whether this version of the package had one of these digests before.
    fn has_digest(&self, repository: RepositoryIdx, to: &Stated) -> bool {
        let known = self.hashes.get(&(repository, to.ecosystem, to.name.as_str(), to.version.as_str()));
        known.is_some_and(|known| digests(&to.hash).iter().any(|digest| known.contains(&digest.bytes)))
    }
}

/// The former host of a dependency that moved from the project's own registry to the public one.
fn left_host(view: &View<'_>, row: &DependencyRow, to: &Stated) -> Option<String> {
    let from = row.from.map(|from| &view.facts.dependencies.get(from).origin);
    from.filter(|_| to.origin == Origin::Registry).and_then(|from| match from {
        // A mirror, a proxy, or the public registry over plain HTTP is not the project's own registry.
        Origin::Host(host) if !is_public(to.ecosystem, host) => Some(host.clone()),
        _ => None,
    })
}

/// Finds moves to hosts that the project never used, or, with `to_public`, from the project's own registry to the
/// public one.
pub(crate) fn drifts<'f>(view: &View<'f>, to_public: bool) -> Vec<Drifted<'f>> {
    let dependencies = &view.facts.dependencies;
    let mut used = Used::default();
    let mut found = Vec::new();
    for (repository, id, is_lock) in &dependencies.before {
        let to = dependencies.get(*id);
        used.add_host(*repository, to);
        if *is_lock { used.add_locked(*repository, to) } else { used.add_declared(*repository, to) }
    }
    for rows in dependencies.rows.chunk_by(|a, b| a.commit == b.commit) {
        let repository = view.facts.commit(rows[0].commit).repository;
        let stated: Vec<(&DependencyRow, &Stated)> =
            rows.iter().filter_map(|row| Some((row, dependencies.get(row.to?)))).collect();
        for (_, to) in stated.iter().filter(|(row, _)| !row.kind.is_lock()) {
            used.add_declared(repository, to);
        }
        let mut moved: BTreeMap<(PathId, String), Vec<(&'f DependencyRow, &Stated)>> = BTreeMap::new();
        for (row, to) in stated.iter().filter(|(row, to)| used.counts(repository, row, to)) {
            let host = if to_public { left_host(view, row, to) } else { used.new_host(repository, to) };
            if let Some(host) = host {
                moved.entry((row.path, host)).or_default().push((row, to));
            }
        }
        for ((path, host), of) in moved {
            let Some((row, first)) = of.first().copied() else { continue };
            let same = |(_, to): &(&DependencyRow, &Stated)| used.has_digest(repository, to);
            let blob = view.facts.changes_of(row.commit).iter().find(|c| c.path == path).and_then(|c| c.new);
            found.push(Drifted {
                row,
                is_declared: !row.kind.is_lock(),
                moved: of.len(),
                entries: dependencies.stated(blob, row.kind).len(),
                same_content: of.iter().all(same),
                some_content: of.iter().any(same),
                examples: of.iter().take(3).map(|(_, to)| in_words(to)).collect(),
                host: host.clone(),
            });
            used.hosts.insert((repository, first.ecosystem, host));
        }
        for (row, to) in &stated {
            used.add_host(repository, to);
            if row.kind.is_lock() {
                used.add_locked(repository, to);
            }
        }
    }
    // The same move on another branch is not reported again.
    let mut reported: BTreeSet<(RepositoryIdx, PathId, String)> = BTreeSet::new();
    found.retain(|drift| {
        let repository = view.facts.commit(drift.row.commit).repository;
        reported.insert((repository, drift.row.path, drift.host.clone()))
    });
    found
}

/// Weight, severity and confidence if a manifest declares the host.
const DECLARED: (Decibans, Severity, Confidence) = (Decibans(5.0), Severity::Low, Confidence::Low);

/// Weight, severity and confidence if the host is a forge, from which dependencies are sometimes fetched as files or
/// repositories.
const ON_A_FORGE: (Decibans, Severity, Confidence) = (Decibans(12.0), Severity::Medium, Confidence::Medium);

impl Drifted<'_> {
    /// Whether the host is a mirror of the registry: either a well-known public mirror, or a host that has a proxy's
    /// name and serves at least one package with a known hash.
    pub(crate) fn is_from_mirror(&self, view: &View<'_>) -> bool {
        let ecosystem = self.row.to.map(|to| view.facts.dependencies.get(to).ecosystem);
        ecosystem.is_some_and(|ecosystem| {
            is_public_mirror(ecosystem, &self.host) || self.some_content && is_mirror(ecosystem, &self.host)
        })
    }

    /// The number of moved packages, as a phrase.
    pub(crate) fn packages(&self) -> String {
        if self.moved == 1 { "one package".into() } else { format!("{} packages", self.moved) }
    }

    pub(crate) fn draft<'h>(
        &self,
        heuristic: &'h Heuristic,
        view: &View<'_>,
        params: &Drift,
        summary: String,
    ) -> Draft<'h> {
        let mut draft = draft(heuristic, view, self.row, summary);
        for example in &self.examples {
            draft.saw("package", Value::text(example));
        }
        draft.saw("packages moved, of those in the file", Value::of(self.moved, self.entries));
        draft.saw("hashes as before", if self.same_content { "yes" } else { "no" });
        let share = self.moved as f64 >= params.migration_share * self.entries as f64;
        draft.answer("registry-migration", !(share && self.moved >= params.migration_entries));
        let forges = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "codeload.github.com"];
        if forges.iter().any(|forge| self.host.starts_with(forge)) {
            (draft.weight, draft.severity, draft.confidence) = ON_A_FORGE;
        }
        if self.is_declared {
            (draft.weight, draft.severity, draft.confidence) = DECLARED;
        }
        draft.answer("same-content", !self.same_content);
        draft
    }
}
