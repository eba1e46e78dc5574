//! `output-swing`: the number of commits rises or falls by a large factor from one period to the next.

use crate::shared::words::{about, day, timed};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::Value;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Contributors with fewer commits are skipped.
    min_commits: usize,
    /// The length of each of the two compared periods, in days.
    stretch_days: i64,
    /// Minimum ratio between the numbers of commits in the two periods.
    times: usize,
    /// Minimum number of commits in the busier period.
    busy_commits: usize,
}

coded!(OutputSwing, Params, FactSet::COMMITS, []);

impl OutputSwing {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let p = &self.params;
        let stretch = p.stretch_days * 86_400;
        for (who, timeline) in timed(view, p.min_commits) {
            let at: Vec<i64> = timeline.moments.iter().map(|m| m.seconds).collect();
            let count = |from: i64, to: i64| at.partition_point(|s| *s < to) - at.partition_point(|s| *s < from);
            // Both periods must have commits: there is nothing to compare before the first commit and after the last.
            let swing = |split: i64| {
                let (before, after) = (count(split - stretch, split), count(split, split + stretch));
                let (less, more) = (before.min(after), before.max(after));
                (less > 0 && more >= p.busy_commits && more >= less * p.times).then(|| (more / less, before, after))
            };
            let (Some(first), Some(last)) = (at.first(), at.last()) else { continue };
            let inside = at.iter().filter(|s| **s - stretch >= *first && **s + stretch <= *last);
            let found = inside
                .filter_map(|s| swing(*s).map(|found| (found, *s)))
                .reduce(|a, b| if b.0.0 > a.0.0 { b } else { a });
            let Some(((_, before, after), split)) = found else { continue };
            let near = |seconds: i64| (split - stretch..split + stretch).contains(&seconds);
            let commits: Vec<_> = timeline.moments.iter().filter(|m| near(m.seconds)).map(|m| m.commit).collect();
            let summary = format!("{before} commits in {} days, then {after} in the next", p.stretch_days);
            let Some(mut draft) = about(view, &self.heuristic, who, commits, summary) else { continue };
            draft.saw("change", Value::words(format!("on {}", day(split))));
            sink.push(draft)?;
        }
        Ok(())
    }
}
