//! Detects messages that do not match the changes in their commits, as defined by commit heuristics.

use crate::shared::pathspec::literal;
use alibi_core::detection::{DetectError, Detector, Sink, View};
use alibi_core::facts::{ChangeRow, CommitIdx, FactSet, PathId, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use alibi_rules::heuristics::{CommitRule, Heuristic, PathFilter};
use std::collections::BTreeMap;

/// The properties that copies of one change share: the repository, the hash of the subject, and the paths.
type Sameness = (RepositoryIdx, u64, Vec<PathId>);

pub(crate) struct CommitDetector {
    heuristic: Heuristic,
    rule: CommitRule,
}

impl CommitDetector {
    pub(crate) fn new(heuristic: Heuristic, rule: CommitRule) -> CommitDetector {
        CommitDetector { heuristic, rule }
    }

    /// Number of lines that a commit's matching changes add and remove. Files that cannot be compared count as zero.
    /// `start` is the index of the commit's first change.
    fn lines(&self, view: &View<'_>, changes: &[ChangeRow], start: usize, matching: &[PathId]) -> u32 {
        let counts = |(i, change): (usize, &ChangeRow)| {
            let counted =
                matching.contains(&change.path).then(|| view.facts.lines.get(&((start + i) as u32))).flatten();
            counted.map_or(0, |c| c.added.saturating_add(c.removed))
        };
        changes.iter().enumerate().map(counts).fold(0, u32::saturating_add)
    }
}

impl Detector for CommitDetector {
    fn heuristic(&self) -> &Heuristic {
        &self.heuristic
    }

    fn needs(&self) -> FactSet {
        if self.rule.min_lines > 0 { FactSet::LINES } else { FactSet::CHANGES }
    }

    fn detect(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let Some(&(bit, unless)) = view.facts.message_patterns.get(&self.heuristic.id) else { return Ok(()) };
        let facts = view.facts;
        let matches = |filter: &PathFilter, path: PathId| filter.is_match(&String::from_utf8_lossy(facts.path(path)));
        // A change that a rebase or a cherry-pick repeats under the same subject is one finding.
        let mut same: BTreeMap<Sameness, Vec<(CommitIdx, u32)>> = BTreeMap::new();
        for (idx, commit) in facts.enumerate() {
            if !commit.in_scope
                || commit.parent_count > 1
                || commit.patterns & 1 << bit == 0
                || commit.patterns & unless != 0
            {
                continue;
            }
            let start = facts.changes.partition_point(|c| c.commit < idx);
            let changes = facts.changes_of(idx);
            let matching: Vec<PathId> =
                changes.iter().map(|c| c.path).filter(|p| matches(&self.rule.paths, *p)).collect();
            if matching.is_empty()
                || self.rule.unless_paths.as_ref().is_some_and(|f| changes.iter().any(|c| matches(f, c.path)))
            {
                continue;
            }
            let lines = self.lines(view, changes, start, &matching);
            if lines >= self.rule.min_lines {
                same.entry((commit.repository, commit.subject_hash, matching)).or_default().push((idx, lines));
            }
        }
        for ((repository, subject, paths), commits) in same {
            let (first, lines) = commits[0];
            let commits: Vec<CommitIdx> = commits.into_iter().map(|(idx, _)| idx).collect();
            let shown = String::from_utf8_lossy(facts.path(paths[0])).into_owned();
            let more = if paths.len() > 1 { format!(" and {} more", paths.len() - 1) } else { String::new() };
            let summary = format!("{}: {shown}{more}", self.heuristic.title);
            let key: Vec<Vec<u8>> = std::iter::once(subject.to_le_bytes().to_vec())
                .chain(paths.iter().map(|p| facts.path(*p).to_vec()))
                .collect();
            let mut draft = Draft::new(&self.heuristic, view.author_of(first), repository, key, summary);
            let oid = view.oid(first);
            draft.saw("commit", Value::Commit(first)).saw("lines changed there", Value::count(lines));
            for path in paths.iter().take(5) {
                draft.saw("changes", Value::Path(*path));
            }
            let mut command: Vec<Vec<u8>> =
                ["show", "--format=fuller", &oid, "--"].map(|w| w.as_bytes().to_vec()).to_vec();
            command.extend(paths.iter().map(|p| literal(facts.path(*p))));
            draft.reproduce(command);
            draft.commits = commits;
            draft.paths = paths;
            sink.push(draft)?;
        }
        Ok(())
    }
}
