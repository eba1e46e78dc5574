//! Summarises the activity of each identity: commits, days and repositories.

use crate::facts::{Facts, RepositoryIdx};

/// Activity of one identity.
#[derive(Clone, Default, Debug)]
pub struct IdentityUse {
    /// Number of commits that the identity authored.
    pub authored: u32,
    /// Number of commits by other identities that the identity committed.
    pub committed: u32,
    /// The times of the first and last authored commits (seconds since 1970, UTC); if there are none, of the first and
    /// last commits that the identity committed.
    pub span: Option<(i64, i64)>,
    /// The days (since 1970, UTC) with an authored commit, sorted, without repeats.
    pub days: Vec<i32>,
    /// The repositories in which the identity appears, sorted, without repeats.
    pub repositories: Vec<RepositoryIdx>,
}

impl IdentityUse {
    fn widen(&mut self, seconds: i64) {
        let (first, last) = self.span.unwrap_or((seconds, seconds));
        self.span = Some((first.min(seconds), last.max(seconds)));
    }
}

/// Computes the activity of each identity, by id.
pub fn uses(facts: &Facts) -> Vec<IdentityUse> {
    let mut uses = vec![IdentityUse::default(); facts.identity_count()];
    for commit in &facts.commits {
        let used = &mut uses[commit.author.index()];
        used.authored += 1;
        used.widen(commit.authored.seconds);
        push(&mut used.days, day(commit.authored.seconds));
        push(&mut used.repositories, commit.repository);
        if commit.committer != commit.author {
            let used = &mut uses[commit.committer.index()];
            used.committed += 1;
            push(&mut used.repositories, commit.repository);
        }
    }
    for commit in facts.commits.iter().filter(|c| c.committer != c.author) {
        let used = &mut uses[commit.committer.index()];
        if used.authored == 0 {
            used.widen(commit.committed.seconds);
        }
    }
    for used in &mut uses {
        used.days.sort_unstable();
        used.days.dedup();
        used.days.shrink_to_fit();
    }
    uses
}

/// Appends a value unless it is already the last. Commits are in order, so this avoids nearly all repeats.
fn push<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if list.last() != Some(&value) {
        list.push(value);
    }
}

fn day(seconds: i64) -> i32 {
    let day = seconds.div_euclid(86_400);
    day.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}
