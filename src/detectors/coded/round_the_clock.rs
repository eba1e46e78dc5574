//! `round-the-clock`: days on end without a night.

use crate::detectors::words::{any_judged, dates_of, identity, in_utc_and_as_written, repository_of, timed};
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::finding::Draft;
use crate::timeline::{Reading, restless, stamp};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Contributors with fewer commits are not spoken of.
    least_commits: usize,
    /// Days in which no break is as long as seven hours.
    days_without_rest: f64,
    /// Hours of the day, of 24, with work in that stretch.
    hours_of_the_day: usize,
}

/// Commits that the finding tells.
const TOLD: usize = 3;

coded!(RoundTheClock, Params, Needs::COMMITS, ["bot"]);

impl RoundTheClock {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for (who, timeline) in timed(facts, self.params.least_commits) {
            let found = match restless(timeline) {
                Reading::Tested(found) => found,
                Reading::Insufficient(why) => {
                    sink.insufficient(&self.heuristic, who, why);
                    continue;
                }
            };
            let (from, to) = found.stretch;
            let within = |seconds: i64| (from..=to).contains(&seconds);
            let commits: Vec<_> = timeline.moments.iter().filter(|m| within(m.seconds)).map(|m| m.commit).collect();
            if found.days_without_rest < self.params.days_without_rest
                || found.hours_of_the_day < self.params.hours_of_the_day
                || !any_judged(facts, &commits)
            {
                continue;
            }
            let summary = format!("{:.1} days without a break of seven hours", found.days_without_rest);
            let key = identity(facts, facts.people.get(who).earliest());
            let mut draft = Draft::new(&self.heuristic, who, repository_of(facts, &commits), [key], summary);
            draft.saw("without a rest", format!("{} to {}", stamp(from, 0).utc(), stamp(to, 0).utc()));
            for m in timeline.moments.iter().filter(|m| within(m.seconds)).take(TOLD) {
                draft.saw("for example", in_utc_and_as_written(stamp(m.seconds, m.offset)));
            }
            let hours = found.hours_of_the_day;
            draft.saw("hours of the day", format!("{hours} of 24, over {} commits", commits.len()));
            draft.reproduce(dates_of(facts, &commits));
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}
