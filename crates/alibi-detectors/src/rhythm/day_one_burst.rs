//! `day-one-burst`: a newcomer makes dozens of edits in a web interface on the first day.

use crate::shared::words::{about, timed};
use alibi_core::analysis::time::Clock;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::{CommitIdx, FactSet};
use alibi_core::finding::Value;
use alibi_git::history::DAY;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Minimum number of edits in a web interface on the first day.
    min_commits: usize,
}

coded!(DayOneBurst, Params, FactSet::COMMITS, ["established-contributor"]);

impl DayOneBurst {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for (who, timeline) in timed(view, self.params.min_commits) {
            let known = || timeline.moments.iter().filter(|m| m.clock != Clock::Unknown);
            let Some(first) = known().next() else { continue };
            let on_first_day = |seconds: i64| seconds - first.seconds < DAY;
            let commits: Vec<CommitIdx> = known()
                .take_while(|m| on_first_day(m.seconds))
                .filter(|m| m.tool.style.is_by_forge() && view.facts.commit(m.commit).parent_count == 1)
                .map(|m| m.commit)
                .collect();
            if commits.len() < self.params.min_commits {
                continue;
            }
            let summary = format!("{} single-file edits on the first day", commits.len());
            let Some(mut draft) = about(view, &self.heuristic, who, commits, summary) else { continue };
            draft.saw("the first day", Value::Day(first.seconds));
            sink.push(draft)?;
        }
        Ok(())
    }
}
