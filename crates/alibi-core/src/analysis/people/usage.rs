//! Summarises the activity of each identity: commits, days and repositories.

use crate::facts::Facts;

/// Activity of one identity.
#[derive(Clone, Default, Debug)]
pub struct IdentityUse {
    /// Number of commits it authored.
    pub authored: u32,
    /// Number of commits by other identities that it committed.
    pub committed: u32,
    /// The first and last authored commit (seconds since 1970, UTC); if it authored none, the first and last committed.
    pub span: Option<(i64, i64)>,
    /// The days (since 1970, UTC) with an authored commit, sorted, without repeats.
    pub days: Vec<i32>,
    /// The repositories in which it appears, sorted, without repeats.
    pub repositories: Vec<u16>,
}

impl IdentityUse {
    fn widen(&mut self, seconds: i64) {
        let (first, last) = self.span.unwrap_or((seconds, seconds));
        self.span = Some((first.min(seconds), last.max(seconds)));
    }
}

/// Activity of each identity in the store, by id.
pub fn uses(facts: &Facts) -> Vec<IdentityUse> {
    let mut uses = vec![IdentityUse::default(); facts.identity_count()];
    for commit in &facts.commits {
        let by = &mut uses[commit.author.index()];
        by.authored += 1;
        by.widen(commit.authored.seconds);
        push(&mut by.days, day(commit.authored.seconds));
        push(&mut by.repositories, commit.repository);
        if commit.committer != commit.author {
            let by = &mut uses[commit.committer.index()];
            by.committed += 1;
            push(&mut by.repositories, commit.repository);
        }
    }
    for commit in facts.commits.iter().filter(|c| c.committer != c.author) {
        let by = &mut uses[commit.committer.index()];
        if by.authored == 0 {
            by.widen(commit.committed.seconds);
        }
    }
    for used in &mut uses {
        used.days.sort_unstable();
        used.days.dedup();
        used.days.shrink_to_fit();
    }
    uses
}

/// Appends a value unless it is already the last. Commits come in order, so this removes nearly all repeats.
fn push<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if list.last() != Some(&value) {
        list.push(value);
    }
}

fn day(seconds: i64) -> i32 {
    let day = seconds.div_euclid(86_400);
    day.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}
