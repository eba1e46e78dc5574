//! `leaked-local-identity`: a machine's default identity, under an unrelated name, in one contributor's work.

use alibi_core::analysis::people::{ContributorId, Name, is_machine_email, names_related};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, IdentityId};
use alibi_core::finding::{Draft, Value};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of commits by the contributor.
    contributor_commits: u32,
    /// Minimum number of commits with the machine's identity. A single commit may be a visitor's.
    min_commits: usize,
    /// Maximum number of commits with the machine's identity.
    max_commits: usize,
    /// Maximum number of seconds between these commits and the contributor's commits before and after them.
    near_seconds: i64,
}

coded!(LeakedLocalIdentity, Params, FactSet::COMMITS, ["colleague"]);

/// How a machine's identity appears in a contributor's work.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Leak {
    /// As the committer of the contributor's commit, with the same offset as the author date and at most two seconds
    /// away from it.
    Committer,
    /// As the author of a commit between two of the contributor's commits, shortly after the first and shortly before
    /// the second.
    Between,
}

impl LeakedLocalIdentity {
    /// Whether an identity is a machine's default identity with a full name, which identifies the machine's owner.
    fn is_local(&self, view: &View<'_>, id: IdentityId) -> bool {
        let (name, email) = view.facts.identity(id);
        let name = Name::parse(name);
        is_machine_email(email) && name.full && !name.joint
    }

    /// Whether the contributor has full names and all of them are unrelated to the name in the machine's identity.
    fn is_unrelated(&self, view: &View<'_>, local: IdentityId, whose: ContributorId) -> bool {
        let name = view.facts.identity(local).0;
        let names = view.people.get(whose).identities.iter().map(|i| view.facts.identity(*i).0);
        let full: Vec<&[u8]> = names.filter(|n| Name::parse(n).full).collect();
        !full.is_empty() && full.iter().all(|own| !names_related(own, name))
    }
}

impl LeakedLocalIdentity {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let (facts, people) = (view.facts, view.people);
        let local: Vec<bool> =
            (0..facts.identity_count() as u32).map(|id| self.is_local(view, IdentityId(id))).collect();
        let mut children: BTreeMap<CommitIdx, Vec<CommitIdx>> = BTreeMap::new();
        let mut shown: BTreeMap<IdentityId, Vec<CommitIdx>> = BTreeMap::new();
        for (idx, commit) in facts.enumerate() {
            for id in BTreeSet::from([commit.author, commit.committer]) {
                if local[id.index()] {
                    shown.entry(id).or_default().push(idx);
                }
            }
        }
        let wanted: BTreeSet<CommitIdx> = shown.values().flatten().copied().collect();
        for (idx, commit) in facts.enumerate() {
            for parent in facts.parents(commit).iter().filter(|p| wanted.contains(p)) {
                children.entry(*parent).or_default().push(idx);
            }
        }
        for (id, commits) in shown {
            if !(self.params.min_commits..=self.params.max_commits).contains(&commits.len())
                || !commits.iter().any(|&c| facts.commit(c).in_scope)
            {
                continue;
            }
            let found: Option<BTreeSet<(ContributorId, Leak)>> =
                commits.iter().map(|&c| self.leak(view, &children, id, c)).collect();
            // All commits with the identity must be in one contributor's work. An identity that also commits elsewhere
            // belongs to a colleague.
            let Some(found) = found else { continue };
            let whose: BTreeSet<ContributorId> = found.iter().map(|(whose, _)| *whose).collect();
            let (Some(&whose), 1) = (whose.first(), whose.len()) else { continue };
            let enough = people.authored(whose) >= self.params.contributor_commits;
            if !enough || people.get(whose).bot || !self.is_unrelated(view, id, whose) {
                continue;
            }
            let row = facts.commit(commits[0]);
            let summary = "a machine's default identity, under an unrelated name, among one contributor's commits";
            let name = facts.identity(id);
            let mut draft = Draft::new(&self.heuristic, whose, row.repository, [name.0, name.1], summary);
            draft
                .saw("identity", Value::Identity(id))
                .saw("contributor", Value::Identity(view.people.most_used(whose)));
            for (_, leak) in &found {
                let how = match leak {
                    Leak::Committer => "committer of the contributor's commit, at the same moment",
                    Leak::Between => "author between two of the contributor's commits, on one branch",
                };
                draft.saw("found as", Value::text(how));
            }
            // If another contributor has commits under this name, the identity is that person's and not a leak.
            let namesakes = || {
                let other = Name::parse(name.0);
                people.iter().filter(move |(who, c)| {
                    *who != whose
                        && c.identities.iter().any(|i| {
                            *i != id && people.uses[i.index()].authored > 0 && {
                                Name::parse(facts.identity(*i).0).compact == other.compact
                            }
                        })
                })
            };
            draft.answer("colleague", namesakes().next().is_none());
            let oid = view.oid(commits[0]);
            draft.reproduce(["log", "-3", "--format=%h %an <%ae> %ai, %cn <%ce> %ci", &oid]);
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}

impl LeakedLocalIdentity {
    /// Returns the contributor in whose work a commit has a machine's identity, and how the identity appears there;
    /// none if that is unclear.
    fn leak(
        &self,
        view: &View<'_>,
        children: &BTreeMap<CommitIdx, Vec<CommitIdx>>,
        id: IdentityId,
        at: CommitIdx,
    ) -> Option<(ContributorId, Leak)> {
        let facts = view.facts;
        let commit = facts.commit(at);
        let author = |c: CommitIdx| view.people.contributor_of(facts.commit(c).author);
        let written = |c: CommitIdx| facts.commit(c).authored.seconds;
        if commit.author != id {
            let same_act = commit.authored.seconds.abs_diff(commit.committed.seconds) <= 2
                && commit.authored.offset == commit.committed.offset;
            return same_act.then(|| (author(at), Leak::Committer));
        }
        if commit.committer != id {
            return None;
        }
        // Skip consecutive commits with the machine's identity to find the contributor's commits around them.
        let mut before = at;
        for _ in 0..=self.params.max_commits {
            let [parent] = facts.parents(facts.commit(before)) else { return None };
            before = *parent;
            if facts.commit(before).author != id {
                break;
            }
        }
        let mut after = at;
        for _ in 0..=self.params.max_commits {
            let [child] = children.get(&after)?.as_slice() else { return None };
            after = *child;
            if facts.commit(after).author != id {
                break;
            }
        }
        let near = |a: i64, b: i64| (0..=self.params.near_seconds).contains(&b.saturating_sub(a));
        let between = author(before) == author(after)
            && author(before) != author(at)
            && near(written(before), written(at))
            && near(written(at), written(after));
        between.then(|| (author(before), Leak::Between))
    }
}
