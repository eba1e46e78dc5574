//! `overlapping-sessions`: a commit from one workstation lies between two commits from another within half an hour.

use crate::shared::words::{about, by_both_clocks, timed};
use alibi_core::analysis::time::{MIN_SHIFT, Moment};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::Value;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Contributors with fewer commits are skipped.
    min_commits: usize,
    /// Maximum number of seconds from the first to the third commit of a sequence.
    within: i64,
    /// Minimum number of days with such sequences.
    min_days: usize,
}

coded!(OverlappingSessions, Params, FactSet::COMMITS, ["committer-clock"]);

const LISTED: usize = 5;

/// Whether two commits come from different workstations: their UTC offsets differ, and so do their identities or keys.
fn differs(a: &Moment, b: &Moment) -> bool {
    let shift = (a.offset - b.offset).abs();
    shift.min(24 * 60 - shift) >= MIN_SHIFT && (a.tool.identity != b.tool.identity || a.tool.key != b.tool.key)
}

impl OverlappingSessions {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for (who, timeline) in timed(view, self.params.min_commits) {
            let live: Vec<&Moment> = timeline.moments.iter().filter(|m| m.in_one_act).collect();
            if live.len() < self.params.min_commits {
                let why = format!("{} commits made in one act; {} are needed", live.len(), self.params.min_commits);
                sink.insufficient(&self.heuristic, who, why);
                continue;
            }
            let found: Vec<&[&Moment]> = live
                .windows(3)
                .filter(|w| w[2].seconds - w[0].seconds <= self.params.within)
                .filter(|w| {
                    differs(w[0], w[1]) && w[0].tool.identity == w[2].tool.identity && w[0].offset == w[2].offset
                })
                .collect();
            let mut days: Vec<i64> = found.iter().map(|w| w[1].seconds.div_euclid(86_400)).collect();
            days.dedup();
            let commits: Vec<_> = found.iter().flat_map(|w| w.iter().map(|m| m.commit)).collect();
            if days.len() < self.params.min_days {
                continue;
            }
            let summary = format!("two workstations active in the same half hour, on {} days", days.len());
            let Some(mut draft) = about(view, &self.heuristic, who, commits, summary) else { continue };
            for window in found.iter().take(LISTED) {
                draft.saw("in between", Value::words(by_both_clocks(window[1], window[0].offset)));
            }
            draft.answer("committer-clock", true);
            sink.push(draft)?;
        }
        Ok(())
    }
}
