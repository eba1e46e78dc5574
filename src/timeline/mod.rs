//! Statistics of time: whose clock each commit shows, which zones explain a contributor's offsets, where offsets change
//! too fast for travel, and when a day's work begins.
//!
//! In: the ledger and the people. Out: a [`Timeline`] for each contributor, and tests on it. A test returns a
//! likelihood ratio with its sample, or reports that the sample is too small. Nothing here depends on Git, detectors or
//! reports, so the same tests run on scanned and on synthetic timelines.

mod alibi;
mod clock;
mod clocks;
mod dates;
mod episodes;
mod hand;
mod operators;
mod path;
mod rest;
mod rhythm;
mod sessions;
mod shared;
mod zones;

pub use alibi::{Judgement, Verdict, judge_alibi};
pub use clock::{Clock, Moment, Timeline, Tool, timelines};
pub use clocks::{Clocks, LeakEvidence};
pub use dates::{Dates, Regular, machine_made};
pub use episodes::{Episode, Judged, LEAST_SHIFT, Slips, Stay, episodes, slips};
pub use hand::{HandChange, hand_change, last_commits_change};
pub use operators::{Operators, operators};
pub use path::{Segment, SegmentKind, ZonePath, zone_path};
pub use rest::{Restless, restless};
pub use rhythm::{PARTS, Phase, PopulationDay, offset_against_rhythm, phase, shares, some_other_clock, wrap};
pub use sessions::{Session, sessions};
pub use zones::{Class, ClassId, KNOWN, Zones, local_day, local_second, stamp};

/// The result of a test on a contributor.
#[derive(Clone, PartialEq, Debug)]
pub enum Reading<T> {
    /// The sample is too small; the reason.
    Insufficient(String),
    /// The test ran; its result.
    Tested(T),
}

impl<T> Reading<T> {
    /// The same with a reference to the result.
    pub fn as_ref(&self) -> Reading<&T> {
        match self {
            Reading::Tested(found) => Reading::Tested(found),
            Reading::Insufficient(why) => Reading::Insufficient(why.clone()),
        }
    }

    /// Runs a further test on the result.
    pub fn and_then<U>(self, test: impl FnOnce(T) -> Reading<U>) -> Reading<U> {
        match self {
            Reading::Tested(found) => test(found),
            Reading::Insufficient(why) => Reading::Insufficient(why),
        }
    }

    /// The result, if the sample was large enough.
    pub fn tested(&self) -> Option<&T> {
        match self {
            Reading::Tested(found) => Some(found),
            Reading::Insufficient(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
