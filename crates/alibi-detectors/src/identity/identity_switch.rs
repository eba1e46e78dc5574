//! `identity-switch`: a newcomer with an unrelated name takes over paths that only one contributor worked on, just as
//! that contributor falls silent.

use crate::shared::words::identity;
use alibi_core::analysis::people::{ContributorId, Name, normalise_email};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, PathId, RepositoryIdx};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::DAY;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of commits by the old contributor.
    old_commits: u32,
    /// Minimum number of commits by the new contributor.
    new_commits: u32,
    /// Maximum number of days from the old contributor's last commit to the new contributor's first commit, which must
    /// be later.
    gap_days: i64,
    /// Minimum number of days for which the history continues after the old contributor's last commit.
    silent_days: i64,
    /// A path is exclusive to the old contributor if only they changed it in this many days before their last commit.
    own_days: i64,
    /// Minimum number of exclusive paths.
    own_paths: usize,
    /// Minimum percentage of these paths that only the new contributor changes in the same number of days after their
    /// first commit.
    taken_percent: usize,
}

coded!(IdentitySwitch, Params, FactSet::CHANGES, ["hand-over"]);

/// A contributor who left, with the time of the last commit (`until`), and a newcomer, with the time of the first
/// commit (`from`), in seconds since 1970 (UTC).
struct Pair {
    old: ContributorId,
    new: ContributorId,
    until: i64,
    from: i64,
}

impl IdentitySwitch {
    /// Returns the pairs with enough commits and close enough dates whose names and addresses are unrelated.
    fn pairs(&self, view: &View<'_>) -> Vec<Pair> {
        let people = view.people;
        let newest = view.facts.commits.iter().map(|c| c.authored.seconds.min(view.now)).max().unwrap_or(0);
        let mut begins: Vec<(i64, ContributorId)> = Vec::new();
        let mut ends: Vec<(i64, ContributorId)> = Vec::new();
        for (id, contributor) in people.iter().filter(|(_, c)| !c.bot) {
            let Some((first, last)) = people.span(id) else { continue };
            let named = contributor.identities.iter().any(|i| Name::parse(view.facts.identity(*i).0).full);
            let authored = people.authored(id);
            if named && authored >= self.params.new_commits {
                begins.push((first, id));
            }
            if named
                && authored >= self.params.old_commits
                && last.saturating_add(self.params.silent_days * DAY) <= newest
            {
                ends.push((last, id));
            }
        }
        begins.sort_unstable();
        ends.sort_unstable();
        let profiles: BTreeMap<ContributorId, Profile> =
            begins.iter().chain(&ends).map(|&(_, who)| (who, Profile::of(view, who))).collect();
        let mut pairs = Vec::new();
        for (until, old) in ends {
            let start = begins.partition_point(|(first, _)| *first <= until);
            let latest = until.saturating_add(self.params.gap_days * DAY);
            let near = begins[start..].iter().take_while(|(first, _)| *first <= latest).take(MAX_NEWCOMERS);
            for &(from, new) in near.filter(|(_, new)| *new != old && profiles[&old].is_unrelated(&profiles[new])) {
                pairs.push(Pair { old, new, until, from });
            }
        }
        pairs
    }
}

/// Maximum number of newcomers compared with each departed contributor, the earliest first.
const MAX_NEWCOMERS: usize = 100;

/// A contributor's full names and addresses.
struct Profile {
    names: Vec<Name>,
    addresses: BTreeSet<Vec<u8>>,
}

impl Profile {
    fn of(view: &View<'_>, who: ContributorId) -> Profile {
        let identities = || view.people.get(who).identities.iter().map(|i| view.facts.identity(*i));
        let mut names: Vec<Name> = identities().map(|(n, _)| Name::parse(n)).filter(|n| n.full).collect();
        names.dedup();
        Profile { names, addresses: identities().map(|(_, e)| normalise_email(e)).collect() }
    }

    /// Whether the two have no address in common and every pair of full names certainly belongs to different people.
    fn is_unrelated(&self, other: &Profile) -> bool {
        self.addresses.is_disjoint(&other.addresses)
            && self.names.iter().all(|x| other.names.iter().all(|y| x.conflicts(y)))
    }
}

