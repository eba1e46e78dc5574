//! `two-rhythms`: two alternating sets of habits with different working hours.

use crate::shared::words::{about, tested};
use alibi_core::analysis::time::operators;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet};
use alibi_core::finding::Value;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Contributors with fewer commits are skipped.
    min_commits: usize,
    /// Minimum improvement of the fit with two sets of message styles instead of one, as a natural logarithm.
    habits: f64,
    /// Minimum alternation of the two sets: 1 if they are mixed at random, near 0 if one follows the other once.
    alternation: f64,
    /// Minimum number of hours between the middles of the two working days.
    hours: f64,
    /// Maximum share of permutations in which the working days are at least as far apart.
    p: f64,
    /// Minimum regularity of each daily rhythm, from 0 to 1.
    regularity: f64,
}

coded!(TwoRhythms, Params, FactSet::COMMITS, ["succession"]);

/// Maximum number of commits of each group in the finding.
const NAMED: usize = 10;

/// Number of session starts listed for each group.
const LISTED: usize = 3;

impl TwoRhythms {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let p = &self.params;
        let least = self.params.min_commits;
        for (timeline, found) in tested(view, sink, &self.heuristic, least, |_, timeline| operators(timeline)) {
            let who = timeline.contributor;
            let apart = found.hours >= p.hours && found.p <= p.p && found.habits >= p.habits;
            let regular = found.regularity.iter().all(|r| *r >= p.regularity);
            if !apart || !regular || found.alternation < p.alternation {
                continue;
            }
            let newest_of = |group: bool| -> Vec<CommitIdx> {
                found.groups.iter().filter(|(_, g)| *g == group).map(|(commit, _)| *commit).rev().take(NAMED).collect()
            };
            let commits = [newest_of(true), newest_of(false)].concat();
            let summary = format!("two alternating sets of habits, with working days {:.1} hours apart", found.hours);
            let Some(mut draft) = about(view, &self.heuristic, who, commits, summary) else { continue };
            draft.saw("sessions", Value::words(format!("{} and {}", found.sessions[0], found.sessions[1])));
            draft.saw("alternation", Value::words(format!("{:.2} times the chance level", found.alternation)));
            for (name, group) in [("one set, for example", true), ("the other, for example", false)] {
                for commit in newest_of(group).into_iter().take(LISTED) {
                    draft.saw(name, Value::Moment(view.facts.commit(commit).authored));
                }
            }
            draft.saw(
                "by chance",
                Value::words(format!("as far apart in {:.1} % of permutations of weeks", found.p * 100.0)),
            );
            // A new machine replaces the old one once, whereas these sets of habits alternate.
            draft.answer("succession", true);
            sink.push(draft)?;
        }
        Ok(())
    }
}
