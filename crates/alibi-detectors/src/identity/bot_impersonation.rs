//! `bot-impersonation`: a commit under a bot's name that the bot's forge did not make.

use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, CommitRow, FactSet, IdentityId, KeyId, PathId};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::{DAY, Validity};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of commits for a bot to have a habit.
    habit_commits: usize,
    /// Minimum percentage of these commits that the forge signed or committed.
    habit_percent: usize,
    /// Minimum number of commits that an established contributor has authored.
    established_commits: u32,
    /// Minimum number of commits around a commit, made by the bot without its forge, that show another habit: the bot
    /// moved to another service, or committed by itself before the forge began to commit for it.
    own_commits: usize,
    /// Maximum number of days between the commit and each of these commits.
    own_within_days: i64,
    /// Minimum number of days between the first and the last of these commits.
    own_over_days: i64,
}

coded!(BotImpersonation, Params, FactSet::CHANGES, ["applied-by-another", "came-by-merge"]);

/// Returns the name in lower case if it is a bot's.
fn bot_name(name: &[u8]) -> Option<String> {
    let name = String::from_utf8_lossy(name).trim().to_lowercase();
    name.ends_with("[bot]").then_some(name)
}

/// Whether the forge made the commit: the committer is a bot other than the author, or a key in `keys` signed it.
fn by_forge(view: &View<'_>, commit: &CommitRow, keys: &BTreeSet<KeyId>) -> bool {
    let committer = view.people.contributor_of(commit.committer);
    let is_itself = committer == view.people.contributor_of(commit.author);
    let signature = view.facts.signature(commit).filter(|s| s.validity != Validity::Bad);
    signature.and_then(|s| s.key).is_some_and(|k| keys.contains(&k)) || view.people.get(committer).bot && !is_itself
}

/// Returns the keys that usually sign a bot's commits: service keys, and keys that sign at least `100 - percent`
/// percent of the commits.
fn usual_keys(view: &View<'_>, commits: &[CommitIdx], percent: usize) -> BTreeSet<KeyId> {
    let mut counts: BTreeMap<KeyId, usize> = BTreeMap::new();
    for key in commits.iter().filter_map(|c| view.facts.signature(view.facts.commit(*c))?.key) {
        *counts.entry(key).or_default() += 1;
    }
    let service = |key: &KeyId| view.people.keys.get(key).is_some_and(|k| k.service);
    counts.retain(|key, n| service(key) || *n * 100 >= commits.len() * (100 - percent));
    counts.into_keys().collect()
}

/// Returns, for each commit, whether it is on the first-parent line of a tip. Other commits were merged as part of a
/// branch, which may have been reviewed.
fn mainline(view: &View<'_>) -> Vec<bool> {
    let commits = &view.facts.commits;
    let mut has_child = vec![false; commits.len()];
    commits.iter().flat_map(|c| view.facts.parents(c)).for_each(|p| has_child[p.index()] = true);
    let mut on_line: Vec<bool> = has_child.iter().map(|has| !has).collect();
    // Parents precede their children.
    for i in (0..commits.len()).rev() {
        if let Some(first) = view.facts.parents(&commits[i]).first().filter(|_| on_line[i]) {
            on_line[first.index()] = true;
        }
    }
    on_line
}

/// The earliest possible time of a commit, in seconds since 1970: its committer date, or the latest committer date of
/// its parents if that is later. A forger who backdates a whole chain of commits can still imitate a habit.
fn earliest_time(view: &View<'_>, commit: &CommitRow) -> i64 {
    let parents = view.facts.parents(commit).iter().map(|p| view.facts.commit(*p).committed.seconds);
    parents.fold(commit.committed.seconds, i64::max)
}

/// Returns the earliest possible times of these commits for each committer, in order.
fn times_by_committer<'c>(
    view: &View<'_>,
    commits: impl Iterator<Item = &'c CommitIdx>,
) -> BTreeMap<IdentityId, Vec<i64>> {
    let mut moments: BTreeMap<IdentityId, Vec<i64>> = BTreeMap::new();
    for commit in commits.map(|c| view.facts.commit(*c)) {
        moments.entry(commit.committer).or_default().push(earliest_time(view, commit));
    }
    moments.values_mut().for_each(|times| times.sort_unstable());
    moments
}

