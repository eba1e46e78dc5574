//! `dst-absent`: a clock that followed the seasons for a year, and then no longer.

use crate::detectors::words::{any_judged, dates_of, day, identity, repository_of, timed};
use crate::detectors::{DetectError, Facts, Needs, Sink};
use crate::finding::Draft;
use crate::timeline::{Reading, Segment, SegmentKind, Zones};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    /// Contributors with fewer commits are not spoken of.
    least_commits: usize,
    /// Changes of the clock that must have been followed before, and that are missed afterwards.
    changes: usize,
    /// Days with commits on either side.
    days: usize,
}

coded!(DstAbsent, Params, Needs::COMMITS, ["committer-clock"]);

impl DstAbsent {
    /// Whether the second stretch keeps an offset of the first one's clock while that clock goes on changing.
    fn stopped(&self, before: &Segment, after: &Segment) -> bool {
        let zones = Zones::get();
        let (old, new) = (zones.class(before.class), zones.class(after.class));
        let offset = new.offset(after.from);
        before.days >= self.params.days
            && after.days >= self.params.days
            && old.changes(before.from, before.to).count() >= self.params.changes
            && new.changes(after.from, after.to).next().is_none()
            && old.changes(after.from, after.to).count() >= self.params.changes
            && old.changes(before.from, before.to).any(|(_, shown)| shown == offset)
    }

    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for (who, timeline) in timed(facts, self.params.least_commits) {
            let path = match facts.clocks.path(who) {
                Reading::Tested(path) => path,
                Reading::Insufficient(why) => {
                    sink.insufficient(&self.heuristic, who, why.clone());
                    continue;
                }
            };
            let settled: Vec<&Segment> = path.segments.iter().filter(|s| s.kind != SegmentKind::Trip).collect();
            let found = settled.windows(2).find(|pair| self.stopped(pair[0], pair[1]));
            let Some(&[before, after]) = found else { continue };
            let commits: Vec<_> =
                timeline.kept().filter(|m| (after.from..=after.to).contains(&m.seconds)).map(|m| m.commit).collect();
            if !any_judged(facts, &commits) {
                continue;
            }
            let summary = "a clock that followed the seasons stands still from one day on";
            let key = identity(facts, facts.people.get(who).earliest());
            let mut draft = Draft::new(&self.heuristic, who, repository_of(facts, &commits), [key], summary);
            for stretch in [before, after] {
                let words = Zones::get().class(stretch.class).words(stretch.from, stretch.to);
                let (from, to) = (day(stretch.from), day(stretch.to));
                draft.saw("clock", format!("{from} to {to}: {words}, on {} days", stretch.days));
            }
            draft.answer("committer-clock", true);
            draft.reproduce(dates_of(facts, &commits));
            draft.commits = commits;
            sink.push(draft)?;
        }
        Ok(())
    }
}
