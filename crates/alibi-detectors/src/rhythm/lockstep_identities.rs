//! `lockstep-identities`: two contributors who start, work and stop on the same days.

use crate::shared::words::{any_in_scope, dates_of, day, identity, repository_of, timed};
use alibi_core::analysis::time::Timeline;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::{Draft, Value};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Contributors with fewer commits are skipped.
    min_commits: usize,
    /// Minimum number of days with commits by each contributor.
    min_days: usize,
    /// Maximum number of days between the two contributors' first days, and between their last days.
    within_days: i64,
    /// Minimum number of days on which both work, as a percentage of the days on which either works.
    shared_percent: usize,
    /// Minimum ratio of the shared days to the number expected by chance for contributors who work as often.
    times_chance: f64,
    /// Minimum number of days from the beginning of the history to their first days, and from their last days to the
    /// end of the history. A contributor who is active from the beginning or until the end has not come and gone.
    margin_days: i64,
}

coded!(LockstepIdentities, Params, FactSet::COMMITS, ["whole-team"]);

/// At least this many contributors who start together are a team, a class or a company.
const TEAM: usize = 4;

/// Each contributor is compared with at most this many contributors who started later.
const COMPARED: usize = 50;

fn days(timeline: &Timeline) -> Vec<i64> {
    let mut days: Vec<i64> = timeline.moments.iter().map(|m| m.seconds.div_euclid(86_400)).collect();
    days.dedup();
    days
}

impl LockstepIdentities {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let p = &self.params;
        let all = timed(view, p.min_commits).map(|(who, timeline)| (days(timeline), who, timeline));
        let mut all: Vec<_> = all.filter(|(days, _, _)| days.len() >= p.min_days).collect();
        all.sort_by_key(|(days, who, _)| (days[0], *who));
        // Ignore the outermost dates, so that a few wrong dates do not stretch the history.
        let mut dates: Vec<i64> = view.facts.commits.iter().map(|c| c.committed.seconds.div_euclid(86_400)).collect();
        dates.sort_unstable();
        let ignored = dates.len() / 200;
        let (Some(&begin), Some(&end)) = (dates.get(ignored), dates.iter().rev().nth(ignored)) else { return Ok(()) };
        let came_and_went =
            |days: &[i64]| days[0] >= begin + p.margin_days && days[days.len() - 1] <= end - p.margin_days;
        for (i, (days, who, timeline)) in all.iter().enumerate() {
            let last = days[days.len() - 1];
            let near =
                all[i + 1..].iter().take(COMPARED).take_while(|(other, _, _)| other[0] - days[0] <= p.within_days);
            let near: Vec<_> =
                near.filter(|(other, _, _)| (other[other.len() - 1] - last).abs() <= p.within_days).collect();
            let begun = |day: i64| all.partition_point(|(other, _, _)| other[0] < day);
            let together = begun(days[0] + p.within_days + 1) - begun(days[0] - p.within_days);
            for (other_days, other, other_timeline) in &near {
                let both = days.iter().filter(|d| other_days.binary_search(d).is_ok()).count();
                let either = days.len() + other_days.len() - both;
                let span = (last.max(other_days[other_days.len() - 1]) - days[0] + 1) as f64;
                let by_chance = days.len() as f64 * other_days.len() as f64 / span;
                if both * 100 < either * p.shared_percent
                    || (both as f64) < by_chance * p.times_chance
                    || !came_and_went(days)
                    || !came_and_went(other_days)
                {
                    continue;
                }
                let commits: Vec<_> =
                    timeline.moments.iter().chain(&other_timeline.moments).map(|m| m.commit).collect();
                if !any_in_scope(view, &commits) {
                    continue;
                }
                let key = [*who, *other].map(|who| identity(view, view.people.get(who).earliest()));
                let summary = format!("works on the same days as another contributor: {both} of {either} days");
                let mut draft = Draft::new(&self.heuristic, *other, repository_of(view, &commits), key, summary);
                draft.saw("with", Value::Identity(view.people.most_used(*who)));
                draft.saw(
                    "first days",
                    Value::words(format!("{} and {}", day(days[0] * 86_400), day(other_days[0] * 86_400))),
                );
                let ends = other_days[other_days.len() - 1];
                draft.saw("last days", Value::words(format!("{} and {}", day(last * 86_400), day(ends * 86_400))));
                draft.answer("whole-team", together < TEAM);
                draft.reproduce(dates_of(view, &commits));
                draft.commits = commits;
                sink.push(draft)?;
            }
        }
        Ok(())
    }
}
