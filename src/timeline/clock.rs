//! Whose clock each commit's author date shows. Whoever applies, rebases, squashes or edits on a web page puts another
//! clock on a commit, and a test that does not set these aside accuses the wrong person.

use super::zones::{KNOWN, Zones};
use crate::fingerprint::fingerprint;
use crate::history::{CommitIdx, FIRST_GIT_COMMIT, MessageShape};
use crate::ledger::{CommitRow, IdentityId, Ledger};
use crate::people::{ContributorId, People};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// Whose clock an author date shows, or why it says nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Clock {
    /// The committer's, who is somebody else: the offset is that person's, and perhaps the moment too.
    Committer,
    /// That of somebody else whose commit was rebased along with this one.
    Neighbour,
    /// A forge's web page or program: a browser's offset at best.
    Web,
    /// Whoever's it is: a merge may have been made on a web page, and says so only in words that can be changed.
    Merge,
    /// A clock that several people who live by different ones show, in between: a server's.
    Shared,
    /// The author's own: author and committer are one contributor.
    Own,
    /// The author's, as somebody else who applied it passed it on.
    Relayed,
    /// `+0000` without a sign that it is meant, or no offset at all.
    Missing,
    /// Before Git, or beyond the years for which zones' rules are known.
    Unknown,
}

impl Clock {
    /// Whether the offset is the author's to answer for.
    pub fn is_the_authors(self) -> bool {
        matches!(self, Clock::Own | Clock::Relayed)
    }

    /// What it was judged to be, in words.
    pub fn words(self) -> &'static str {
        match self {
            Clock::Committer => "committer's clock",
            Clock::Neighbour => "committer's clock, as on the commit that it was rebased with",
            Clock::Web => "made by a forge",
            Clock::Merge => "a merge, perhaps made on a web page",
            Clock::Shared => "a clock that others show too, at home elsewhere: a server's",
            Clock::Own => "own clock",
            Clock::Relayed => "own clock, passed on by who applied it",
            Clock::Missing => "missing: +0000 or none",
            Clock::Unknown => "before Git, or out of range",
        }
    }
}

/// What somebody works with, as far as a commit shows it. Never the time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Tool {
    /// The identity used.
    pub identity: IdentityId,
    /// The signing key's number plus one; zero where there is none.
    pub key: u32,
    /// The form of the message.
    pub shape: MessageShape,
    /// A hash of the kind of file it changes first; zero where changes were not read.
    pub file_kind: u16,
    /// How many files it changes: one, two or three, up to nine, more.
    pub files: u8,
}

/// One authored commit on a timeline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// When: seconds since 1970, UTC.
    pub seconds: i64,
    /// Minutes east of UTC, as written; zero where it is missing.
    pub offset: i32,
    /// Whose clock that is.
    pub clock: Clock,
    /// Whether it was written and committed by one clock within a minute.
    pub in_one_act: bool,
    /// What it was made with.
    pub tool: Tool,
    /// The commit.
    pub commit: CommitIdx,
}

/// What one contributor wrote, and when.
#[derive(Clone, PartialEq, Debug)]
pub struct Timeline {
    /// Whose it is.
    pub contributor: ContributorId,
    /// Oldest first; a change that was rebased or picked several times stands once.
    pub moments: Vec<Moment>,
}

impl Timeline {
    /// The moments whose offset is the author's to answer for.
    pub fn kept(&self) -> impl Iterator<Item = &Moment> {
        self.moments.iter().filter(|m| m.clock.is_the_authors())
    }

    /// How many days, by the clock that was shown, have a commit whose offset is the author's.
    pub fn active_days(&self) -> usize {
        let mut days: Vec<i64> = self.kept().map(|m| super::local_day(m.seconds, m.offset)).collect();
        days.sort_unstable();
        days.dedup();
        days.len()
    }
}

/// Between writing and committing, this is still one go at applying somebody's change, in seconds.
const APPLIED_WITHIN: u64 = 3_600;

/// Commits of one rebase are committed within so many seconds of each other, and were written within so many.
const REBASED_WITHIN: u64 = 600;
const WRITTEN_TOGETHER: u64 = 2 * 3_600;

/// How many parents back a rebase is followed.
const REBASE_STEPS: usize = 10;

/// An offset on this many days of own commits, and on this share of them, is one's usual one.
const USUAL_DAYS: usize = 3;
const USUAL_SHARE: f64 = 0.05;

/// Days of `+0100` in the right season that make `+0000` an offset instead of a missing one, and the share of all days
/// with an offset that the same clock must explain.
const PROOF_DAYS: usize = 3;
const PROOF_SHARE: f64 = 0.8;

