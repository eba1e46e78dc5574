//! `lockfile-hash-changed`: the hash of a package in a lockfile changed, or was removed, although the version is the
//! same. There is one finding for each commit and file.

use crate::shared::dependencies::draft;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, DependencyChange, DependencyRow, FactSet, RepositoryIdx};
use alibi_core::finding::Value;
use alibi_git::history::{digests, is_other_content, is_weakened};
use alibi_manifests::{Ecosystem, Origin, Stated};
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{Confidence, Severity};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// A commit that changes more hashes than this in one file comes from a tool that writes a different kind of hash.
    max_at_once: usize,
}

coded!(LockfileHashChanged, Params, FactSet::DEPENDENCIES, ["other-tool", "hash-of-another-version"]);

/// Maximum number of packages listed in one finding.
const NAMED: usize = 10;

/// Maximum number of weakened hashes in one file and commit. If there are more, a tool wrote them, and none is
/// reported.
const WEAKENED: usize = 3;

/// Kinds of digest changes, from the least to the most suspicious.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// The digest was removed. Tools sometimes drop digests.
    Gone,
    /// The new digest uses a weaker algorithm, so it cannot be compared with the old one.
    Weakened,
    /// The old or the new digest belongs to another version of the same package, for example because a merge was
    /// resolved incorrectly.
    OfAnotherVersion,
    /// The digest of a prerelease changed. Prereleases may be published again with different content.
    Prerelease,
    /// The digest of any other version changed.
    Other,
}

impl Kind {
    /// The description in reports.
    fn description(self) -> &'static str {
        match self {
            Kind::Gone => "no hash any more",
            Kind::Weakened => "a hash with a weaker algorithm, which cannot be compared with the previous one",
            Kind::OfAnotherVersion => "the hash of another version of the same package",
            Kind::Prerelease => "a different hash, for a version that may be published again",
            Kind::Other => "a different hash for the same version",
        }
    }
}

/// A package whose digest changed in a file.
struct Changed<'f> {
    row: &'f DependencyRow,
    new: &'f Stated,
    old: &'f str,
    kind: Kind,
}

/// A version of a package in a repository.
type Version<'f> = (RepositoryIdx, Ecosystem, &'f str, &'f str);

/// Whether an entry has a version from a registry other than Composer's. In repositories and folders, the content of a
/// version normally changes.
fn is_published(stated: &Stated) -> bool {
    let is_from_registry = matches!(stated.origin, Origin::Registry | Origin::Host(_));
    is_from_registry && stated.ecosystem != Ecosystem::Composer && !stated.version.is_empty()
}

/// Whether a version is marked as a prerelease.
fn is_prerelease(version: &str) -> bool {
    let version = version.to_ascii_lowercase();
    ["-snapshot", "-dev", "-canary", "-nightly", "-alpha", "-beta", "-next", "-rc", "-pre", ".dev", "-0."]
        .iter()
        .any(|label| version.contains(label))
}

/// The digests that lockfiles had in earlier commits.
#[derive(Default)]
struct Known<'f> {
    /// The last digest of each version in any file. It is kept when the file is removed, since the file may be
    /// restored.
    last: BTreeMap<Version<'f>, &'f str>,
    /// The version with which each digest occurred first.
    versions: BTreeMap<(RepositoryIdx, Ecosystem, &'f str, Vec<u8>), &'f str>,
}

impl<'f> Known<'f> {
    fn note(&mut self, repository: RepositoryIdx, stated: &'f Stated) {
        if !stated.hash.is_empty() {
            self.last.insert((repository, stated.ecosystem, &stated.name, &stated.version), &stated.hash);
        }
    }

    fn note_version(&mut self, repository: RepositoryIdx, stated: &'f Stated) {
        for digest in digests(&stated.hash) {
            self.versions.entry((repository, stated.ecosystem, &stated.name, digest.bytes)).or_insert(&stated.version);
        }
    }

    /// Whether one of the digests in `hash` occurred first with another version of the same package.
    fn is_of_another_version(&self, repository: RepositoryIdx, stated: &'f Stated, hash: &str) -> bool {
        let version = |bytes| self.versions.get(&(repository, stated.ecosystem, stated.name.as_str(), bytes));
        digests(hash).into_iter().any(|digest| version(digest.bytes).is_some_and(|known| *known != stated.version))
    }
}

