//! Excludes shared clocks: foreign offsets that several people with different home offsets record for a while.

use super::clock::{Clock, Moment, Timeline};
use super::episodes::slips;
use super::reading::Reading;
use super::zone_hmm::zone_path;
use crate::analysis::people::ContributorId;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A clock counts as shared if at least this many people, with at least this many different home offsets, record its
/// offset in one quarter.
const SHARED_BY: usize = 4;
const SHARED_HOMES: usize = 2;

/// The length of a quarter, in seconds.
const QUARTER: i64 = 91 * 86_400;

/// Excludes foreign offsets that several people record in the same quarter, in stays that leave too little time for a
/// journey. For years, one forge recorded the offset of its servers for web edits; shared machines have the same
/// effect.
pub(super) fn set_aside_shared(timelines: &mut [Timeline]) {
    type Place = (i32, i64);
    let impossible: Vec<Vec<(usize, i32)>> = timelines
        .par_iter()
        .map(|timeline| {
            let Reading::Tested(slips) = zone_path(timeline).and_then(|path| slips(timeline, &path)) else {
                return Vec::new();
            };
            let found = slips.brief.iter().filter(|s| s.is_impossible());
            found.flat_map(|s| s.moments.clone().map(|i| (i, s.home))).collect()
        })
        .collect();
    let mut shown: BTreeMap<Place, (BTreeSet<ContributorId>, BTreeSet<i32>)> = BTreeMap::new();
    let place = |m: &Moment| (m.offset, m.seconds.div_euclid(QUARTER));
    for (timeline, places) in timelines.iter().zip(&impossible) {
        for &(i, home) in places {
            let (who, homes) = shown.entry(place(&timeline.moments[i])).or_default();
            who.insert(timeline.contributor);
            homes.insert(home);
        }
    }
    shown.retain(|_, (who, homes)| who.len() >= SHARED_BY && homes.len() >= SHARED_HOMES);
    for (timeline, places) in timelines.iter_mut().zip(&impossible) {
        for &(i, _) in places {
            let moment = &mut timeline.moments[i];
            if moment.clock == Clock::Own && shown.contains_key(&place(moment)) {
                moment.clock = Clock::Shared;
            }
        }
    }
}
