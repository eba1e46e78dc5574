//! `leaked-offset`: an occasional second clock, always the same, that fits ordinary working hours.

use crate::shared::words::{about, by_both_clocks, tested};
use alibi_core::analysis::time::{LeakEvidence, Zones};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::Value;
use alibi_rules::decibans::Decibans;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Contributors with fewer commits are skipped.
    min_commits: usize,
    /// Minimum number of stays that fit one clock, at least one of them with too little time for the journey there or
    /// back.
    min_stays: usize,
    /// Of all stays with too little time for the journey, the minimum percentage that fits this clock.
    coherent_percent: usize,
    /// Maximum number of stays, as a percentage of the days with commits. A clock that appears more often belongs to a
    /// second machine.
    days_percent: usize,
    /// Minimum evidence for this clock from the daily rhythm, in decibans.
    rhythm_db: f64,
    /// Weight of each stay in the season with fewer stays, in decibans. Stays in both seasons show that the clock
    /// follows daylight saving time.
    season_db: f64,
    /// Weight of the stays alone, in decibans: honest contributors rarely have as many.
    stays_db: f64,
}

coded!(LeakedOffset, Params, FactSet::COMMITS, ["committer-clock", "relocation"]);

const LISTED: usize = 5;

impl LeakedOffset {
    fn is_leak(&self, leak: &LeakEvidence) -> bool {
        let p = &self.params;
        leak.impossible >= 1
            && leak.stays.len() >= p.min_stays
            && leak.impossible * 100 >= (leak.impossible + leak.others) * p.coherent_percent
            && leak.stays.len() * 100 <= leak.days * p.days_percent
            && leak.rhythm_db >= p.rhythm_db
    }

    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let least = self.params.min_commits;
        for (timeline, slips) in tested(view, sink, &self.heuristic, least, |who, _| view.clocks.slips(who).as_ref()) {
            let who = timeline.contributor;
            let Some(leak) = view.clocks.leak(who, slips).filter(|leak| self.is_leak(leak)) else { continue };
            let commits: Vec<_> =
                leak.stays.iter().flat_map(|s| s.moments.clone()).map(|i| timeline.moments[i].commit).collect();
            let summary =
                format!("{} short slips to one other clock, which fits ordinary working hours", leak.stays.len());
            let Some(mut draft) = about(view, &self.heuristic, who, commits, summary) else { continue };
            let seconds = |i: usize| timeline.moments[i].seconds;
            let (first, last) = (*leak.stays[0].moments.start(), *leak.stays[leak.stays.len() - 1].moments.end());
            draft.saw("other clock", Value::text(Zones::get().class(leak.class).words(seconds(first), seconds(last))));
            let mut days: Vec<i64> =
                leak.stays.iter().map(|s| seconds(*s.moments.start()).div_euclid(86_400)).collect();
            days.dedup();
            draft.saw("days", Value::words(format!("{} of {} show it", days.len(), leak.days)));
            draft.saw(
                "rhythm",
                Value::words(format!("{:+.1} dB for this clock compared with the home clock", leak.rhythm_db)),
            );
            for stay in leak.stays.iter().take(LISTED) {
                draft.saw("period", Value::words(by_both_clocks(&timeline.moments[*stay.moments.start()], stay.home)));
            }
            let both_seasons = leak.seasons[0].min(leak.seasons[1]) as f64;
            let weight = self.params.stays_db + leak.rhythm_db + both_seasons * self.params.season_db;
            draft.weight = Decibans(weight).min(self.heuristic.weight);
            draft.answer("committer-clock", true);
            // After a relocation the other clock would appear for weeks. These stays are brief, and the home clock
            // continues.
            draft.answer("relocation", true);
            sink.push(draft)?;
        }
        Ok(())
    }
}
