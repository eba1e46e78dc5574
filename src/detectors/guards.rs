//! Guards: the tests of innocent causes that any finding can be asked, by name. A detector answers its own before.

use super::Facts;
use crate::finding::Draft;
use crate::heuristics::{Heuristic, PathFilter, PathSets};
use crate::history::FIRST_GIT_COMMIT;
use crate::ledger::{CommitIdx, CommitRow};
use crate::people::ContributorId;
use std::collections::BTreeMap;

/// A guard `X-path` asks whether all of a finding's paths are in the set of paths called X.
const PATH_SUFFIX: &str = "-path";

/// The author is a program.
const BOT: &str = "bot";

/// The commits came in bulk: an import from another system, or a history made before Git was.
const IMPORT: &str = "import";

/// The contributor was part of the project before: by work, by time, or from its beginning.
const ESTABLISHED: &str = "established-contributor";

/// What makes a contributor established: this many commits before, or this many days since the first one, or a first
/// one within so many days of the repository's own.
const ESTABLISHED_COMMITS: usize = 50;
const ESTABLISHED_DAYS: i64 = 180;
const FOUNDER_DAYS: i64 = 30;

/// The sets of paths that guards look into.
pub struct PathGuards(BTreeMap<String, PathFilter>);

impl PathGuards {
    /// The guards that these sets give.
    pub fn new(sets: &PathSets) -> PathGuards {
        PathGuards(sets.iter().map(|(name, filter)| (format!("{name}{PATH_SUFFIX}"), filter.clone())).collect())
    }

    /// The guards that take the path for an innocent place.
    pub fn holding(&self, path: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(_, filter)| filter.is_match(path)).map(|(name, _)| name.as_str())
    }

    /// Whether a path is in the set of this name.
    pub fn contains(&self, set: &str, path: &str) -> bool {
        self.0.get(&format!("{set}{PATH_SUFFIX}")).is_some_and(|filter| filter.is_match(path))
    }

    /// Whether one of the guards that a heuristic names takes the path for an innocent place.
    pub fn hold(&self, heuristic: &Heuristic, path: &str) -> bool {
        let named = heuristic.innocent.iter().filter_map(|i| i.test.as_deref());
        named.filter_map(|guard| self.0.get(guard)).any(|filter| filter.is_match(path))
    }
}

/// The names of the guards that sets of paths give.
pub fn path_guard_sets(sets: &PathSets) -> Vec<String> {
    sets.keys().map(|name| format!("{name}{PATH_SUFFIX}")).collect()
}

/// Whether some guard has this name, besides those that a detector answers itself.
pub fn is_known_guard(name: &str, sets: &PathSets) -> bool {
    matches!(name, BOT | IMPORT | ESTABLISHED)
        || name.strip_suffix(PATH_SUFFIX).is_some_and(|set| sets.contains_key(set))
}

/// Answers, for a draft, every guard that its heuristic names and its detector left open.
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
        // The very first commits of a repository have nobody before them.
        (None, Some(beginning)) => now.committed.seconds == beginning,
        (_, None) => false,
    }
}
