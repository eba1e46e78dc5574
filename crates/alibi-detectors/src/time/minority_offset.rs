//! `minority-offset`: a rare offset among the contributor's own commits, which could be a journey.

use crate::shared::words::{about, by_both_clocks, tested};
use alibi_core::analysis::time::{MIN_SHIFT, Stay};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::Value;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Contributors with fewer commits are skipped.
    min_commits: usize,
    /// Minimum number of short stays with the same other offset.
    min_stays: usize,
    /// Maximum number of such stays, as a percentage of the days with commits dated by the contributor's own clock.
    days_percent: usize,
}

coded!(MinorityOffset, Params, FactSet::COMMITS, ["committer-clock", "traveller"]);

const LISTED: usize = 5;

/// A contributor with at least this many other clocks is a traveller.
const TRAVELLERS_CLOCKS: usize = 3;

impl MinorityOffset {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let least = self.params.min_commits;
        for (timeline, slips) in tested(view, sink, &self.heuristic, least, |who, _| view.clocks.slips(who).as_ref()) {
            let who = timeline.contributor;
            let far: Vec<&Stay> = slips.brief.iter().filter(|stay| stay.shift() >= MIN_SHIFT).collect();
            // Daylight saving time shifts the same clock by an hour.
            let near = |a: i32, b: i32| (a - b).abs() <= 60;
            let mut clocks: Vec<i32> = Vec::new();
            for stay in &far {
                if !clocks.iter().any(|known| near(*known, stay.offset)) {
                    clocks.push(stay.offset);
                }
            }
            let most = clocks.iter().copied().rev().max_by_key(|o| far.iter().filter(|s| near(s.offset, *o)).count());
            let Some(offset) = most else { continue };
            let stays: Vec<&&Stay> = far.iter().filter(|s| near(s.offset, offset)).collect();
            let commits: Vec<_> =
                stays.iter().flat_map(|s| s.moments.clone()).map(|i| timeline.moments[i].commit).collect();
            let rare = stays.len() * 100 <= slips.days * self.params.days_percent;
            if stays.len() < self.params.min_stays || !rare {
                continue;
            }
            let summary =
                format!("{} short stays by one other clock, in {} days with commits", stays.len(), slips.days);
            let Some(mut draft) = about(view, &self.heuristic, who, commits, summary) else { continue };
            for stay in stays.iter().take(LISTED) {
                draft.saw("period", Value::words(by_both_clocks(&timeline.moments[*stay.moments.start()], stay.home)));
            }
            draft.answer("committer-clock", true).answer("traveller", clocks.len() < TRAVELLERS_CLOCKS);
            sink.push(draft)?;
        }
        Ok(())
    }
}