/// The timelines of all contributors, by their places; those of programs are empty.
pub fn timelines(ledger: &Ledger, people: &People) -> Vec<Timeline> {
    let usual = usual_offsets(ledger, people);
    let neighbours = neighbours(ledger, people);
    let mut changes = ledger.changes.chunk_by(|a, b| a.commit == b.commit).peekable();
    let mut timelines: Vec<Timeline> =
        people.iter().map(|(contributor, _)| Timeline { contributor, moments: Vec::new() }).collect();
    for (idx, commit) in ledger.enumerate() {
        let author = people.contributor_of(commit.author);
        // Of a commit with the name of one and the address of another nobody can say whose clock it shows.
        if people.get(author).bot || people.crossed.iter().any(|c| c.identity == commit.author.0) {
            continue;
        }
        let clock = judge(commit, people, &usual, neighbours.contains(&idx));
        while changes.next_if(|rows| rows[0].commit < idx).is_some() {}
        let rows = changes.peek().copied().filter(|rows| rows[0].commit == idx).unwrap_or_default();
        let key = ledger.signature(commit).and_then(|s| s.key).map_or(0, |k| k.0 + 1);
        timelines[author.index()].moments.push(Moment {
            seconds: commit.authored.seconds.clamp(-FARTHEST, FARTHEST),
            offset: commit.authored.offset.minutes().unwrap_or(0),
            clock,
            in_one_act: clock == Clock::Own && people.made_in_one_act(commit),
            tool: Tool {
                identity: commit.author,
                key,
                shape: commit.shape,
                file_kind: rows.first().map_or(0, |row| file_kind(ledger.path(row.path))),
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
        // Of one change that stands several times, what says most against its clock's being the author's counts.
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

fn judge(commit: &CommitRow, people: &People, usual: &[Vec<i32>], rebased_with_another: bool) -> Clock {
    let (author, committer) = (people.contributor_of(commit.author), people.contributor_of(commit.committer));
    if !KNOWN.contains(&commit.authored.seconds) || commit.authored.seconds < FIRST_GIT_COMMIT {
        return Clock::Unknown;
    }
    let looks_edited = commit.shape.is_by_forge() && commit.authored.seconds < FORGES_SIGN_FROM;
    if people.get(committer).bot || looks_edited {
        return Clock::Web;
    }
    if commit.parent_count > 1 {
        return Clock::Merge;
    }
    let Some(offset) = commit.authored.offset.minutes() else { return Clock::Missing };
    let is_own = usual[author.index()].contains(&offset);
    // One identity at one second in two zones: the date was copied.
    if author == committer
        && commit.authored.seconds == commit.committed.seconds
        && commit.authored.offset != commit.committed.offset
    {
        return Clock::Missing;
    }
    if author == committer {
        return if rebased_with_another && !is_own { Clock::Neighbour } else { Clock::Own };
    }
    // Who squashes on a forge gives the author's date the moment of the merge.
    if commit.authored.seconds == commit.committed.seconds {
        return Clock::Committer;
    }
    let is_theirs = commit.authored.offset == commit.committed.offset || usual[committer.index()].contains(&offset);
    let at_once = commit.committed.seconds.abs_diff(commit.authored.seconds) <= APPLIED_WITHIN;
    if is_theirs && (at_once || !is_own) { Clock::Committer } else { Clock::Relayed }
}

/// No date lies farther from 1970 than this, in seconds (some 140,000 years): a hostile one must not overflow a sum.
const FARTHEST: i64 = 1 << 42;

/// Since then (2018-01-01) the forge of most projects names itself as the committer of what is edited on its pages, so that
/// the words of a subject need not be believed any more: anybody can write them.
const FORGES_SIGN_FROM: i64 = 1_514_764_800;

/// The offsets that each contributor's own commits usually show, by place.
fn usual_offsets(ledger: &Ledger, people: &People) -> Vec<Vec<i32>> {
    let mut days: Vec<BTreeMap<i32, Vec<i64>>> = vec![BTreeMap::new(); people.contributors.len()];
    for commit in &ledger.commits {
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

/// Commits whose author committed them by one clock and wrote them by another, which is the one that somebody else's
/// commit shows that was rebased along with them.
fn neighbours(ledger: &Ledger, people: &People) -> FxHashSet<CommitIdx> {
    let mut found = FxHashSet::default();
    let near = |a: i64, b: i64, within: u64| a.abs_diff(b) <= within;
    // Whichever of two stands below the other, each is a neighbour of the other.
    for (idx, commit) in ledger.enumerate() {
        let mut at = commit;
        for _ in 0..REBASE_STEPS {
            let [parent] = ledger.parents(at) else { break };
            let other = ledger.commit(*parent);
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

/// Takes `+0000` for missing, unless the same person shows `+0100` in the season in which such a clock does.
pub(super) fn prove_utc(moments: &mut [Moment]) {
    if !moments.iter().any(|m| m.clock.is_the_authors() && m.offset == 0) {
        return;
    }
    let mut shown: Vec<(i64, i32)> =
        moments.iter().filter(|m| m.clock == Clock::Own && m.offset != 0).map(|m| (m.seconds, m.offset)).collect();
    shown.dedup_by_key(|(seconds, offset)| (seconds.div_euclid(86_400), *offset));
    let shows = |minutes: i32, seconds: i64, class: &super::Class| class.offset(seconds) == minutes;
    let proof = Zones::get().classes.iter().filter(|class| {
        let summer = shown.iter().filter(|(s, offset)| *offset == 60 && shows(60, *s, class)).count();
        let right = shown.iter().filter(|(s, offset)| shows(*offset, *s, class)).count();
        summer >= PROOF_DAYS && right as f64 >= PROOF_SHARE * shown.len() as f64
    });
    // Of the clocks that show +0100 when this person does, one that shows +0000 at other times.
    let meant = |class: &&super::Class| moments.iter().any(|m| m.offset == 0 && shows(0, m.seconds, class));
    let class = proof
        .filter(meant)
        .max_by_key(|class| moments.iter().filter(|m| m.offset == 0 && shows(0, m.seconds, class)).count());
    for moment in moments.iter_mut().filter(|m| m.clock.is_the_authors() && m.offset == 0) {
        if !class.is_some_and(|class| shows(0, moment.seconds, class)) {
            moment.clock = Clock::Missing;
        }
    }
}
