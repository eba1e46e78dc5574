//! `lockfile-deleted`: a lockfile is deleted and not replaced.

use crate::shared::pathspec::literal;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{FactSet, PathId, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::DAY;
use alibi_manifests::manifests::FileKind;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// A lockfile that returns within this many days was regenerated.
    back_days: i64,
}

coded!(LockfileDeleted, Params, FactSet::DEPENDENCIES, ["ignored-from-now-on", "came-back"]);

impl LockfileDeleted {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let kind = |path: PathId| FileKind::of(view.facts.path(path));
        let mut reported = BTreeSet::new();
        let mut back: BTreeMap<(RepositoryIdx, PathId), Vec<i64>> = BTreeMap::new();
        for row in view.facts.changes.iter().filter(|r| r.is_added() && kind(r.path).is_some_and(FileKind::is_lock)) {
            let commit = view.facts.commit(row.commit);
            back.entry((commit.repository, row.path)).or_default().push(commit.committed.seconds);
        }
        for rows in view.facts.changes.chunk_by(|a, b| a.commit == b.commit) {
            let commit = view.facts.commit(rows[0].commit);
            let gone = rows.iter().filter(|r| r.is_removed() && kind(r.path).is_some_and(FileKind::is_lock));
            // A merge only repeats the changes of the merged branch.
            for row in gone.filter(|_| commit.parent_count == 1) {
                let Some(lock) = kind(row.path) else { continue };
                let others = |wanted: &dyn Fn(FileKind) -> bool, removed: bool| {
                    rows.iter().any(|r| r.is_removed() == removed && kind(r.path).is_some_and(wanted))
                };
                // The commit writes another lockfile for the same manifest, or also removes the manifest.
                let replaced = others(&|k| k.is_lock() && k.manifests().eq(lock.manifests()), false);
                let manifest_removed = others(&|k| lock.is_lock_of(k), true);
                if replaced || manifest_removed || !reported.insert((commit.repository, row.path)) {
                    continue;
                }
                let path = view.facts.path(row.path).to_vec();
                let summary = format!("{} was deleted and not replaced", String::from_utf8_lossy(&path));
                let who = view.author_of(row.commit);
                let mut draft = Draft::new(&self.heuristic, who, commit.repository, [&path], summary);
                let oid = view.oid(row.commit);
                draft.saw("in commit", Value::Commit(row.commit));
                draft.saw("on", Value::Day(commit.authored.seconds));
                // Libraries that do not commit their lockfile add it to `.gitignore`.
                let ignores = rows.iter().any(|r| view.facts.path(r.path).ends_with(b".gitignore"));
                draft.answer("ignored-from-now-on", !ignores);
                let days = back.get(&(commit.repository, row.path)).into_iter().flatten();
                let soon = days.map(|when| (when - commit.committed.seconds) / DAY);
                draft.answer("came-back", !soon.into_iter().any(|days| (0..=self.params.back_days).contains(&days)));
                draft.reproduce([b"show", b"--stat".as_slice(), oid.as_bytes(), b"--", &literal(&path)]);
                draft.commits = vec![row.commit];
                draft.paths = vec![row.path];
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}
