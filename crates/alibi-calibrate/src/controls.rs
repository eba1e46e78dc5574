//! Honest changes that must not be flagged: a contributor moves, travels, buys a laptop, or works in shifts; a
//! maintainer squashes commits, a mailing list relays them, or a container has no time zone.

use super::scenarios::turn;
use alibi_core::analysis::people::{ContributorId, People};
use alibi_core::analysis::time::{Timeline, Zones};
use alibi_core::facts::{CommitRow, IdentityId};
use alibi_git::history::{DAY, Offset};
use fastrand::Rng;

/// An honest change to one timeline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Honest {
    Relocation,
    Trip,
    NewLaptop,
    ShiftWorker,
    DstEdge,
}

/// All honest changes, with their names.
pub(super) const HONEST: [(Honest, &str); 5] = [
    (Honest::Relocation, "relocation"),
    (Honest::Trip, "two-week trip"),
    (Honest::NewLaptop, "new laptop"),
    (Honest::ShiftWorker, "shift worker"),
    (Honest::DstEdge, "clock changed a week late"),
];

/// Applies an honest change to a timeline.
pub(super) fn change(timeline: &Timeline, how: Honest, chance: &mut Rng) -> Timeline {
    let mut moments = timeline.moments.clone();
    let middle = moments.get(moments.len() / 2).map_or(0, |m| m.seconds);
    // The number of hours by which the new place's clock is ahead of the old one.
    let ahead = [-9, -6, 6, 8][chance.usize(0..4)];
    for moment in &mut moments {
        let seconds = moment.seconds;
        match how {
            // The day follows the new clock, so local hours stay the same and UTC times change.
            Honest::Relocation if seconds >= middle && moment.clock.is_the_authors() => {
                turn(moment, ahead);
                moment.seconds -= i64::from(ahead) * 3_600;
            }
            Honest::Trip if (middle..middle + 14 * DAY).contains(&seconds) && moment.clock.is_the_authors() => {
                turn(moment, ahead);
                moment.seconds -= i64::from(ahead) * 3_600;
            }
            Honest::NewLaptop if seconds >= middle => moment.tool.key = u32::MAX,
            // Alternates between weeks of early, late and night shifts.
            Honest::ShiftWorker => moment.seconds += seconds.div_euclid(7 * DAY).rem_euclid(3) * 8 * 3_600,
            _ => {}
        }
        if how == Honest::DstEdge && moment.clock.is_the_authors() {
            // A clock that is changed a week late keeps the old offset for that week.
            let class = Zones::get()
                .classes
                .iter()
                .find(|c| c.offset(seconds) == moment.offset && c.changes(seconds - 7 * DAY, seconds).next().is_some());
            moment.offset = class.map_or(moment.offset, |c| c.offset(seconds - 7 * DAY));
        }
    }
    moments.sort_by_key(|m| (m.seconds, m.commit));
    moments.dedup_by_key(|m| m.seconds);
    Timeline { contributor: timeline.contributor, moments }
}

/// An honest way for commits to enter the repository, which clock classification must recognise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Passing {
    UtcContainer,
    Web,
    Squash,
    MailingList,
}

/// All ways for commits to enter the repository, with their names.
pub(super) const PASSING: [(Passing, &str); 4] = [
    (Passing::UtcContainer, "UTC container"),
    (Passing::Web, "forge's web page"),
    (Passing::Squash, "squashed by a maintainer"),
    (Passing::MailingList, "mailing-list maintainer"),
];

/// Share of the commits that enter the repository this way. A mailing list relays all of them.
const SHARE: f64 = 0.3;

/// Changes how the subjects' commits entered the repository, except those of the maintainer.
pub(super) fn pass(
    commits: &mut [CommitRow],
    how: Passing,
    subjects: &[ContributorId],
    people: &People,
    maintainer: IdentityId,
    clock: &dyn Fn(i64) -> Offset,
    chance: &mut Rng,
) {
    let forge = people.iter().find(|(_, c)| c.bot).map(|(_, c)| c.earliest());
    for commit in commits.iter_mut() {
        let author = people.contributor_of(commit.author);
        if !subjects.contains(&author) || people.contributor_of(maintainer) == author {
            continue;
        }
        if how != Passing::MailingList && chance.f64() >= SHARE {
            continue;
        }
        match how {
            Passing::UtcContainer => {
                (commit.authored.offset, commit.committed.offset) = (Offset::UTC, Offset::UTC);
            }
            Passing::Web => commit.committer = forge.unwrap_or(commit.committer),
            Passing::Squash => {
                commit.committer = maintainer;
                commit.committed.seconds = commit.authored.seconds.saturating_add(40);
                commit.committed.offset = clock(commit.committed.seconds);
                commit.authored.offset = commit.committed.offset;
            }
            Passing::MailingList => {
                commit.committer = maintainer;
                commit.committed.seconds = commit.authored.seconds.saturating_add(3 * DAY);
                commit.committed.offset = clock(commit.committed.seconds);
            }
        }
    }
}
