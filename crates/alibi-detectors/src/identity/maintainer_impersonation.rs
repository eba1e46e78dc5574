//! `maintainer-impersonation`: a commit under an established contributor's name that breaks several of the
//! contributor's constant habits.

use crate::shared::words::{own_commits, signatures_of};
use alibi_core::analysis::people::noreply;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet, IdentityId, KeyId};
use alibi_core::finding::{Draft, Value};
use alibi_git::history::{TrailerKind, Validity};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// An established contributor has at least this many commits that they both authored and committed.
    established_commits: usize,
    /// Minimum percentage of these commits that must show a trait for it to be a habit.
    habit_percent: usize,
    /// Minimum number of broken habits for a finding. A failed signature check counts as two.
    broken: usize,
    /// More than this many commits with the same new traits show a new machine.
    new_machine_commits: usize,
}

coded!(MaintainerImpersonation, Params, FactSet::COMMITS, ["new-machine"]);

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

/// What a commit shows about the machine and the habits of the person who made it.
struct Traits {
    key: Option<KeyId>,
    signed: bool,
    forged: bool,
    signs_off: bool,
    offset: Option<i32>,
    identity: IdentityId,
    is_noreply: bool,
}

impl Traits {
    /// Whether two commits could come from one machine. Daylight saving time may shift its offset by an hour.
    fn same_machine(&self, other: &Traits) -> bool {
        let same_offset = self.offset.zip(other.offset).is_none_or(|(a, b)| (a - b).abs() <= 60);
        let constant = |t: &Traits| (t.key, t.forged, t.signs_off, t.identity);
        same_offset && constant(self) == constant(other)
    }
}

/// Maximum number of machines examined for each contributor.
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
    fn description(self) -> &'static str {
        match self {
            Broken::ForgedSignature => "the signature does not match the key that it names",
            Broken::Signature => "not signed with a known key, although nearly all earlier commits are signed",
            Broken::Offset => "a new clock offset",
            Broken::SignOff => "an unusual presence or absence of a sign-off",
            Broken::Address => "a new identity",
        }
    }

    /// Number of broken habits that this one counts as. A failed signature check counts as two, since no machine's
    /// setup causes it by accident.
    fn weight(self) -> usize {
        if self == Broken::ForgedSignature { 2 } else { 1 }
    }
}

impl MaintainerImpersonation {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let facts = view.facts;
        for ((who, contributor), commits) in view.people.iter().zip(own_commits(view)) {
            if contributor.bot || commits.len() <= self.params.established_commits {
                continue;
            }
            let traits: Vec<Traits> = commits.iter().map(|&c| traits(view, c)).collect();
            let mut habits = Habits::default();
            let mut odd: BTreeMap<usize, Vec<Broken>> = BTreeMap::new();
            for (i, current) in traits.iter().enumerate() {
                let broken = self.broken(&habits, current);
                if broken.iter().map(|b| b.weight()).sum::<usize>() >= self.params.broken {
                    odd.insert(i, broken);
                    // An impostor's traits must not become habits; new machines are handled below.
                    continue;
                }
                habits.learn(current);
            }
            // Raise one finding for each machine, about the first commit from it.
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
                    draft.saw("habit broken", Value::words(b.description()));
                }
                draft.answer("new-machine", same.len() <= self.params.new_machine_commits);
                // Show a few earlier commits for comparison.
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
    fn broken(&self, habits: &Habits, traits: &Traits) -> Vec<Broken> {
        let n = habits.commits;
        if n < self.params.established_commits {
            return Vec::new();
        }
        let nearly_all = |count: usize| count * 100 >= n * self.params.habit_percent;
        let nearly_none = |count: usize| count * 100 <= n * (100 - self.params.habit_percent);
        let mut broken = Vec::new();
        if traits.forged {
            broken.push(Broken::ForgedSignature);
        } else if nearly_all(habits.signed) && !traits.key.is_some_and(|k| habits.keys.contains(&k)) {
            broken.push(Broken::Signature);
        }
        // An offset an hour from a known one may be the same clock after a daylight saving change.
        let known = |offset: i32| habits.offsets.iter().any(|o| (o - offset).abs() <= 60);
        if traits.offset.is_some_and(|offset| offset != 0 && !habits.offsets.is_empty() && !known(offset)) {
            broken.push(Broken::Offset);
        }
        if nearly_all(habits.signs_off) && !traits.signs_off || nearly_none(habits.signs_off) && traits.signs_off {
            broken.push(Broken::SignOff);
        }
        // Commits made in a forge's web interface have the account's no-reply address.
        if !habits.identities.contains(&traits.identity) && !traits.is_noreply {
            broken.push(Broken::Address);
        }
        broken
    }
}

impl Habits {
    fn learn(&mut self, traits: &Traits) {
        self.commits += 1;
        self.signed += usize::from(traits.signed);
        self.signs_off += usize::from(traits.signs_off);
        self.keys.extend(traits.key);
        // UTC may be a container's clock, so it is not evidence.
        self.offsets.extend(traits.offset.filter(|o| *o != 0));
        self.identities.insert(traits.identity);
    }
}

fn traits(view: &View<'_>, idx: CommitIdx) -> Traits {
    let facts = view.facts;
    let commit = facts.commit(idx);
    let signature = facts.signature(commit);
    let forged = signature.is_some_and(|s| s.validity == Validity::Bad);
    let author = view.people.contributor_of(commit.author);
    let signs_off = facts
        .trailers(commit)
        .iter()
        .any(|t| t.kind == TrailerKind::SignedOffBy && view.people.contributor_of(t.who) == author);
    Traits {
        key: signature.and_then(|s| s.key).filter(|_| !forged),
        signed: signature.is_some() && !forged,
        forged,
        signs_off,
        offset: commit.authored.offset.minutes(),
        identity: commit.author,
        is_noreply: noreply(facts.identity(commit.author).1).is_some(),
    }
}
