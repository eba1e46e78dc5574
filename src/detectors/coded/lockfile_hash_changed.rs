//! `lockfile-hash-changed`: the same version of the same package has another content than a lockfile said before, or the
//! lockfile does not say any more.

use crate::decibans::Decibans;
use crate::detectors::dependencies::draft;
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::heuristics::{Confidence, Severity};
use crate::history::{Ecosystem, Origin, Stated};
use crate::ledger::{CommitIdx, DependencyChange, DependencyRow, PathId, is_rehashed};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// More than this in one file at once is a tool that writes another kind of hash.
    most_at_once: usize,
}

coded!(LockfileHashChanged, Params, Needs::DEPENDENCIES, ["other-tool"]);

/// What it weighs, and how severe and sure it is, where a hash is gone: tools lose one now and then.
const GONE: (Decibans, Severity, Confidence) = (Decibans(5.0), Severity::Low, Confidence::Low);

/// A version of a package in a repository.
type Version<'f> = (u16, Ecosystem, &'f str, &'f str);

/// What is in a repository, or in a folder, changes under one version as a matter of course.
fn is_published(stated: &Stated) -> bool {
    let place = matches!(stated.origin, Origin::Registry | Origin::Host(_));
    place && stated.ecosystem != Ecosystem::Composer && !stated.version.is_empty()
}

impl LockfileHashChanged {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let dependencies = facts.dependencies;
        let version = |repository: u16, of: &'_ Stated| (repository, of.ecosystem, of.name.clone(), of.version.clone());
        // The hash that each version had last, wherever it stood: a file that goes and comes back says the same.
        let mut known: BTreeMap<_, &str> = BTreeMap::new();
        for (repository, id, _) in dependencies.before.iter().filter(|before| before.2) {
            let stated = dependencies.get(*id);
            if is_published(stated) && !stated.hash.is_empty() {
                known.insert(version(*repository, stated), &stated.hash);
            }
        }
        let mut changed: Vec<(&DependencyRow, &Stated, &str)> = Vec::new();
        for row in dependencies.rows.iter().filter(|row| row.kind.is_lock()) {
            let Some(to) = row.to.map(|to| dependencies.get(to)).filter(|to| is_published(to)) else { continue };
            let key = version(facts.ledger.commit(row.commit).repository, to);
            match known.get(&key) {
                Some(old) if is_rehashed(to.ecosystem, old, &to.hash) => changed.push((row, to, old)),
                Some(old) if row.change == DependencyChange::Unhashed => changed.push((row, to, old)),
                _ => {}
            }
            if !to.hash.is_empty() {
                known.insert(key, &to.hash);
            }
        }
        let mut in_file: BTreeMap<(CommitIdx, PathId), usize> = BTreeMap::new();
        changed.iter().for_each(|(row, ..)| *in_file.entry((row.commit, row.path)).or_default() += 1);
        let mut told: BTreeSet<(Version<'_>, BTreeSet<&str>)> = BTreeSet::new();
        for (row, new, old) in changed {
            let repository = facts.ledger.commit(row.commit).repository;
            // Changed and changed back, on this branch or another, is one thing.
            let pair = BTreeSet::from([old, new.hash.as_str()]);
            if !told.insert(((repository, new.ecosystem, &new.name, &new.version), pair)) {
                continue;
            }
            let at_once = in_file[&(row.commit, row.path)];
            let what = if new.hash.is_empty() { "no hash any more" } else { "another content" };
            let summary = format!("{} {} has {what} under the same version", new.name, new.version);
            let mut draft = draft(&self.heuristic, facts, row, summary);
            draft.saw("hash before", old);
            draft.saw("hash after", if new.hash.is_empty() { "none" } else { &new.hash });
            draft.saw("changed in the same file", at_once.to_string());
            draft.answer("other-tool", at_once <= self.params.most_at_once);
            if new.hash.is_empty() {
                (draft.weight, draft.severity, draft.confidence) = GONE;
            }
            sink.push(draft)?;
        }
        Ok(())
    }
}
