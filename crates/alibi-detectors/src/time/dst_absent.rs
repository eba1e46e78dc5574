//! `dst-absent`: a clock that followed daylight saving time for a year and then stopped.

use crate::shared::words::{about, day, tested};
use alibi_core::analysis::time::{Segment, SegmentKind, Zones};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::Value;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Contributors with fewer commits are skipped.
    min_commits: usize,
    /// Minimum number of daylight saving changes followed in the first period, and of those missed in the second.
    changes: usize,
    /// Minimum number of days with commits in each period.
    days: usize,
}

coded!(DstAbsent, Params, FactSet::COMMITS, ["committer-clock"]);

impl DstAbsent {
    /// Whether the second period keeps one offset of the first period's zone while clocks in that zone continue to
    /// change.
    fn stopped(&self, before: &Segment, after: &Segment) -> bool {
        let zones = Zones::get();
        let (old, new) = (zones.class(before.class), zones.class(after.class));
        let offset = new.offset(after.from);
        before.days >= self.params.days
            && after.days >= self.params.days
            && old.changes(before.from, before.to).count() >= self.params.changes
            && new.changes(after.from, after.to).next().is_none()
            && old.changes(after.from, after.to).count() >= self.params.changes
            && old.changes(before.from, before.to).any(|(_, changed_to)| changed_to == offset)
    }

    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let least = self.params.min_commits;
        for (timeline, path) in tested(view, sink, &self.heuristic, least, |who, _| view.clocks.path(who).as_ref()) {
            let who = timeline.contributor;
            let settled: Vec<&Segment> = path.segments.iter().filter(|s| s.kind != SegmentKind::Trip).collect();
            let found = settled.windows(2).find(|pair| self.stopped(pair[0], pair[1]));
            let Some(&[before, after]) = found else { continue };
            let commits: Vec<_> =
                timeline.kept().filter(|m| (after.from..=after.to).contains(&m.seconds)).map(|m| m.commit).collect();
            let summary = "a clock that followed daylight saving time stopped changing";
            let Some(mut draft) = about(view, &self.heuristic, who, commits, summary) else { continue };
            for stretch in [before, after] {
                let words = Zones::get().class(stretch.class).words(stretch.from, stretch.to);
                let (from, to) = (day(stretch.from), day(stretch.to));
                draft.saw("clock", Value::text(format!("{from} to {to}: {words}, on {} days", stretch.days)));
            }
            draft.answer("committer-clock", true);
            sink.push(draft)?;
        }
        Ok(())
    }
}
