//! The adapter of path heuristics: a finding for each path, about whoever changed it so first.

use super::{DetectError, Detector, Facts, Needs, Sink};
use crate::finding::Draft;
use crate::heuristics::{ChangeKind, Heuristic, PathRule};
use crate::ledger::{ChangeRow, CommitIdx, PathId};
use std::collections::BTreeMap;

pub struct PathDetector {
    heuristic: Heuristic,
    rule: PathRule,
}

impl PathDetector {
    pub fn new(heuristic: Heuristic, rule: PathRule) -> PathDetector {
        PathDetector { heuristic, rule }
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

    fn needs(&self) -> Needs {
        Needs::CHANGES
    }

    fn detect(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let ledger = facts.ledger;
        let matching: Vec<bool> = (0..ledger.path_count() as u32)
            .map(|p| self.rule.paths.is_match(&String::from_utf8_lossy(ledger.path(PathId(p)))))
            .collect();
        let mut by_path: BTreeMap<(u16, PathId), Vec<CommitIdx>> = BTreeMap::new();
        for change in ledger.changes.iter().filter(|c| c.parent == 0 && matching[c.path.0 as usize]) {
            if self.wants(change) {
                let repository = ledger.commit(change.commit).repository;
                by_path.entry((repository, change.path)).or_default().push(change.commit);
            }
        }
        for ((repository, path), commits) in by_path {
            let name = ledger.path(path).to_vec();
            let first = commits[0];
            let summary = format!("{}: {}", self.heuristic.title, String::from_utf8_lossy(&name));
            let mut draft = Draft::new(&self.heuristic, facts.author_of(first), repository, [&name], summary);
            draft.commits = commits;
            draft.paths = vec![path];
            let oid = facts.oid(first);
            draft.saw("path", &name).saw("first in", &oid);
            draft.reproduce([b"show", oid.as_bytes(), b"--", &name]);
            sink.push(draft)?;
        }
        Ok(())
    }
}
