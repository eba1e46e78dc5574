//! `batch-timestamps`: dates that look generated: one second of the minute, one repeated gap, or no bursts.

use crate::shared::words::{about, tested};
use alibi_core::analysis::time::{Dates, Regular, machine_made};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::Value;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Contributors with fewer commits are skipped.
    min_commits: usize,
    /// Minimum of −log₁₀ of the probability that the seconds are this uneven by chance.
    uneven: f64,
    /// Minimum percentage of commits at one second of the minute.
    second_percent: f64,
    /// Minimum number of equal gaps in a row between commits, of a minute or more.
    same_gap: usize,
    /// Burstiness below which the dates have no bursts.
    burstiness: f64,
    /// If a smaller share of the gaps (0 to 1) is under ten minutes, there are no working sessions.
    quick: f64,
    /// Minimum number of commits per active day at which bursts are expected.
    per_day: f64,
    /// If a larger share of the commits (0 to 1) is in the quietest seven hours of the day, bursts are expected even
    /// with fewer commits per day, since the contributor seems to have no night.
    at_night: f64,
}

coded!(BatchTimestamps, Params, FactSet::COMMITS, ["bot"]);

/// Maximum number of commits in the finding.
const NAMED: usize = 200;

impl BatchTimestamps {
    fn regular(&self, dates: &Dates) -> Option<Regular> {
        let p = &self.params;
        if dates.uneven >= p.uneven && dates.commonest_second * 100.0 >= p.second_percent {
            Some(Regular::Seconds)
        } else if dates.same_gap >= p.same_gap {
            Some(Regular::Beat)
        } else {
            let spread = dates.burstiness < p.burstiness && dates.quick < p.quick;
            let expected = dates.per_day >= p.per_day || dates.at_night > p.at_night;
            (spread && expected).then_some(Regular::Spread)
        }
    }

    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let least = self.params.min_commits;
        for (timeline, dates) in tested(view, sink, &self.heuristic, least, |_, timeline| machine_made(timeline)) {
            let who = timeline.contributor;
            let Some(regular) = self.regular(&dates) else { continue };
            let commits: Vec<_> = timeline.moments.iter().rev().take(NAMED).map(|m| m.commit).collect();
            let summary = match regular {
                Regular::Seconds => "too many commits at one second of the minute",
                Regular::Beat => "a long run of commits with the same gap",
                Regular::Spread => "dates without the bursts that are normal for human work",
            };
            let Some(mut draft) = about(view, &self.heuristic, who, commits, summary) else { continue };
            draft.saw(
                "most common second of the minute",
                Value::words(format!("{:.1} % of commits", dates.commonest_second * 100.0)),
            );
            draft.saw("longest run of equal gaps", Value::count(dates.same_gap));
            let quick = dates.quick * 100.0;
            draft.saw(
                "bursts",
                Value::words(format!("burstiness {:.2}, {quick:.1} % of gaps under ten minutes", dates.burstiness)),
            );
            sink.push(draft)?;
        }
        Ok(())
    }
}
