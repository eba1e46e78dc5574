//! `opaque-test-blob`: binary test files from an author who rarely adds any. The evidence is stronger if a build file
//! reads one of them later.

use crate::shared::opaque::{OpaqueParams, Unusual, unusual};
use crate::shared::pathspec::literal;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::{Draft, Value};
use alibi_git::fingerprint::fingerprint;
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{Confidence, Severity};
use std::collections::BTreeMap;

coded!(OpaqueTestBlob, OpaqueParams, FactSet::OPAQUE, []);

/// Weight, severity and confidence if no build file reads any of the files.
const UNREAD: (f64, Severity, Confidence) = (5.0, Severity::Low, Confidence::Low);

impl OpaqueTestBlob {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        if let Some(why) = view.lacks_the_past() {
            sink.not_run(&self.heuristic, why);
            return Ok(());
        }
        let rule = view.facts.text_rules.get(&self.heuristic.id).copied();
        // The same files on another branch are not reported again.
        let mut same: BTreeMap<_, Vec<Unusual>> = BTreeMap::new();
        for found in unusual(view, &self.params, |path| sink.is_in("source-code", path)) {
            let repository = view.facts.commit(found.commit).repository;
            same.entry((repository, found.who, found.paths.clone(), found.rewrites)).or_default().push(found);
        }
        for mut all in same.into_values() {
            let commits = all.iter().map(|found| found.commit).collect();
            let found = all.swap_remove(0);
            let commit = view.facts.commit(found.commit);
            let names: Vec<Vec<u8>> = found.paths.iter().map(|p| view.facts.path(*p).to_vec()).collect();
            let base = |path: &Vec<u8>| path.rsplit(|b| *b == b'/').next().unwrap_or(path).to_vec();
            let hashes: Vec<u64> = names.iter().map(|path| fingerprint([base(path)])).collect();
            let reads = view.facts.text.introduced.iter().find(|i| {
                let reader = view.facts.commit(i.commit);
                Some(i.hit.rule) == rule
                    && i.commit > found.commit
                    && reader.repository == commit.repository
                    && hashes.contains(&i.hit.matched)
            });
            let what = if found.rewrites { "rewritten" } else { "added" };
            let summary = format!("{} opaque test files {what} by an author who rarely adds any", names.len());
            let mut draft = Draft::new(&self.heuristic, found.who, commit.repository, &names, summary);
            for name in names.iter().take(5) {
                draft.saw("file", name.as_slice());
            }
            let (own, all) = found.counts;
            draft.saw("such files by this contributor, of all", Value::of(own, all));
            draft.saw("code in the same commit that uses them", "none");
            match reads {
                Some(reader) => {
                    draft.saw("read by a build file", Value::Path(reader.path));
                    draft.saw("since", Value::Commit(reader.commit));
                }
                None => {
                    draft.weight = Decibans(UNREAD.0);
                    (draft.severity, draft.confidence) = (UNREAD.1, UNREAD.2);
                }
            }
            let mut command =
                vec![b"show".to_vec(), b"--stat".to_vec(), view.oid(found.commit).into_bytes(), b"--".to_vec()];
            command.extend(names.iter().map(|name| literal(name)));
            draft.reproduce(command);
            draft.commits = commits;
            draft.paths = found.paths;
            sink.push(draft)?;
        }
        Ok(())
    }
}
