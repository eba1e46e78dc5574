//! Answers the general guards, which can test the innocent causes of any finding. A detector answers its own guards
//! first.

use super::view::View;
use crate::analysis::people::ContributorId;
use crate::facts::{CommitIdx, CommitRow, PathId};
use crate::finding::Draft;
use alibi_git::history::FIRST_GIT_COMMIT;
use alibi_rules::heuristics::{BOT, ESTABLISHED, IMPORT, PathGuards};

/// A contributor with at least this number of earlier commits is established.
const ESTABLISHED_COMMITS: usize = 50;

/// A contributor is also established at least this number of days after the contributor's first commit.
const ESTABLISHED_DAYS: i64 = 180;

/// A contributor whose first commit is less than this number of days after the repository's first is also established.
const FOUNDER_DAYS: i64 = 30;

/// Answers every guard of a draft's heuristic that the detector did not answer itself.
pub(super) fn answer(draft: &mut Draft<'_>, view: &View<'_>, paths: &PathGuards) {
    let heuristic = draft.heuristic();
    for guard in heuristic.innocent.iter().filter_map(|i| i.test.as_deref()) {
        if draft.is_answered(guard) {
            continue;
        }
        let holds = match guard {
            BOT => Some(view.people.get(draft.contributor).bot),
            IMPORT => Some(draft.commits.iter().all(|&c| {
                let commit = view.facts.commit(c);
                commit.authored.seconds < FIRST_GIT_COMMIT || commit.committed.seconds < FIRST_GIT_COMMIT
            })),
            ESTABLISHED => draft.commits.iter().min().map(|&first| is_established(draft.contributor, first, view)),
            _ => paths.is_path_guard(guard).then(|| {
                let is_inside = |p: &PathId| paths.holds(guard, &String::from_utf8_lossy(view.facts.path(*p)));
                !draft.paths.is_empty() && draft.paths.iter().all(|path| is_inside(path) == Some(true))
            }),
        };
        match holds {
            // An attack is one wherever the file is.
            Some(true) if draft.is_whole && paths.is_path_guard(guard) => draft.leave_open(guard),
            Some(holds) => draft.answer(guard, !holds),
            None => draft,
        };
    }
}

fn is_established(who: ContributorId, at: CommitIdx, view: &View<'_>) -> bool {
    let now = view.facts.commit(at);
    let row = &view.facts.repositories[now.repository.index()];
    let earlier = |c: &&CommitRow| c.committed.seconds < now.committed.seconds;
    let before: Vec<i64> = view.facts.commits[row.commits.clone()]
        .iter()
        .filter(earlier)
        .filter(|c| view.people.contributor_of(c.author) == who)
        .map(|c| c.committed.seconds)
        .collect();
    let days = |from: i64, to: i64| (to - from) / 86_400;
    let beginning = view.facts.commits[row.commits.clone()].iter().map(|c| c.committed.seconds).min();
    match (before.iter().min(), beginning) {
        (Some(&first), Some(beginning)) => {
            before.len() >= ESTABLISHED_COMMITS
                || days(first, now.committed.seconds) >= ESTABLISHED_DAYS
                || days(beginning, first) < FOUNDER_DAYS
        }
        // The author of a repository's earliest commit is established without earlier commits.
        (None, Some(beginning)) => now.committed.seconds == beginning,
        (_, None) => false,
    }
}
