//! `round-the-clock`: days of work without a night's rest.

use crate::shared::words::{about, tested};
use alibi_core::analysis::time::{restless, stamp};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::Value;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Contributors with fewer commits are skipped.
    min_commits: usize,
    /// Minimum number of days without a break of seven hours.
    days_without_rest: f64,
    /// Minimum number of hours of the day, out of 24, with work in that period.
    hours_of_the_day: usize,
}

/// Number of commits listed in the finding.
const LISTED: usize = 3;

coded!(RoundTheClock, Params, FactSet::COMMITS, ["bot"]);

impl RoundTheClock {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let least = self.params.min_commits;
        for (timeline, found) in tested(view, sink, &self.heuristic, least, |_, timeline| restless(timeline)) {
            let who = timeline.contributor;
            let (from, to) = found.stretch;
            let within = |seconds: i64| (from..=to).contains(&seconds);
            let commits: Vec<_> = timeline.moments.iter().filter(|m| within(m.seconds)).map(|m| m.commit).collect();
            if found.days_without_rest < self.params.days_without_rest
                || found.hours_of_the_day < self.params.hours_of_the_day
            {
                continue;
            }
            let summary = format!("{:.1} days without a break of seven hours", found.days_without_rest);
            let Some(mut draft) = about(view, &self.heuristic, who, commits, summary) else { continue };
            draft.saw("period", Value::words(format!("{} to {}", stamp(from, 0).utc(), stamp(to, 0).utc())));
            for m in timeline.moments.iter().filter(|m| within(m.seconds)).take(LISTED) {
                draft.saw("for example", Value::Moment(stamp(m.seconds, m.offset)));
            }
            let hours = found.hours_of_the_day;
            draft.saw("hours of the day", Value::words(format!("{hours} of 24, over {} commits", draft.commits.len())));
            sink.push(draft)?;
        }
        Ok(())
    }
}
