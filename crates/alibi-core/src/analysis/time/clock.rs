//! Decides whose clock wrote each author date. Applying, rebasing or squashing a commit, or editing on a web page, can
//! replace the author's UTC offset. A test that does not exclude these cases accuses the wrong person.

use super::zones::{KNOWN, Zones};
use crate::analysis::people::{ContributorId, People};
use crate::facts::{CommitRow, Facts, IdentityId};
use alibi_git::fingerprint::fingerprint;
use alibi_git::history::{CommitIdx, FIRST_GIT_COMMIT, MessageStyle};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// The clock that wrote an author date, or the reason why the date is unusable.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Clock {
    /// The clock of a committer other than the author: the offset is the committer's, and perhaps the time as well.
    Committer,
    /// The clock of another person, whose commit was rebased together with this one.
    Neighbour,
    /// A forge's web page, or any bot; the offset is at best the browser's.
    Web,
    /// Uncertain because the commit is a merge, which may be made on a web page. Only the message, which anyone can
    /// edit, shows whether it was.
    Merge,
    /// A server's clock: for a while, commits of several people with different home offsets have its offset.
    Shared,
    /// The author's own clock: author and committer are one contributor.
    Own,
    /// The author's clock; another committer kept the date unchanged.
    Relayed,
    /// No usable offset: it is missing, it is `+0000` without evidence that the clock is really at UTC, or the date was
    /// copied.
    Missing,
    /// The date is before Git, or outside the years for which zone rules are known.
    Unknown,
}

impl Clock {
    /// Whether the offset comes from the author's own clock.
    pub fn is_the_authors(self) -> bool {
        matches!(self, Clock::Own | Clock::Relayed)
    }

    /// The description in reports.
    pub fn words(self) -> &'static str {
        match self {
            Clock::Committer => "committer's clock",
            Clock::Neighbour => "committer's clock, by a rebase",
            Clock::Web => "made by a forge",
            Clock::Merge => "a merge, possibly made in a web interface",
            Clock::Shared => "a server's clock: people with other home offsets show it too",
            Clock::Own => "own clock",
            Clock::Relayed => "own clock, passed on by the committer",
            Clock::Missing => "missing (+0000 or none)",
            Clock::Unknown => "before Git, or out of range",
        }
    }
}

/// The tools of a contributor, as far as a commit shows them. Never includes the time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Tool {
    /// The identity used.
    pub identity: IdentityId,
    /// The signing key's number plus one; zero if unsigned.
    pub key: u32,
    /// The style of the message.
    pub style: MessageStyle,
    /// A hash of the type of the first changed file; zero if no change was read.
    pub file_kind: u16,
    /// Number of changed files, in four classes: at most one, two or three, four to nine, and more.
    pub files: u8,
}

/// One authored commit on a timeline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// Seconds since 1970, UTC.
    pub seconds: i64,
    /// Minutes east of UTC, as written; zero if missing.
    pub offset: i32,
    /// The clock that wrote the author date.
    pub clock: Clock,
    /// Whether the author's own clock wrote both dates of the commit, within a minute.
    pub in_one_act: bool,
    /// The tools used.
    pub tool: Tool,
    /// The commit.
    pub commit: CommitIdx,
}

/// The authored commits of one contributor, by time.
#[derive(Clone, PartialEq, Debug)]
pub struct Timeline {
    /// The contributor.
    pub contributor: ContributorId,
    /// The commits, oldest first. A change that was rebased or cherry-picked several times appears once.
    pub moments: Vec<Moment>,
}

impl Timeline {
    /// The moments whose offset comes from the author's own clock.
    pub fn kept(&self) -> impl Iterator<Item = &Moment> {
        self.moments.iter().filter(|m| m.clock.is_the_authors())
    }

    /// Number of days, by the recorded UTC offset, with a commit whose offset is the author's.
    pub fn active_days(&self) -> usize {
        let mut days: Vec<i64> = self.kept().map(|m| super::zones::local_day(m.seconds, m.offset)).collect();
        days.sort_unstable();
        days.dedup();
        days.len()
    }
}

/// Maximum time between author date and committer date, in seconds, for the author date to count as set when
/// another person applied the change.
const APPLIED_WITHIN: u64 = 3_600;

/// Maximum distance between the committer dates, and between the author dates, of two commits of one rebase, in
/// seconds.
const REBASED_WITHIN: u64 = 600;
const WRITTEN_TOGETHER: u64 = 2 * 3_600;

/// Maximum number of ancestors searched for commits of the same rebase.
const REBASE_STEPS: usize = 10;

/// Minimum number and share of the days of a contributor's own commits for an offset to count as usual.
const USUAL_DAYS: usize = 3;
const USUAL_SHARE: f64 = 0.05;

