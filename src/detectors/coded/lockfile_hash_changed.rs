//! `lockfile-hash-changed`: the same version of the same package has another content.

use crate::detectors::dependencies::draft;
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::history::{Ecosystem, Origin};
use crate::ledger::DependencyChange;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// More than this in one file at once is a tool that writes another kind of hash.
    most_at_once: usize,
}

coded!(LockfileHashChanged, Params, Needs::DEPENDENCIES, ["other-tool"]);

impl LockfileHashChanged {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let is = |row: &&crate::ledger::DependencyRow| row.change == DependencyChange::Rehashed;
        let mut told: BTreeSet<(u16, Ecosystem, &str, &str, BTreeSet<&str>)> = BTreeSet::new();
        let rows: Vec<_> = facts.dependencies.rows.iter().filter(is).collect();
        for row in &rows {
            let (Some(from), Some(to)) = (row.from, row.to) else { continue };
            let (old, new) = (facts.dependencies.get(from), facts.dependencies.get(to));
            // What is in a repository, or in a folder, changes under one version as a matter of course.
            if !matches!(new.origin, Origin::Registry | Origin::Host(_)) || new.ecosystem == Ecosystem::Composer {
                continue;
            }
            let repository = facts.ledger.commit(row.commit).repository;
            // Changed and changed back, on this branch or another, is one thing.
            let pair = BTreeSet::from([old.hash.as_str(), new.hash.as_str()]);
            if !told.insert((repository, new.ecosystem, &new.name, &new.version, pair)) {
                continue;
            }
            let at_once = rows.iter().filter(|r| r.commit == row.commit && r.path == row.path).count();
            let summary = format!("{} {} has another content under the same version", new.name, new.version);
            let mut draft = draft(&self.heuristic, facts, row, summary);
            draft.saw("hash before", &old.hash);
            draft.saw("hash after", &new.hash);
            draft.saw("changed in the same file", at_once.to_string());
            draft.answer("other-tool", at_once <= self.params.most_at_once);
            sink.push(draft)?;
        }
        Ok(())
    }
}
