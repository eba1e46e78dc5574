//! `day-one-burst`: a newcomer's first day is dozens of edits made on a web page.

use crate::detectors::words::{any_judged, dates_of, day, identity, repository_of, timed};
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::finding::Draft;
use crate::ledger::CommitIdx;
use crate::timeline::Clock;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// So many commits of that kind within the first day.
    least_commits: usize,
}

coded!(DayOneBurst, Params, Needs::COMMITS, ["established-contributor"]);

impl DayOneBurst {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        const DAY: i64 = 86_400;
        for (who, timeline) in timed(facts, self.params.least_commits) {
            let known = || timeline.moments.iter().filter(|m| m.clock != Clock::Unknown);
            let Some(first) = known().next() else { continue };
            let on_first_day = |seconds: i64| seconds - first.seconds < DAY;
            let commits: Vec<CommitIdx> = known()
                .take_while(|m| on_first_day(m.seconds))
                .filter(|m| m.tool.shape.is_by_forge() && facts.ledger.commit(m.commit).parent_count == 1)
                .map(|m| m.commit)
                .collect();
            if commits.len() < self.params.least_commits || !any_judged(facts, &commits) {
                continue;
            }
            let summary = format!("{} single-file edits on the first day", commits.len());
            let key = identity(facts, facts.people.get(who).earliest());
            let mut draft = Draft::new(&self.heuristic, who, repository_of(facts, &commits), [key], summary);
            draft.saw("the first day", day(first.seconds));
            draft.reproduce(dates_of(facts, &commits));
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}