impl BotImpersonation {
    /// Whether enough commits of the same committer surround this moment and are spread over enough days.
    fn is_habit(&self, moments: Option<&Vec<i64>>, at: i64) -> bool {
        let (within, over) = (self.params.own_within_days * DAY, self.params.own_over_days * DAY);
        let Some(moments) = moments else { return false };
        let near = &moments[moments.partition_point(|m| *m < at.saturating_sub(within))..];
        let near = &near[..near.partition_point(|m| *m <= at.saturating_add(within))];
        near.len() >= self.params.own_commits.max(1) && near[near.len() - 1].saturating_sub(near[0]) >= over
    }
}

impl BotImpersonation {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let (facts, people) = (view.facts, view.people);
        let mut bots: BTreeMap<String, Vec<CommitIdx>> = BTreeMap::new();
        for (idx, commit) in facts.enumerate().filter(|(_, c)| c.parent_count <= 1) {
            if let Some(name) = bot_name(facts.identity(commit.author).0) {
                bots.entry(name).or_default().push(idx);
            }
        }
        let on_line = mainline(view);
        for (name, commits) in bots {
            let keys = usual_keys(view, &commits, self.params.habit_percent);
            let forge = commits.iter().filter(|&&c| by_forge(view, facts.commit(c), &keys)).count();
            // A bot without a habit is skipped, since a self-hosted bot may commit in any way.
            if commits.len() < self.params.habit_commits || forge * 100 < commits.len() * self.params.habit_percent {
                continue;
            }
            // A change that was applied to several branches is reported once.
            let mut odd: BTreeMap<(u64, i64), Vec<CommitIdx>> = BTreeMap::new();
            for &c in &commits {
                let commit = facts.commit(c);
                if commit.in_scope && !by_forge(view, commit, &keys) {
                    odd.entry((commit.subject_hash, commit.authored.seconds)).or_default().push(c);
                }
            }
            // Count each change once, and only if it changes files.
            let with_files = odd.values().map(|copies| &copies[0]).filter(|c| !facts.changes_of(**c).is_empty());
            let own_times = times_by_committer(view, with_files);
            let forge_made: BTreeSet<(u64, i64)> = commits
                .iter()
                .map(|&c| facts.commit(c))
                .filter(|c| by_forge(view, c, &keys))
                .map(|c| (c.subject_hash, c.authored.seconds))
                .collect();
            for (key, odd) in odd {
                // Skip cherry-picks: the forge made a commit with the same subject and author date on another branch.
                if forge_made.contains(&key) {
                    continue;
                }
                let first = facts.commit(odd[0]);
                let committer = people.contributor_of(first.committer);
                let is_self_committed = committer == people.contributor_of(first.author);
                // An established contributor who commits a bot's change under their own name does not impersonate the
                // bot.
                if !is_self_committed && people.authored(committer) >= self.params.established_commits {
                    continue;
                }
                if is_self_committed && self.is_habit(own_times.get(&first.committer), earliest_time(view, first)) {
                    continue;
                }
                let applied = !is_self_committed && first.authored.seconds != first.committed.seconds;
                let paths: BTreeSet<PathId> = facts.changes_of(odd[0]).iter().map(|c| c.path).collect();
                if paths.is_empty() {
                    continue;
                }
                let (subject, moment) = (key.0.to_le_bytes(), key.1.to_le_bytes());
                let summary = format!("a commit under the name {name} that the forge neither made nor signed");
                let who = if is_self_committed { people.contributor_of(first.author) } else { committer };
                let draft_key = [name.as_bytes(), &subject, &moment];
                let mut draft = Draft::new(&self.heuristic, who, first.repository, draft_key, summary);
                draft.saw("author", Value::Identity(first.author)).saw("committer", Value::Identity(first.committer));
                draft.saw(
                    "its habit",
                    Value::words(format!("{forge} of {} commits come from the forge", commits.len())),
                );
                for path in paths.iter().take(5) {
                    draft.saw("changes", Value::Path(*path));
                }
                draft.answer("applied-by-another", !applied);
                draft.answer("came-by-merge", odd.iter().any(|c| on_line[c.index()]));
                let oid = view.oid(odd[0]);
                draft.reproduce(["show", "--stat", "--format=fuller", "--show-signature", &oid]);
                draft.commits = odd;
                draft.is_forged = true;
                draft.paths = paths.into_iter().collect();
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}
