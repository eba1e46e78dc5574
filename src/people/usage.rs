use crate::ledger::Ledger;

/// What an identity did.
#[derive(Clone, Default, Debug)]
pub struct IdentityUse {
    /// Commits it wrote.
    pub authored: u32,
    /// Commits of others that it committed.
    pub committed: u32,
    /// The moment (seconds since 1970, UTC) of the first and of the last commit it wrote, or committed if it wrote none.
    pub span: Option<(i64, i64)>,
    /// The days (since 1970, UTC) on which it wrote, sorted, each once.
    pub days: Vec<i32>,
    /// The repositories it was seen in, sorted, each once.
    pub repositories: Vec<u16>,
}

impl IdentityUse {
    fn widen(&mut self, seconds: i64) {
        let (first, last) = self.span.unwrap_or((seconds, seconds));
        self.span = Some((first.min(seconds), last.max(seconds)));
    }
}

/// What each identity of the ledger did, by its id.
pub fn uses(ledger: &Ledger) -> Vec<IdentityUse> {
    let mut uses = vec![IdentityUse::default(); ledger.identity_count()];
    for commit in &ledger.commits {
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
    for commit in ledger.commits.iter().filter(|c| c.committer != c.author) {
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

/// Adds what is not the last already: commits stand in order, so that few are met twice.
fn push<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if list.last() != Some(&value) {
        list.push(value);
    }
}

fn day(seconds: i64) -> i32 {
    let day = seconds.div_euclid(86_400);
    day.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}
