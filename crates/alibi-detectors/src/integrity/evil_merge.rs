//! `evil-merge`: a merge with edits that come from neither side, in files without a conflict.

use crate::shared::pathspec::literal;
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, MergeEdit};
use alibi_core::finding::{Draft, Value};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of edited lines in a merge; fewer are probably a mistake.
    min_lines: usize,
}

coded!(EvilMerge, Params, FactSet::MERGES, ["conflict"]);

/// The author of a merge, and the lines added and removed in each file.
type Reported = (ContributorId, Vec<(u32, usize, usize)>);

impl EvilMerge {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        let mut merges: BTreeMap<CommitIdx, Vec<&MergeEdit>> = BTreeMap::new();
        view.facts.merges.iter().for_each(|edit| merges.entry(edit.commit).or_default().push(edit));
        let mut reported: BTreeSet<Reported> = BTreeSet::new();
        for (idx, edits) in merges {
            let commit = facts.commit(idx);
            let own: Vec<&&MergeEdit> =
                edits.iter().filter(|e| !e.conflict && !sink.is_guarded(&self.heuristic, e.path)).collect();
            let lines: usize = own.iter().map(|e| e.added + e.removed).sum();
            if lines < self.params.min_lines {
                continue;
            }
            let who = view.author_of(idx);
            // A merge that a rebase makes again is not reported again.
            if !reported.insert((who, own.iter().map(|e| (e.path.0, e.added, e.removed)).collect())) {
                continue;
            }
            let summary = format!("a merge contains {lines} lines of edits that come from neither side");
            let key: Vec<Vec<u8>> = own.iter().map(|e| facts.path(e.path).to_vec()).collect();
            let mut draft = Draft::new(&self.heuristic, who, commit.repository, key, summary);
            for edit in own.iter().take(5) {
                let what = format!(", {} lines added, {} removed", edit.added, edit.removed);
                draft.saw("edited in the merge", Value::joined([Value::Path(edit.path), Value::words(what)]));
            }
            draft.answer("conflict", !edits.iter().any(|e| e.conflict));
            let oid = view.oid(idx);
            let mut command: Vec<Vec<u8>> =
                ["show", "--remerge-diff", &oid, "--"].map(|w| w.as_bytes().to_vec()).to_vec();
            command.extend(own.iter().take(20).map(|e| literal(facts.path(e.path))));
            draft.reproduce(command);
            draft.commits = vec![idx];
            draft.paths = own.iter().map(|e| e.path).collect();
            sink.push(draft)?;
        }
        Ok(())
    }
}