/// Returns the entries whose digest differs from the last one of the same version, in commit order.
fn changes<'f>(view: &View<'f>) -> Vec<Changed<'f>> {
    let dependencies = &view.facts.dependencies;
    let mut known = Known::default();
    for (repository, id, _) in &dependencies.before {
        let stated = dependencies.get(*id);
        if is_published(stated) {
            known.note(*repository, stated);
            known.note_version(*repository, stated);
        }
    }
    let mut changed = Vec::new();
    // The versions in a commit are recorded after all its files were compared, so that an invented version cannot
    // explain a digest in the same commit.
    let mut added: Vec<(CommitIdx, RepositoryIdx, &'f Stated)> = Vec::new();
    for rows in dependencies.rows.chunk_by(|a, b| (a.commit, a.path) == (b.commit, b.path)) {
        if added.first().is_some_and(|(commit, ..)| *commit != rows[0].commit) {
            added.drain(..).for_each(|(_, repository, stated)| known.note_version(repository, stated));
        }
        let repository = view.facts.commit(rows[0].commit).repository;
        let of_file = rows.iter().filter(|row| row.kind.has_hashes());
        let stated: Vec<(&'f DependencyRow, &'f Stated)> = of_file
            .filter_map(|row| Some((row, dependencies.get(row.to?))))
            .filter(|(_, new)| is_published(new))
            .collect();
        let last: Vec<Option<&'f str>> = stated
            .iter()
            .map(|(_, new)| {
                known.last.get(&(repository, new.ecosystem, new.name.as_str(), new.version.as_str())).copied()
            })
            .collect();
        for (row, new) in &stated {
            known.note(repository, new);
            added.push((row.commit, repository, new));
        }
        let is_weaker = |old: &Option<&str>, new: &str| old.is_some_and(|old| is_weakened(old, new));
        // Many weakened hashes at once come from a tool that writes a different kind of hash.
        let weakened = stated.iter().zip(&last).filter(|((_, new), old)| is_weaker(old, &new.hash)).count();
        for ((row, new), old) in stated.into_iter().zip(last) {
            let Some(old) = old else { continue };
            let is_of_another_version =
                || [old, &new.hash].iter().any(|hash| known.is_of_another_version(repository, new, hash));
            let kind = if !is_other_content(old, &new.hash) {
                if is_weaker(&Some(old), &new.hash) && weakened <= WEAKENED {
                    changed.push(Changed { row, new, old, kind: Kind::Weakened });
                    continue;
                }
                if row.change != DependencyChange::Unhashed {
                    continue;
                }
                Kind::Gone
            } else if is_of_another_version() {
                Kind::OfAnotherVersion
            } else if is_prerelease(&new.version) {
                Kind::Prerelease
            } else {
                Kind::Other
            };
            changed.push(Changed { row, new, old, kind });
        }
    }
    changed
}

impl LockfileHashChanged {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let all = changes(view);
        let mut reported: BTreeSet<(Version<'_>, BTreeSet<&str>)> = BTreeSet::new();
        for of_file in all.chunk_by(|a, b| (a.row.commit, a.row.path) == (b.row.commit, b.row.path)) {
            let repository = view.facts.commit(of_file[0].row.commit).repository;
            // A change that is reversed or repeated, on any branch, is reported once.
            let mut new: Vec<&Changed<'_>> = Vec::new();
            for c in of_file {
                let version = (repository, c.new.ecosystem, c.new.name.as_str(), c.new.version.as_str());
                if reported.insert((version, BTreeSet::from([c.old, c.new.hash.as_str()]))) {
                    new.push(c);
                }
            }
            new.sort_by_key(|c| std::cmp::Reverse(c.kind));
            let Some(first) = new.first() else { continue };
            let of_kind = new.iter().filter(|c| c.kind == first.kind).count();
            let more = if of_kind > 1 { format!(" and {} more", of_kind - 1) } else { String::new() };
            let verb = if of_kind > 1 { "have" } else { "has" };
            let summary = format!("{} {}{more} {verb} {}", first.new.name, first.new.version, first.kind.description());
            let mut draft = draft(&self.heuristic, view, first.row, summary);
            for c in new.iter().take(NAMED) {
                let after = if c.new.hash.is_empty() { "none" } else { &c.new.hash };
                draft.saw("package", Value::text(format!("{} {}: {} → {after}", c.new.name, c.new.version, c.old)));
            }
            draft.saw("changed in the same file", Value::count(of_file.len()));
            draft.answer("other-tool", of_file.len() <= self.params.max_at_once);
            draft.answer("hash-of-another-version", first.kind != Kind::OfAnotherVersion);
            (draft.weight, draft.severity, draft.confidence) = match first.kind {
                Kind::Gone | Kind::Weakened | Kind::OfAnotherVersion => (Decibans(5.0), Severity::Low, Confidence::Low),
                Kind::Prerelease => (Decibans(5.0), Severity::Medium, Confidence::Low),
                Kind::Other => (draft.weight, draft.severity, draft.confidence),
            };
            sink.push(draft)?;
        }
        Ok(())
    }
}