/// Minimum number of days with `+0100` in the right season for `+0000` to count as an offset rather than as missing,
/// and minimum share of all days with an offset other than `+0000` that the same zone must explain.
const PROOF_DAYS: usize = 3;
const PROOF_SHARE: f64 = 0.8;

/// The timelines of all contributors, by contributor index; those of bots are empty.
pub fn timelines(facts: &Facts, people: &People) -> Vec<Timeline> {
    let usual = usual_offsets(facts, people);
    let neighbours = neighbours(facts, people);
    let mut changes = facts.changes.chunk_by(|a, b| a.commit == b.commit).peekable();
    let mut timelines: Vec<Timeline> =
        people.iter().map(|(contributor, _)| Timeline { contributor, moments: Vec::new() }).collect();
    for (idx, commit) in facts.enumerate() {
        let author = people.contributor_of(commit.author);
        // Skip commits with one contributor's name and another's address: it is unknown whose clock wrote the date.
        if people.get(author).bot || people.crossed.iter().any(|c| c.identity == commit.author.0) {
            continue;
        }
        let clock = classify(commit, people, &usual, neighbours.contains(&idx));
        while changes.next_if(|rows| rows[0].commit < idx).is_some() {}
        let rows = changes.peek().copied().filter(|rows| rows[0].commit == idx).unwrap_or_default();
        let key = facts.signature(commit).and_then(|s| s.key).map_or(0, |k| k.0 + 1);
        timelines[author.index()].moments.push(Moment {
            seconds: commit.authored.seconds.clamp(-FARTHEST, FARTHEST),
            offset: commit.authored.offset.minutes().unwrap_or(0),
            clock,
            in_one_act: clock == Clock::Own && people.made_in_one_act(commit),
            tool: Tool {
                identity: commit.author,
                key,
                style: commit.style,
                file_kind: rows.first().map_or(0, |row| file_kind(facts.path(row.path))),
                files: match rows.len() {
                    0 | 1 => 0,
                    2 | 3 => 1,
                    4..=9 => 2,
                    _ => 3,
                },
            },
            commit: idx,
        });
    }
    timelines.par_iter_mut().for_each(|timeline| {
        let moments = &mut timeline.moments;
        // If a change occurs several times, keep the copy with the strongest evidence that the clock is not the
        // author's.
        moments.sort_unstable_by_key(|m| (m.seconds, m.offset, m.clock, m.commit));
        moments.dedup_by_key(|m| (m.seconds, m.offset));
        moments.shrink_to_fit();
        prove_utc(moments);
    });
    timelines
}

/// A hash of a path's extension, never zero.
fn file_kind(path: &[u8]) -> u16 {
    let name = path.rsplit(|&b| b == b'/').next().unwrap_or(path);
    let extension = name.rsplitn(2, |&b| b == b'.').next().unwrap_or(name);
    fingerprint([extension]) as u16 | 1
}

fn classify(commit: &CommitRow, people: &People, usual: &[Vec<i32>], rebased_with_another: bool) -> Clock {
    let (author, committer) = (people.contributor_of(commit.author), people.contributor_of(commit.committer));
    if !KNOWN.contains(&commit.authored.seconds) || commit.authored.seconds < FIRST_GIT_COMMIT {
        return Clock::Unknown;
    }
    let looks_edited = commit.style.is_by_forge() && commit.authored.seconds < FORGES_SIGN_FROM;
    if people.get(committer).bot || looks_edited {
        return Clock::Web;
    }
    if commit.parent_count > 1 {
        return Clock::Merge;
    }
    let Some(offset) = commit.authored.offset.minutes() else { return Clock::Missing };
    let is_own = usual[author.index()].contains(&offset);
    // If one contributor has two offsets in one second, the date was copied.
    if author == committer
        && commit.authored.seconds == commit.committed.seconds
        && commit.authored.offset != commit.committed.offset
    {
        return Clock::Missing;
    }
    if author == committer {
        return if rebased_with_another && !is_own { Clock::Neighbour } else { Clock::Own };
    }
    // Squashing on a forge sets the author date to the moment of the merge.
    if commit.authored.seconds == commit.committed.seconds {
        return Clock::Committer;
    }
    let is_theirs = commit.authored.offset == commit.committed.offset || usual[committer.index()].contains(&offset);
    let at_once = commit.committed.seconds.abs_diff(commit.authored.seconds) <= APPLIED_WITHIN;
    if is_theirs && (at_once || !is_own) { Clock::Committer } else { Clock::Relayed }
}

/// Dates are clamped to this distance from 1970, in seconds (some 140,000 years), so that a hostile date cannot
/// overflow a sum.
const FARTHEST: i64 = 1 << 42;

