//! `offset-against-rhythm`: by the recorded UTC offset, the working hours are unusual.

use crate::shared::words::{about, tested};
use alibi_core::analysis::time::{Slips, any_other_offset, stamp};
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
    /// Minimum evidence from the working hours, in decibans, that the true UTC offset differs from the recorded one.
    min_db: f64,
}

coded!(OffsetAgainstRhythm, Params, FactSet::COMMITS, ["committer-clock", "utc-only", "second-machine"]);

/// Maximum number of commits in the finding. The newest are chosen, since they show the current habit.
const NAMED: usize = 200;

/// Number of these commits that are listed as examples.
const LISTED: usize = 3;

impl OffsetAgainstRhythm {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let least = self.params.min_commits;
        for (timeline, phase) in tested(view, sink, &self.heuristic, least, |who, _| view.clocks.phase(who).as_ref()) {
            let who = timeline.contributor;
            let db = any_other_offset(phase);
            let kept: Vec<_> = timeline.kept().collect();
            let commits: Vec<_> = kept.iter().rev().take(NAMED).map(|m| m.commit).collect();
            if db < self.params.min_db {
                continue;
            }
            let when = if phase.hours > 0.0 { "later" } else { "earlier" };
            let summary =
                format!("by the clock shown, the working day is {:.1} hours {when} than usual", phase.hours.abs());
            let Some(mut draft) = about(view, &self.heuristic, who, commits, summary) else { continue };
            draft.saw(
                "shift from the usual day",
                Value::words(format!("{:+.1} h ± {:.1} h over {} days", phase.hours, phase.error, phase.days)),
            );
            for m in kept.iter().rev().take(LISTED) {
                draft.saw("for example", Value::Moment(stamp(m.seconds, m.offset)));
            }
            let mut offsets: Vec<i32> = kept.iter().map(|m| m.offset).collect();
            offsets.sort_unstable();
            offsets.dedup();
            let shown: Vec<String> =
                offsets.iter().map(|&o| alibi_git::history::Offset::from_minutes(o).to_string()).collect();
            draft.saw("offsets shown", Value::words(shown.join(", ")));
            draft.weight = Decibans(db).min(self.heuristic.weight);
            // Only offsets of the author's own clock were counted, without missing offsets.
            draft.answer("committer-clock", true).answer("utc-only", true);
            let slips = view.clocks.slips(who).tested();
            draft.answer("second-machine", !slips.is_some_and(Slips::is_second_machine));
            sink.push(draft)?;
        }
        Ok(())
    }
}
