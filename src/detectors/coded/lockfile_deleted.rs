//! `lockfile-deleted`: a lockfile goes, and nothing takes its place.

use crate::detectors::words::day;
use crate::detectors::{DetectError, Facts, Needs, Sink, literal};
use crate::finding::Draft;
use crate::ledger::PathId;
use crate::observe::dependencies::FileKind;
use serde::Deserialize;
use std::collections::BTreeSet;

/// There is nothing to set.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {}

coded!(LockfileDeleted, Params, Needs::DEPENDENCIES, ["ignored-from-now-on"]);

impl LockfileDeleted {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let Params {} = self.params;
        let kind = |path: PathId| FileKind::of(facts.ledger.path(path));
        let mut told = BTreeSet::new();
        for rows in facts.ledger.changes.chunk_by(|a, b| a.commit == b.commit) {
            let commit = facts.ledger.commit(rows[0].commit);
            let gone = rows.iter().filter(|r| r.is_removed() && kind(r.path).is_some_and(FileKind::is_lock));
            // A merge takes over what a branch did.
            for row in gone.filter(|_| commit.parent_count == 1) {
                let Some(lock) = kind(row.path) else { continue };
                let manifests = lock.manifests();
                let others = |wanted: &dyn Fn(FileKind) -> bool, removed: bool| {
                    rows.iter().any(|r| r.is_removed() == removed && kind(r.path).is_some_and(wanted))
                };
                // Another tool's lockfile, the same one elsewhere, or an end of the package itself.
                let replaced = others(&|k| k.is_lock() && k.manifests() == manifests, false);
                let ended = others(&|k| manifests.contains(&k), true);
                if replaced || ended || !told.insert((commit.repository, row.path)) {
                    continue;
                }
                let path = facts.ledger.path(row.path).to_vec();
                let summary = format!("{} was deleted, and nothing took its place", String::from_utf8_lossy(&path));
                let who = facts.author_of(row.commit);
                let mut draft = Draft::new(&self.heuristic, who, commit.repository, [&path], summary);
                let oid = facts.oid(row.commit);
                draft.saw("in commit", &oid);
                draft.saw("on", day(commit.authored.seconds));
                // Libraries that do not want one say so.
                let ignores = rows.iter().any(|r| facts.ledger.path(r.path).ends_with(b".gitignore"));
                draft.answer("ignored-from-now-on", !ignores);
                draft.reproduce([b"show", b"--stat".as_slice(), oid.as_bytes(), b"--", &literal(&path)]);
                draft.commits = vec![row.commit];
                draft.paths = vec![row.path];
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}
