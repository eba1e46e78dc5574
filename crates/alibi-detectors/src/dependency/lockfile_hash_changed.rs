//! `lockfile-hash-changed`: a lockfile has a different hash than before for the same version of a package, or no hash
//! any more. One finding for each commit and file.

use crate::shared::dependencies::draft;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, DependencyChange, DependencyRow, FactSet};
use alibi_core::finding::Value;
use alibi_git::history::{Ecosystem, Origin, Stated, digests, is_other_content, is_weakened};
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{Confidence, Severity};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// More than this in one file at once come from a tool that writes a different kind of hash.
    max_at_once: usize,
}

coded!(LockfileHashChanged, Params, FactSet::DEPENDENCIES, ["other-tool", "hash-of-another-version"]);

/// Maximum number of packages in one finding.
const NAMED: usize = 10;

/// At most this many weakened hashes in one file are reported; more come from a tool.
const WEAKENED: usize = 3;

/// What happened to a digest, from the least to the most suspicious.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// It was removed: tools sometimes lose digests.
    Gone,
    /// It has a weaker algorithm, and cannot be compared.
    Weakened,
    /// It belongs to another version of the same package, for example if the sides of a merge were mixed up.
    OfAnotherVersion,
    /// It differs, for a version that may be published again.
    Prerelease,
    /// It differs.
    Other,
}

impl Kind {
    fn words(self) -> &'static str {
        match self {
            Kind::Gone => "no hash any more",
            Kind::Weakened => "a hash with a weaker algorithm, which cannot be compared with the previous one",
            Kind::OfAnotherVersion => "the hash of another version of the same package",
            Kind::Prerelease => "a different hash, for a version that may be published again",
            Kind::Other => "a different hash for the same version",
        }
    }
}

/// One package in a file.
struct Changed<'f> {
    row: &'f DependencyRow,
    new: &'f Stated,
    old: &'f str,
    kind: Kind,
}

/// A version of a package in a repository.
type Version<'f> = (u16, Ecosystem, &'f str, &'f str);

/// Whether it comes from a registry; contents of repositories and folders change under one version as a matter of
/// course.
fn is_published(stated: &Stated) -> bool {
    let place = matches!(stated.origin, Origin::Registry | Origin::Host(_));
    place && stated.ecosystem != Ecosystem::Composer && !stated.version.is_empty()
}

/// Whether a version is marked as a prerelease.
fn is_prerelease(version: &str) -> bool {
    let version = version.to_ascii_lowercase();
    ["-snapshot", "-dev", "-canary", "-nightly", "-alpha", "-beta", "-next", "-rc", "-pre", ".dev", "-0."]
        .iter()
        .any(|mark| version.contains(mark))
}

/// The previous contents of lockfiles.
#[derive(Default)]
struct Known<'f> {
    /// Each version's last digest in any file: a file that is removed and returns has the same digests.
    last: BTreeMap<Version<'f>, &'f str>,
    /// The version with which each digest was first seen.
    versions: BTreeMap<(u16, Ecosystem, &'f str, Vec<u8>), &'f str>,
}

impl<'f> Known<'f> {
    fn note(&mut self, repository: u16, of: &'f Stated) {
        if !of.hash.is_empty() {
            self.last.insert((repository, of.ecosystem, &of.name, &of.version), &of.hash);
        }
    }

    fn note_version(&mut self, repository: u16, of: &'f Stated) {
        for digest in digests(&of.hash) {
            self.versions.entry((repository, of.ecosystem, &of.name, digest.bytes)).or_insert(&of.version);
        }
    }

    /// Whether one of these digests is known for another version of the same package.
    fn is_of_another_version(&self, repository: u16, of: &'f Stated, hash: &str) -> bool {
        let version = |bytes| self.versions.get(&(repository, of.ecosystem, of.name.as_str(), bytes));
        digests(hash).into_iter().any(|digest| version(digest.bytes).is_some_and(|known| *known != of.version))
    }
}

/// The entries with a digest that differs from the known one, in commit order.
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
    // A commit's own additions count only afterwards: an invented version must not explain a digest in the same commit.
    let mut added: Vec<(CommitIdx, u16, &'f Stated)> = Vec::new();
    for rows in dependencies.rows.chunk_by(|a, b| (a.commit, a.path) == (b.commit, b.path)) {
        if added.first().is_some_and(|(commit, ..)| *commit != rows[0].commit) {
            added.drain(..).for_each(|(_, repository, of)| known.note_version(repository, of));
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
        // Many at once come from a tool that writes a different kind of hash.
        let weakened = stated.iter().zip(&last).filter(|((_, new), old)| is_weaker(old, &new.hash)).count();
        for ((row, new), old) in stated.into_iter().zip(last) {
            let Some(old) = old else { continue };
            let is_mixed_up = || [old, &new.hash].iter().any(|hash| known.is_of_another_version(repository, new, hash));
            let kind = if !is_other_content(old, &new.hash) {
                if is_weaker(&Some(old), &new.hash) && weakened <= WEAKENED {
                    changed.push(Changed { row, new, old, kind: Kind::Weakened });
                    continue;
                }
                if row.change != DependencyChange::Unhashed {
                    continue;
                }
                Kind::Gone
            } else if is_mixed_up() {
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
        let mut seen: BTreeSet<(Version<'_>, BTreeSet<&str>)> = BTreeSet::new();
        for of_file in all.chunk_by(|a, b| (a.row.commit, a.row.path) == (b.row.commit, b.row.path)) {
            let repository = view.facts.commit(of_file[0].row.commit).repository;
            // A change and its reversal, on any branch, are reported once.
            let mut new: Vec<&Changed<'_>> = Vec::new();
            for c in of_file {
                let version = (repository, c.new.ecosystem, c.new.name.as_str(), c.new.version.as_str());
                if seen.insert((version, BTreeSet::from([c.old, c.new.hash.as_str()]))) {
                    new.push(c);
                }
            }
            new.sort_by_key(|c| std::cmp::Reverse(c.kind));
            let Some(first) = new.first() else { continue };
            let of_kind = new.iter().filter(|c| c.kind == first.kind).count();
            let more = if of_kind > 1 { format!(" and {} more", of_kind - 1) } else { String::new() };
            let verb = if of_kind > 1 { "have" } else { "has" };
            let summary = format!("{} {}{more} {verb} {}", first.new.name, first.new.version, first.kind.words());
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