/// From this date (2018-01-01) on, the forge of most projects is itself the committer of web edits, so the wording of
/// the subject, which anyone can imitate, is no longer needed as evidence.
const FORGES_SIGN_FROM: i64 = 1_514_764_800;

/// Returns the usual offsets of the commits that each contributor both authored and committed, by contributor index.
fn usual_offsets(facts: &Facts, people: &People) -> Vec<Vec<i32>> {
    let mut days: Vec<BTreeMap<i32, Vec<i64>>> = vec![BTreeMap::new(); people.contributors.len()];
    for commit in &facts.commits {
        let committer = people.contributor_of(commit.committer);
        if people.contributor_of(commit.author) == committer
            && commit.authored.offset == commit.committed.offset
            && let Some(offset) = commit.committed.offset.minutes()
        {
            let shown = days[committer.index()].entry(offset).or_default();
            let day = commit.committed.seconds.div_euclid(86_400);
            if shown.last() != Some(&day) {
                shown.push(day);
            }
        }
    }
    let usual = |mut shown: BTreeMap<i32, Vec<i64>>| {
        for days in shown.values_mut() {
            days.sort_unstable();
            days.dedup();
        }
        let all: usize = shown.values().map(Vec::len).sum();
        let enough = |days: &Vec<i64>| days.len() >= USUAL_DAYS && days.len() as f64 >= USUAL_SHARE * all as f64;
        shown.into_iter().filter(|(_, days)| enough(days)).map(|(offset, _)| offset).collect()
    };
    days.into_par_iter().map(usual).collect()
}

/// Returns the commits that their author rebased, if the author date does not have the committer date's offset but that
/// of another person's commit in the same rebase.
fn neighbours(facts: &Facts, people: &People) -> FxHashSet<CommitIdx> {
    let mut found = FxHashSet::default();
    let near = |a: i64, b: i64, within: u64| a.abs_diff(b) <= within;
    // Check both commits of each pair of ancestor and descendant.
    for (idx, commit) in facts.enumerate() {
        let mut at = commit;
        for _ in 0..REBASE_STEPS {
            let [parent] = facts.parents(at) else { break };
            let other = facts.commit(*parent);
            if other.committer != commit.committer
                || !near(other.committed.seconds, commit.committed.seconds, REBASED_WITHIN)
            {
                break;
            }
            let same_clock = other.authored.offset == commit.authored.offset
                && near(other.authored.seconds, commit.authored.seconds, WRITTEN_TOGETHER);
            if same_clock && people.contributor_of(other.author) != people.contributor_of(commit.author) {
                for (place, row) in [(idx, commit), (*parent, other)] {
                    let by_author = people.contributor_of(row.author) == people.contributor_of(row.committer);
                    if by_author && row.authored.offset != row.committed.offset {
                        found.insert(place);
                    }
                }
            }
            at = other;
        }
    }
    found
}

/// Treats `+0000` as missing, unless the other offsets of the same person fit a zone that alternates between `+0000`
/// and `+0100`.
pub(super) fn prove_utc(moments: &mut [Moment]) {
    if !moments.iter().any(|m| m.clock.is_the_authors() && m.offset == 0) {
        return;
    }
    let mut shown: Vec<(i64, i32)> =
        moments.iter().filter(|m| m.clock == Clock::Own && m.offset != 0).map(|m| (m.seconds, m.offset)).collect();
    shown.dedup_by_key(|(seconds, offset)| (seconds.div_euclid(86_400), *offset));
    let shows = |minutes: i32, seconds: i64, class: &super::zones::Class| class.offset(seconds) == minutes;
    let proof = Zones::get().classes.iter().filter(|class| {
        let summer = shown.iter().filter(|(s, offset)| *offset == 60 && shows(60, *s, class)).count();
        let right = shown.iter().filter(|(s, offset)| shows(*offset, *s, class)).count();
        summer >= PROOF_DAYS && right as f64 >= PROOF_SHARE * shown.len() as f64
    });
    // Among the zones that have +0100 when this person records it, choose the zone that explains the most commits at
    // +0000.
    let meant = |class: &&super::zones::Class| moments.iter().any(|m| m.offset == 0 && shows(0, m.seconds, class));
    let class = proof
        .filter(meant)
        .max_by_key(|class| moments.iter().filter(|m| m.offset == 0 && shows(0, m.seconds, class)).count());
    for moment in moments.iter_mut().filter(|m| m.clock.is_the_authors() && m.offset == 0) {
        if !class.is_some_and(|class| shows(0, moment.seconds, class)) {
            moment.clock = Clock::Missing;
        }
    }
}
