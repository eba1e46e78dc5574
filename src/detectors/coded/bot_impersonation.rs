//! `bot-impersonation`: a commit under a bot's name that the bot's forge did not make.

use crate::detectors::words::identity;
use crate::detectors::{DetectError, Detector, Facts, Needs, Sink, params};
use crate::finding::Draft;
use crate::heuristics::Heuristic;
use crate::ledger::{CommitIdx, CommitRow, PathId};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// A bot has a habit from this many commits on.
    habit_commits: usize,
    /// How many in a hundred of them must come from the forge, signed or with the forge as committer.
    habit_percent: usize,
    /// The committer is one of the project's own from this many commits on.
    established_commits: u32,
}

struct BotImpersonation {
    heuristic: Heuristic,
    params: Params,
}

pub(super) fn build(heuristic: Heuristic) -> Result<Box<dyn Detector>, DetectError> {
    let params = params(&heuristic)?;
    Ok(Box::new(BotImpersonation { heuristic, params }))
}

/// The name that a commit gives a bot, in lower case; nothing for people.
fn bot_name(name: &[u8]) -> Option<String> {
    let name = String::from_utf8_lossy(name).trim().to_lowercase();
    name.ends_with("[bot]").then_some(name)
}

impl BotImpersonation {
    /// Whether the forge made the commit: it signed it, or committed it under a name that is a program's.
    fn by_forge(&self, facts: &Facts<'_>, commit: &CommitRow) -> bool {
        let committer = facts.people.contributor_of(commit.committer);
        let is_itself = committer == facts.people.contributor_of(commit.author);
        facts.ledger.signature(commit).is_some() || facts.people.get(committer).bot && !is_itself
    }
}

impl Detector for BotImpersonation {
    fn heuristic(&self) -> &Heuristic {
        &self.heuristic
    }

    fn needs(&self) -> Needs {
        Needs::CHANGES
    }

    fn guards(&self) -> &'static [&'static str] {
        &["applied-by-another"]
    }

    fn detect(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let (ledger, people) = (facts.ledger, facts.people);
        let mut bots: BTreeMap<String, Vec<CommitIdx>> = BTreeMap::new();
        for (idx, commit) in ledger.enumerate().filter(|(_, c)| c.parent_count <= 1) {
            if let Some(name) = bot_name(ledger.identity(commit.author).0) {
                bots.entry(name).or_default().push(idx);
            }
        }
        for (name, commits) in bots {
            let forge = commits.iter().filter(|&&c| self.by_forge(facts, ledger.commit(c))).count();
            // A bot that a project runs itself commits as it likes: only a habit can be broken.
            if commits.len() < self.params.habit_commits || forge * 100 < commits.len() * self.params.habit_percent {
                continue;
            }
            // The same change applied to several branches is one finding.
            let mut odd: BTreeMap<(u64, i64), Vec<CommitIdx>> = BTreeMap::new();
            for &c in &commits {
                let commit = ledger.commit(c);
                if commit.judged && !self.by_forge(facts, commit) {
                    odd.entry((commit.subject, commit.authored.seconds)).or_default().push(c);
                }
            }
            let usual: BTreeSet<(u64, i64)> = commits
                .iter()
                .map(|&c| ledger.commit(c))
                .filter(|c| self.by_forge(facts, c))
                .map(|c| (c.subject, c.authored.seconds))
                .collect();
            for (what, odd) in odd {
                // What the forge made too was brought over from another branch.
                if usual.contains(&what) {
                    continue;
                }
                let first = ledger.commit(odd[0]);
                let committer = people.contributor_of(first.committer);
                let own = committer == people.contributor_of(first.author);
                // A maintainer who openly commits what the bot proposed borrows nobody's name.
                if !own && people.authored(committer) >= self.params.established_commits {
                    continue;
                }
                let applied = !own && first.authored.seconds != first.committed.seconds;
                let paths: BTreeSet<PathId> = ledger.changes_of(odd[0]).iter().map(|c| c.path).collect();
                if paths.is_empty() {
                    continue;
                }
                let (subject, moment) = (what.0.to_le_bytes(), what.1.to_le_bytes());
                let summary = format!("a commit as {name} that the forge neither made nor signed");
                let who = if own { people.contributor_of(first.author) } else { committer };
                let key = [name.as_bytes(), &subject, &moment];
                let mut draft = Draft::new(&self.heuristic, who, first.repository, key, summary);
                draft.saw("author", identity(facts, first.author)).saw("committer", identity(facts, first.committer));
                draft.saw("its habit", format!("{forge} of {} commits come from the forge", commits.len()));
                for path in paths.iter().take(5) {
                    draft.saw("changes", ledger.path(*path));
                }
                draft.answer("applied-by-another", !applied);
                let oid = facts.oid(odd[0]);
                draft.reproduce(["show", "--stat", "--format=fuller", "--show-signature", &oid]);
                draft.commits = odd;
                draft.paths = paths.into_iter().collect();
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}
