//! Time statistics: whose clock wrote each author date, which zones explain a contributor's offsets, where offsets
//! change too fast for travel, and how much later a contributor's day is than most people's.
//!
//! The input is the facts and the people. The output is a [`Timeline`] for each contributor, and tests on timelines. A
//! test returns its result, or the reason why there is none. Nothing here reads Git or depends on detectors or reports,
//! so the same tests run on scanned and on synthetic timelines.

mod alibi;
mod author_change;
mod clock;
mod clocks;
mod dates;
mod episodes;
mod operators;
mod reading;
mod rhythm;
mod sessions;
mod shared_clock;
mod sleep;
mod zone_hmm;
mod zones;

pub use alibi::{AlibiComparison, Verdict, compare_alibi};
pub use author_change::{AuthorChange, author_change, last_commits_change};
pub use clock::{Clock, Moment, Timeline, Tool, timelines};
pub use clocks::{Clocks, LeakEvidence};
pub use dates::{Dates, Regular, machine_made};
pub use episodes::{Episode, EpisodeKind, MIN_SHIFT, Slips, Stay, episodes, slips};
pub use operators::{Operators, operators};
pub use reading::Reading;
pub use rhythm::{PARTS, Phase, PopulationDay, any_other_offset, offset_against_rhythm, phase, shares, wrap};
pub use sessions::{Session, sessions};
pub use sleep::{Restless, restless};
pub use zone_hmm::{Segment, SegmentKind, ZonePath, zone_path};
pub use zones::{Class, ClassId, KNOWN, Zones, local_day, local_second, stamp};

#[cfg(test)]
mod tests;
