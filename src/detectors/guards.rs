//! Guards: named tests of innocent causes that apply to any finding. A detector answers its own guards first.

use super::Facts;
use crate::finding::Draft;
use crate::heuristics::{Heuristic, PathFilter, PathSets};
use crate::history::FIRST_GIT_COMMIT;
use crate::ledger::{CommitIdx, CommitRow};
use crate::people::ContributorId;
use std::collections::BTreeMap;

/// A guard `X-path` tests whether all of a finding's paths are in the path set X.
const PATH_SUFFIX: &str = "-path";

/// The author is a program.
const BOT: &str = "bot";

/// The commits are an import from another system, or dated before Git existed.
const IMPORT: &str = "import";

/// The contributor was already established in the project: by commits, by time, or as a founder.
const ESTABLISHED: &str = "established-contributor";

/// A contributor is established with this many earlier commits, this many days since the first commit, or a first
/// commit within this many days of the repository's first.
const ESTABLISHED_COMMITS: usize = 50;
const ESTABLISHED_DAYS: i64 = 180;
const FOUNDER_DAYS: i64 = 30;

/// The path sets that guards use.
pub struct PathGuards(BTreeMap<String, PathFilter>);

impl PathGuards {
    /// The guards defined by these sets.
    pub fn new(sets: &PathSets) -> PathGuards {
        PathGuards(sets.iter().map(|(name, filter)| (format!("{name}{PATH_SUFFIX}"), filter.clone())).collect())
    }

    /// The guards that treat the path as innocent.
    pub fn holding(&self, path: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(_, filter)| filter.is_match(path)).map(|(name, _)| name.as_str())
    }

    /// Whether a path is in the set of this name.
    pub fn contains(&self, set: &str, path: &str) -> bool {
        self.0.get(&format!("{set}{PATH_SUFFIX}")).is_some_and(|filter| filter.is_match(path))
    }

    /// Whether one of the heuristic's guards treats the path as innocent.
    pub fn hold(&self, heuristic: &Heuristic, path: &str) -> bool {
        let named = heuristic.innocent.iter().filter_map(|i| i.test.as_deref());
        named.filter_map(|guard| self.0.get(guard)).any(|filter| filter.is_match(path))
    }
}

/// The names of the guards defined by path sets.
pub fn path_guard_sets(sets: &PathSets) -> Vec<String> {
    sets.keys().map(|name| format!("{name}{PATH_SUFFIX}")).collect()
}

/// Whether a guard of this name exists, not counting guards that a detector answers itself.
pub fn is_known_guard(name: &str, sets: &PathSets) -> bool {
    matches!(name, BOT | IMPORT | ESTABLISHED)
        || name.strip_suffix(PATH_SUFFIX).is_some_and(|set| sets.contains_key(set))
}

/// Answers every guard of a draft's heuristic that the detector left open.
pub(super) fn answer(draft: &mut Draft<'_>, facts: &Facts<'_>, paths: &PathGuards) {
    let heuristic = draft.heuristic();
    for guard in heuristic.innocent.iter().filter_map(|i| i.test.as_deref()) {
        if draft.is_answered(guard) {
            continue;
        }
        let holds = match guard {
            BOT => Some(facts.people.get(draft.contributor).bot),
            IMPORT => Some(draft.commits.iter().all(|&c| {
                let commit = facts.ledger.commit(c);
                commit.authored.seconds < FIRST_GIT_COMMIT || commit.committed.seconds < FIRST_GIT_COMMIT
            })),
            ESTABLISHED => draft.commits.iter().min().map(|&first| is_established(draft.contributor, first, facts)),
            _ => paths.0.get(guard).map(|filter| {
                let inside =
                    |p: &crate::ledger::PathId| filter.is_match(&String::from_utf8_lossy(facts.ledger.path(*p)));
                !draft.paths.is_empty() && draft.paths.iter().all(inside)
            }),
        };
        if let Some(holds) = holds {
            draft.answer(guard, !holds);
        }
    }
}

fn is_established(who: ContributorId, at: CommitIdx, facts: &Facts<'_>) -> bool {
    let now = facts.ledger.commit(at);
    let row = &facts.ledger.repositories[usize::from(now.repository)];
    let earlier = |c: &&CommitRow| c.committed.seconds < now.committed.seconds;
    let before: Vec<i64> = facts.ledger.commits[row.commits.clone()]
        .iter()
        .filter(earlier)
        .filter(|c| facts.people.contributor_of(c.author) == who)
        .map(|c| c.committed.seconds)
        .collect();
    let days = |from: i64, to: i64| (to - from) / 86_400;
    let beginning = facts.ledger.commits[row.commits.clone()].iter().map(|c| c.committed.seconds).min();
    match (before.iter().min(), beginning) {
        (Some(&first), Some(beginning)) => {
            before.len() >= ESTABLISHED_COMMITS
                || days(first, now.committed.seconds) >= ESTABLISHED_DAYS
                || days(beginning, first) < FOUNDER_DAYS
        }
        // The first commits of a repository have no predecessors.
        (None, Some(beginning)) => now.committed.seconds == beginning,
        (_, None) => false,
    }
}
