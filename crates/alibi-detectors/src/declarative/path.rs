//! Detects the changed paths that path heuristics define. There is one finding for all paths whose first matching
//! change is in the same commit, about the author of that commit.

use crate::shared::pathspec::literal;
use alibi_core::detection::{DetectError, Detector, Sink, View};
use alibi_core::facts::{ChangeRow, CommitIdx, FactSet, Facts, PathId, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use alibi_rules::heuristics::{ChangeKind, Heuristic, PathRule};
use std::collections::BTreeMap;

/// A path, and the commits with a matching change to it.
type Changed = (PathId, Vec<CommitIdx>);

pub(crate) struct PathDetector {
    heuristic: Heuristic,
    rule: PathRule,
}

impl PathDetector {
    pub(crate) fn new(heuristic: Heuristic, rule: PathRule) -> PathDetector {
        PathDetector { heuristic, rule }
    }

    /// Whether an added file was moved from another matching path.
    fn is_moved(&self, facts: &Facts, change: &ChangeRow, matching: &[bool]) -> bool {
        let from = |c: &ChangeRow| c.is_removed() && c.old == change.new && matching[c.path.0 as usize];
        change.is_added() && change.new.is_some() && facts.changes_of(change.commit).iter().any(from)
    }

    fn wants(&self, change: &ChangeRow) -> bool {
        let kind = if change.is_added() {
            ChangeKind::Added
        } else if change.is_removed() {
            ChangeKind::Removed
        } else {
            ChangeKind::Modified
        };
        self.rule.changes.contains(&kind)
    }
}

impl Detector for PathDetector {
    fn heuristic(&self) -> &Heuristic {
        &self.heuristic
    }

    fn needs(&self) -> FactSet {
        FactSet::CHANGES
    }

    fn detect(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        let matching: Vec<bool> = (0..facts.path_count() as u32)
            .map(|p| self.rule.paths.is_match(&String::from_utf8_lossy(facts.path(PathId(p)))))
            .collect();
        let mut by_path: BTreeMap<(RepositoryIdx, PathId), Vec<CommitIdx>> = BTreeMap::new();
        for change in facts.changes.iter().filter(|c| c.parent == 0 && matching[c.path.0 as usize]) {
            if self.wants(change) && !self.is_moved(facts, change, &matching) {
                let repository = facts.commit(change.commit).repository;
                by_path.entry((repository, change.path)).or_default().push(change.commit);
            }
        }
        // Paths whose first matching change is in the same commit are one finding.
        let mut together: BTreeMap<(RepositoryIdx, CommitIdx), Vec<Changed>> = BTreeMap::new();
        for ((repository, path), commits) in by_path {
            together.entry((repository, commits[0])).or_default().push((path, commits));
        }
        for ((repository, first), paths) in together {
            let names: Vec<Vec<u8>> = paths.iter().map(|(path, _)| facts.path(*path).to_vec()).collect();
            let more = if names.len() > 1 { format!(" and {} more", names.len() - 1) } else { String::new() };
            let summary = format!("{}: {}{more}", self.heuristic.title, String::from_utf8_lossy(&names[0]));
            let mut draft = Draft::new(&self.heuristic, view.author_of(first), repository, &names, summary);
            draft.commits = paths.iter().flat_map(|(_, commits)| commits.iter().copied()).collect();
            draft.paths = paths.iter().map(|(path, _)| *path).collect();
            let oid = view.oid(first);
            draft.saw("first in", Value::Commit(first));
            for name in names.iter().take(5) {
                draft.saw("path", name.as_slice());
            }
            let mut command: Vec<Vec<u8>> = ["show", &oid, "--"].map(|w| w.as_bytes().to_vec()).to_vec();
            command.extend(names.iter().map(|name| literal(name)));
            draft.reproduce(command);
            sink.push(draft)?;
        }
        Ok(())
    }
}
