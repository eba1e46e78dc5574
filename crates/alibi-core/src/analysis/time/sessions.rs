//! Groups commits into sessions: runs without a long break.

use super::clock::{Clock, Moment, Timeline};

/// Minimum length of a break that ends a session, in seconds.
const BREAK: i64 = 2 * 3_600;

/// A session.
#[derive(Clone, PartialEq, Debug)]
pub struct Session {
    /// The commits of the session, oldest first.
    pub moments: Vec<Moment>,
}

impl Session {
    /// When the first commit was written: seconds since 1970, UTC.
    pub fn start(&self) -> i64 {
        self.moments.first().map_or(0, |m| m.seconds)
    }

    /// When the last commit was written: seconds since 1970, UTC.
    pub fn end(&self) -> i64 {
        self.moments.last().map_or(0, |m| m.seconds)
    }
}

/// The moments at which the contributor was at work. The time in UTC is correct even if the offset is missing.
pub(super) fn at_work(timeline: &Timeline) -> impl Iterator<Item = &Moment> {
    timeline.moments.iter().filter(|m| matches!(m.clock, Clock::Own | Clock::Relayed | Clock::Missing))
}

/// A contributor's sessions, oldest first.
pub fn sessions(timeline: &Timeline) -> Vec<Session> {
    gather(at_work(timeline))
}

/// Groups moments into sessions, oldest first.
pub(super) fn gather<'m>(moments: impl Iterator<Item = &'m Moment>) -> Vec<Session> {
    let mut sessions: Vec<Session> = Vec::new();
    for moment in moments {
        match sessions.last_mut() {
            Some(last) if moment.seconds - last.end() < BREAK => last.moments.push(*moment),
            _ => sessions.push(Session { moments: vec![*moment] }),
        }
    }
    sessions
}
