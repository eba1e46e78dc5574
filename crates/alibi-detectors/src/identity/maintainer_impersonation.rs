//! `maintainer-impersonation`: a commit under an established contributor's name that breaks several of the
//! contributor's constant habits.

use crate::shared::words::{own_commits, signatures_of};
use alibi_core::analysis::people::noreply;
use alibi_core::detection::{DetectError, Detector, Sink, View, params};
use alibi_core::facts::{CommitIdx, FactSet, IdentityId, KeyId};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::{TrailerKind, Validity};
use alibi_rules::heuristics::Heuristic;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of own commits of an established contributor.
    established_commits: usize,
    /// The percentage of them that makes a habit.
    habit_percent: usize,
    /// Minimum number of broken habits for a finding.
    broken: usize,
    /// This many later commits with the same new traits show a new machine.
    new_machine_commits: usize,
}

struct MaintainerImpersonation {
    heuristic: Heuristic,
    params: Params,
}

pub(crate) fn build(heuristic: Heuristic) -> Result<Box<dyn Detector>, DetectError> {
    let params = params(&heuristic)?;
    Ok(Box::new(MaintainerImpersonation { heuristic, params }))
}

/// A contributor's habits so far.
#[derive(Default)]
struct Habits {
    commits: usize,
    signed: usize,
    signs_off: usize,
    keys: BTreeSet<KeyId>,
    /// Offsets in minutes east of UTC.
    offsets: BTreeSet<i32>,
    identities: BTreeSet<IdentityId>,
}

/// The traits of a commit's maker.
struct Traits {
    key: Option<KeyId>,
    signed: bool,
    forged: bool,
    signs_off: bool,
    offset: Option<i32>,
    identity: IdentityId,
    account: bool,
}

impl Traits {
    /// Whether two commits could be from one machine; daylight saving time may shift its clock.
    fn same_machine(&self, other: &Traits) -> bool {
        let clock = self.offset.zip(other.offset).is_none_or(|(a, b)| (a - b).abs() <= 60);
        let all = |t: &Traits| (t.key, t.forged, t.signs_off, t.identity);
        clock && all(self) == all(other)
    }
}

/// Maximum number of machines reported for one contributor.
const MAX_MACHINES: usize = 5;

/// A habit that a commit breaks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Broken {
    ForgedSignature,
    Signature,
    Offset,
    SignOff,
    Address,
}

impl Broken {
    fn words(self) -> &'static str {
        match self {
            Broken::ForgedSignature => "the signature does not match the key that it names",
            Broken::Signature => "not signed with a known key, although nearly all earlier commits are signed",
            Broken::Offset => "a new clock offset",
            Broken::SignOff => "an unusual presence or absence of a sign-off",
            Broken::Address => "a new identity",
        }
    }

    /// A failed signature check counts as two: it cannot result from a machine's setup by accident.
    fn weight(self) -> usize {
        if self == Broken::ForgedSignature { 2 } else { 1 }
    }
}

impl Detector for MaintainerImpersonation {
    fn heuristic(&self) -> &Heuristic {
        &self.heuristic
    }

    fn needs(&self) -> FactSet {
        FactSet::COMMITS
    }

