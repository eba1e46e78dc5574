//! Finds commits whose metadata contradicts the author that they name.
//!
//! A committer can write anything into a commit, but forged commits leave traces: the committer's address is empty, or
//! a tool copied the date but wrote the time zone of its machine. Findings in such a commit are not attributed to the
//! person it names.

use super::bots::{calls_itself_a_program, is_named_bot};
use super::contributor::People;
use crate::facts::{CommitIdx, CommitRow, Facts, IdentityId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A trace that contradicts a commit's author.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Trace {
    /// The author has an address, but the committer has none and is not a bot that habitually commits without one.
    NoCommitterAddress,
    /// Author and committer are one contributor at the same second in two time zones, and none of the contributor's
    /// other commits has an offset near the committer's.
    TwoZonesInOneSecond,
    /// A bot is both author and committer at the same second in two time zones, although forges write only one zone.
    ProgramInTwoZones,
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Trace::NoCommitterAddress => "the author has an address, but the committer has none",
            Trace::TwoZonesInOneSecond => {
                "author and committer are one identity at the same second in two time zones, and no other commit of \
                 that person shows the committer's zone"
            }
            Trace::ProgramInTwoZones => "a forge's program wrote one second in two time zones",
        })
    }
}

/// Placeholders for a missing committer address.
const NO_ADDRESS: [&[u8]; 4] = [b"", b"null", b"(null)", b"undefined"];

/// Minimum number of commits, and minimum time in seconds between the first and the last, for a bot that commits
/// without an address to count as a configured workflow rather than a trace.
const SET_UP_COMMITS: usize = 5;
const SET_UP_SECONDS: i64 = 14 * 86_400;

/// Maximum difference, in minutes, between two offsets that may belong to one zone in two seasons.
const ONE_ZONE: i32 = 60;

/// Returns the commits whose metadata contradicts their author, with the traces.
///
/// The traces can have innocent causes, which are rare: a workflow that commits without an address, or a rewrite of
/// other people's commits that keeps their names and dates. `docs/accuracy.md` gives the frequencies.
pub fn contradicted(facts: &Facts, people: &People) -> BTreeMap<CommitIdx, Vec<Trace>> {
    let mut found: BTreeMap<CommitIdx, Vec<Trace>> = BTreeMap::new();
    let mut two_zones: Vec<(CommitIdx, i32)> = Vec::new();
    let set_up = set_up_without_address(facts);
    for (idx, commit) in facts.enumerate() {
        let (author_name, author_email) = facts.identity(commit.author);
        let (_, committer_email) = facts.identity(commit.committer);
        let has_no_address = NO_ADDRESS.contains(&committer_email) && author_email.contains(&b'@');
        if has_no_address && !set_up.contains(&commit.committer) {
            found.entry(idx).or_default().push(Trace::NoCommitterAddress);
        }
        let Some(offset) = in_two_zones(commit, people) else { continue };
        if is_named_bot(author_name, author_email) && commit.author == commit.committer {
            found.entry(idx).or_default().push(Trace::ProgramInTwoZones);
        } else {
            two_zones.push((idx, offset));
        }
    }
    // Most histories have no commit in two zones, so the lookup is usually skipped.
    let wanted: BTreeSet<_> =
        two_zones.iter().map(|(idx, _)| people.contributor_of(facts.commit(*idx).author)).collect();
    let mut own: BTreeMap<_, BTreeSet<i32>> = BTreeMap::new();
    for commit in facts.commits.iter().filter(|_| !wanted.is_empty()) {
        let who = people.contributor_of(commit.committer);
        if wanted.contains(&who) && in_two_zones(commit, people).is_none() {
            own.entry(who).or_default().extend(commit.committed.offset.minutes());
        }
    }
    for (idx, offset) in two_zones {
        let shown = own.get(&people.contributor_of(facts.commit(idx).author));
        if shown.is_some_and(|shown| shown.iter().all(|own| (own - offset).abs() > ONE_ZONE)) {
            found.entry(idx).or_default().push(Trace::TwoZonesInOneSecond);
        }
    }
    found
}

/// Returns the bots that habitually commit without an address.
fn set_up_without_address(facts: &Facts) -> BTreeSet<IdentityId> {
    let mut moments: BTreeMap<IdentityId, (usize, i64, i64)> = BTreeMap::new();
    for commit in &facts.commits {
        let (name, email) = facts.identity(commit.committer);
        if NO_ADDRESS.contains(&email) && calls_itself_a_program(name) {
            let at = commit.committed.seconds;
            let (count, first, last) = moments.entry(commit.committer).or_insert((0, at, at));
            (*count, *first, *last) = (*count + 1, at.min(*first), at.max(*last));
        }
    }
    let is_habit = |(count, first, last): &(usize, i64, i64)| {
        *count >= SET_UP_COMMITS && last.saturating_sub(*first) >= SET_UP_SECONDS
    };
    moments.into_iter().filter(|(_, activity)| is_habit(activity)).map(|(who, _)| who).collect()
}

/// Returns the committer's offset, in minutes east of UTC, if author and committer are the same contributor at the same
/// second in two time zones.
fn in_two_zones(commit: &CommitRow, people: &People) -> Option<i32> {
    let is_one = people.contributor_of(commit.author) == people.contributor_of(commit.committer);
    let (author, committer) = (commit.authored.offset.minutes()?, commit.committed.offset.minutes()?);
    (is_one && commit.authored.seconds == commit.committed.seconds && author != committer).then_some(committer)
}
