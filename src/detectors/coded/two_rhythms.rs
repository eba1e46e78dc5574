//! `two-rhythms`: two sets of tools that keep two different days, in turn.

use crate::detectors::words::{about, in_utc_and_as_written, tested};
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::ledger::CommitIdx;
use crate::timeline::operators;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Contributors with fewer commits are not spoken of.
    least_commits: usize,
    /// How much better two sets of forms of messages must be than one, as a natural logarithm.
    habits: f64,
    /// How much the two must alternate: 1 is as by chance, 0 is one after the other.
    alternation: f64,
    /// Hours between the middles of the two days.
    hours: f64,
    /// The share of permutations that may lie as far apart.
    p: f64,
    /// How much of a daily rhythm each must have, 0 to 1.
    regularity: f64,
}

coded!(TwoRhythms, Params, Needs::COMMITS, ["succession"]);

/// Commits that the finding names of each group.
const NAMED: usize = 10;

/// Beginnings of sessions that it tells of each.
const TOLD: usize = 3;

impl TwoRhythms {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let p = &self.params;
        let least = self.params.least_commits;
        for (timeline, found) in tested(facts, sink, &self.heuristic, least, |_, timeline| operators(timeline)) {
            let who = timeline.contributor;
            let apart = found.hours >= p.hours && found.p <= p.p && found.habits >= p.habits;
            let regular = found.regularity.iter().all(|r| *r >= p.regularity);
            if !apart || !regular || found.alternation < p.alternation {
                continue;
            }
            let of = |group: bool| -> Vec<CommitIdx> {
                found.groups.iter().filter(|(_, g)| *g == group).map(|(commit, _)| *commit).rev().take(NAMED).collect()
            };
            let commits = [of(true), of(false)].concat();
            let summary = format!("two sets of tools in turn, {:.1} hours apart in the day", found.hours);
            let Some(mut draft) = about(facts, &self.heuristic, who, commits, summary) else { continue };
            draft.saw("sessions", format!("{} and {}", found.sessions[0], found.sessions[1]));
            draft.saw("alternation", format!("{:.2} of what chance gives", found.alternation));
            for (name, group) in [("one set, for example", true), ("the other, for example", false)] {
                for commit in of(group).into_iter().take(TOLD) {
                    draft.saw(name, in_utc_and_as_written(facts.ledger.commit(commit).authored));
                }
            }
            draft.saw("by chance", format!("as far apart in {:.1} % of permutations of weeks", found.p * 100.0));
            // A new machine takes over once; these two go on side by side.
            draft.answer("succession", true);
            sink.push(draft)?;
        }
        Ok(())
    }
}
