//! `offset-against-rhythm`: by the clock shown, the working day lies where hardly anybody's does.

use crate::decibans::Decibans;
use crate::detectors::words::{any_judged, dates_of, identity, in_utc_and_as_written, repository_of, timed};
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::finding::Draft;
use crate::timeline::{Reading, Slips, some_other_clock, stamp};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Contributors with fewer commits are not spoken of.
    least_commits: usize,
    /// What the phase must say for some other clock, in decibans.
    least_db: f64,
}

coded!(OffsetAgainstRhythm, Params, Needs::COMMITS, ["committer-clock", "utc-only", "second-machine"]);

/// Commits that the finding names: the last ones show the present habit.
const NAMED: usize = 200;

/// Of which so many are told.
const TOLD: usize = 3;

impl OffsetAgainstRhythm {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for (who, timeline) in timed(facts, self.params.least_commits) {
            let phase = match facts.clocks.phase(who) {
                Reading::Tested(phase) => phase,
                Reading::Insufficient(why) => {
                    sink.insufficient(&self.heuristic, who, why.clone());
                    continue;
                }
            };
            let db = some_other_clock(phase);
            let kept: Vec<_> = timeline.kept().collect();
            let commits: Vec<_> = kept.iter().rev().take(NAMED).map(|m| m.commit).collect();
            if db < self.params.least_db || !any_judged(facts, &commits) {
                continue;
            }
            let when = if phase.hours > 0.0 { "later" } else { "earlier" };
            let summary =
                format!("by the clock shown, the working day lies {:.1} hours {when} than most", phase.hours.abs());
            let key = identity(facts, facts.people.get(who).earliest());
            let mut draft = Draft::new(&self.heuristic, who, repository_of(facts, &commits), [key], summary);
            draft.saw("phase", format!("{:+.1} h ± {:.1} h over {} days", phase.hours, phase.error, phase.days));
            for m in kept.iter().rev().take(TOLD) {
                draft.saw("for example", in_utc_and_as_written(stamp(m.seconds, m.offset)));
            }
            let mut offsets: Vec<i32> = kept.iter().map(|m| m.offset).collect();
            offsets.sort_unstable();
            offsets.dedup();
            let shown: Vec<String> =
                offsets.iter().map(|&o| crate::history::Offset::from_minutes(o).to_string()).collect();
            draft.saw("offsets shown", shown.join(", "));
            draft.weight = Decibans(db).min(self.heuristic.weight);
            // Only offsets of the author's own were counted, and none that is missing.
            draft.answer("committer-clock", true).answer("utc-only", true);
            let slips = facts.clocks.slips(who);
            draft.answer("second-machine", !slips.tested().is_some_and(Slips::is_second_machine));
            draft.reproduce(dates_of(facts, &commits));
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}