impl IdentitySwitch {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let (facts, people) = (view.facts, view.people);
        let pairs = self.pairs(view);
        if pairs.is_empty() {
            return Ok(());
        }
        // The authors and times of the changes to each path, excluding merges.
        let mut touched: BTreeMap<(RepositoryIdx, PathId), Vec<(i64, ContributorId)>> = BTreeMap::new();
        let mut own: BTreeMap<ContributorId, BTreeSet<(RepositoryIdx, PathId)>> = BTreeMap::new();
        let old: BTreeSet<ContributorId> = pairs.iter().map(|p| p.old).collect();
        for change in &facts.changes {
            let commit = facts.commit(change.commit);
            if commit.parent_count > 1 {
                continue;
            }
            let (who, path) = (people.contributor_of(commit.author), (commit.repository, change.path));
            touched.entry(path).or_default().push((commit.authored.seconds, who));
            if old.contains(&who) {
                own.entry(who).or_default().insert(path);
            }
        }
        touched.values_mut().for_each(|touches| touches.sort_unstable());
        // Whether a path was changed between two moments, and only by this contributor.
        let alone = |path: &(RepositoryIdx, PathId), from: i64, to: i64, who: ContributorId| {
            let touches = &touched[path];
            let inside = touches.partition_point(|t| t.0 < from)..touches.partition_point(|t| t.0 <= to);
            !inside.is_empty() && touches[inside].iter().all(|t| t.1 == who)
        };
        let interacting = interacting(view);
        let span = self.params.own_days * DAY;
        let mut last: Option<(ContributorId, Vec<(RepositoryIdx, PathId)>)> = None;
        for pair in pairs {
            // Pairs with the same old contributor are adjacent.
            if last.as_ref().is_none_or(|(old, _)| *old != pair.old) {
                let mut paths: Vec<(RepositoryIdx, PathId)> =
                    own.get(&pair.old).into_iter().flatten().copied().collect();
                paths.retain(|path| alone(path, pair.until.saturating_sub(span), pair.until, pair.old));
                last = Some((pair.old, paths));
            }
            let Some((_, paths)) = &last else { continue };
            let until = pair.from.saturating_add(span);
            let taken: Vec<(RepositoryIdx, PathId)> =
                paths.iter().filter(|path| alone(path, pair.from, until, pair.new)).copied().collect();
            if paths.len() < self.params.own_paths || taken.len() * 100 < paths.len() * self.params.taken_percent {
                continue;
            }
            let commits: Vec<CommitIdx> = facts
                .enumerate()
                .filter(|(_, c)| c.in_scope && people.contributor_of(c.author) == pair.new)
                .map(|(idx, _)| idx)
                .collect();
            let Some(&first) = commits.first() else { continue };
            let repository = facts.commit(first).repository;
            let summary = format!("{} of {} paths that only one contributor worked on", taken.len(), paths.len());
            let summary = format!("a newcomer takes over {summary}, just as that contributor falls silent");
            let key = [people.get(pair.old).earliest(), people.get(pair.new).earliest()];
            let key = key.map(|id| identity(view, id));
            let mut draft = Draft::new(&self.heuristic, pair.new, repository, key, summary);
            draft.saw(
                "last commit",
                Value::joined([
                    Value::Identity(view.people.most_used(pair.old)),
                    Value::words(", "),
                    Value::Day(pair.until),
                ]),
            );
            draft.saw(
                "first commit",
                Value::joined([
                    Value::Identity(view.people.most_used(pair.new)),
                    Value::words(", "),
                    Value::Day(pair.from),
                ]),
            );
            for (_, path) in taken.iter().take(5) {
                draft.saw("path taken over", Value::Path(*path));
            }
            let known = interacting.contains(&(pair.old.min(pair.new), pair.old.max(pair.new)));
            draft.answer("hand-over", !known);
            let mut command: Vec<Vec<u8>> = ["log", "--all", "--format=%ai %an <%ae>", "--"].map(Into::into).into();
            command.extend(taken.iter().take(5).map(|(_, p)| crate::shared::pathspec::literal(facts.path(*p))));
            draft.reproduce(command);
            draft.commits = commits;
            draft.paths = taken.iter().map(|(_, p)| *p).collect();
            sink.push(draft)?;
        }
        Ok(())
    }
}

/// Returns the pairs of contributors, smaller id first, who interacted: one committed or merged the other's work, or is
/// named in its trailers. Two people who hand over work interact; one person who returns under another name does not.
fn interacting(view: &View<'_>) -> BTreeSet<(ContributorId, ContributorId)> {
    let mut pairs = BTreeSet::new();
    for commit in &view.facts.commits {
        let author = view.people.contributor_of(commit.author);
        // A merge links its author with the last author of the merged branch.
        let merged = view.facts.parents(commit).iter().skip(1).map(|p| view.facts.commit(*p).author);
        let others = view.facts.trailers(commit).iter().map(|t| t.who).chain([commit.committer]).chain(merged);
        for other in others.map(|id| view.people.contributor_of(id)).filter(|other| *other != author) {
            pairs.insert((author.min(other), author.max(other)));
        }
    }
    pairs
}
