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
    /// Minimum number of stays that fit one clock, at least one of which cannot have been a journey.
    min_stays: usize,
    /// Minimum share of the stays that cannot have been journeys that fits this clock, in percent.
    coherent_percent: usize,
    /// The stays are on at most this share of the days, in percent: a clock shown often is a second machine.
    days_percent: usize,
    /// Minimum evidence of the daily rhythm for that clock, in decibans.
    rhythm_db: f64,
    /// Weight of each stay in the season with fewer stays, in decibans: the clock had the right offset on both sides of
    /// a clock change.
    season_db: f64,
    /// Weight of the stays alone, in decibans: how rarely honest contributors show as many.
    stays_db: f64,
}

coded!(LeakedOffset, Params, FactSet::COMMITS, ["committer-clock", "relocation"]);

const LISTED: usize = 5;

impl LeakedOffset {
    fn is_one(&self, leak: &LeakEvidence) -> bool {
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
            let Some(leak) = view.clocks.leak(who, slips).filter(|leak| self.is_one(leak)) else { continue };
            let commits: Vec<_> =
                leak.stays.iter().flat_map(|s| s.moments.clone()).map(|i| timeline.moments[i].commit).collect();
            let summary =
                format!("{} short slips to one other clock, which fits ordinary working hours", leak.stays.len());
            let Some(mut draft) = about(view, &self.heuristic, who, commits, summary) else { continue };
            let span = |i: usize| timeline.moments[i].seconds;
            let (first, last) = (*leak.stays[0].moments.start(), *leak.stays[leak.stays.len() - 1].moments.end());
            draft.saw("other clock", Value::text(Zones::get().class(leak.class).words(span(first), span(last))));
            let mut days: Vec<i64> = leak.stays.iter().map(|s| span(*s.moments.start()).div_euclid(86_400)).collect();
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
            // A relocation would show that clock for weeks; these stays last hours, and the home clock continues.
            draft.answer("relocation", true);
            sink.push(draft)?;
        }
        Ok(())
    }
}