    fn guards(&self) -> &'static [&'static str] {
        &["new-machine"]
    }

    fn detect(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        for ((who, contributor), commits) in view.people.iter().zip(own_commits(view)) {
            if contributor.bot || commits.len() <= self.params.established_commits {
                continue;
            }
            let traits: Vec<Traits> = commits.iter().map(|&c| traits(view, c)).collect();
            let mut habits = Habits::default();
            let mut odd: BTreeMap<usize, Vec<Broken>> = BTreeMap::new();
            for (i, shown) in traits.iter().enumerate() {
                let broken = self.broken(&habits, shown);
                if broken.iter().map(|b| b.weight()).sum::<usize>() >= self.params.broken {
                    odd.insert(i, broken);
                    // An impostor's traits must not become habits; new machines are handled below.
                    continue;
                }
                habits.learn(shown);
            }
            // One finding for each machine, about the first commit that shows it.
            let mut done: Vec<&Traits> = Vec::new();
            for (&i, broken) in &odd {
                if done.len() >= MAX_MACHINES || done.iter().any(|known| known.same_machine(&traits[i])) {
                    continue;
                }
                done.push(&traits[i]);
                let same: Vec<CommitIdx> =
                    odd.keys().filter(|&&k| traits[k].same_machine(&traits[i])).map(|&k| commits[k]).collect();
                if !same.iter().any(|&c| facts.commit(c).in_scope) {
                    continue;
                }
                let row = facts.commit(commits[i]);
                let summary = format!("{} habits broken at once under an established name", broken.len());
                let (subject, moment) = (row.subject_hash.to_le_bytes(), row.authored.seconds.to_le_bytes());
                let mut draft = Draft::new(&self.heuristic, who, row.repository, [&subject[..], &moment[..]], summary);
                draft.saw("commit", Value::Commit(commits[i])).saw("under", Value::Identity(row.author));
                draft.saw("before", Value::words(format!("{i} own commits")));
                for b in broken {
                    draft.saw("habit broken", Value::words(b.words()));
                }
                draft.answer("new-machine", same.len() <= self.params.new_machine_commits);
                // A few earlier commits, for comparison.
                let before = commits[i.saturating_sub(3)..i].iter();
                draft.reproduce(signatures_of(view, &before.chain(&same).copied().collect::<Vec<_>>()));
                draft.commits = same;
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}

impl MaintainerImpersonation {
    fn broken(&self, habits: &Habits, shown: &Traits) -> Vec<Broken> {
        let n = habits.commits;
        if n < self.params.established_commits {
            return Vec::new();
        }
        let nearly_all = |count: usize| count * 100 >= n * self.params.habit_percent;
        let nearly_none = |count: usize| count * 100 <= n * (100 - self.params.habit_percent);
        let mut broken = Vec::new();
        if shown.forged {
            broken.push(Broken::ForgedSignature);
        } else if nearly_all(habits.signed) && !shown.key.is_some_and(|k| habits.keys.contains(&k)) {
            broken.push(Broken::Signature);
        }
        // An hour from a known offset is the same clock in the other season.
        let known = |offset: i32| habits.offsets.iter().any(|o| (o - offset).abs() <= 60);
        if shown.offset.is_some_and(|offset| offset != 0 && !habits.offsets.is_empty() && !known(offset)) {
            broken.push(Broken::Offset);
        }
        if nearly_all(habits.signs_off) && !shown.signs_off || nearly_none(habits.signs_off) && shown.signs_off {
            broken.push(Broken::SignOff);
        }
        // A forge's web interface uses the account's no-reply address.
        if !habits.identities.contains(&shown.identity) && !shown.account {
            broken.push(Broken::Address);
        }
        broken
    }
}

impl Habits {
    fn learn(&mut self, shown: &Traits) {
        self.commits += 1;
        self.signed += usize::from(shown.signed);
        self.signs_off += usize::from(shown.signs_off);
        self.keys.extend(shown.key);
        // UTC may be a container's clock: no evidence.
        self.offsets.extend(shown.offset.filter(|o| *o != 0));
        self.identities.insert(shown.identity);
    }
}

fn traits(view: &View<'_>, idx: CommitIdx) -> Traits {
    let facts = view.facts;
    let commit = facts.commit(idx);
    let signature = facts.signature(commit);
    let forged = signature.is_some_and(|s| s.validity == Validity::Bad);
    let own = view.people.contributor_of(commit.author);
    let signs_off = facts
        .trailers(commit)
        .iter()
        .any(|t| t.kind == TrailerKind::SignedOffBy && view.people.contributor_of(t.who) == own);
    Traits {
        key: signature.and_then(|s| s.key).filter(|_| !forged),
        signed: signature.is_some() && !forged,
        forged,
        signs_off,
        offset: commit.authored.offset.minutes(),
        identity: commit.author,
        account: noreply(facts.identity(commit.author).1).is_some(),
    }
}
