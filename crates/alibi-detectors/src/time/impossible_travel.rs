//! `impossible-travel`: one contributor's commits alternate between distant UTC offsets faster than any journey.

use crate::shared::words::{about, by_both_clocks, tested};
use alibi_core::analysis::time::{Stay, Timeline};
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
    /// Minimum number of stays with too little time for the journey there or back. A single such stay may be a remote
    /// machine.
    min_stays: usize,
    /// Additional weight of each stay above the minimum, in decibans.
    each_db: f64,
}

coded!(ImpossibleTravel, Params, FactSet::COMMITS, ["committer-clock", "second-machine"]);

/// Maximum number of stays listed.
const LISTED: usize = 5;

impl ImpossibleTravel {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let least = self.params.min_commits;
        for (timeline, slips) in tested(view, sink, &self.heuristic, least, |who, _| view.clocks.slips(who).as_ref()) {
            let who = timeline.contributor;
            let stays: Vec<&Stay> = slips.brief.iter().filter(|stay| stay.is_impossible()).collect();
            let commits: Vec<_> =
                stays.iter().flat_map(|s| s.moments.clone()).map(|i| timeline.moments[i].commit).collect();
            if stays.len() < self.params.min_stays {
                continue;
            }
            let summary = format!(
                "{} times in {} days, a clock too far away for the time since the previous commit or until the next",
                stays.len(),
                slips.days
            );
            let Some(mut draft) = about(view, &self.heuristic, who, commits, summary) else { continue };
            for stay in stays.iter().take(LISTED) {
                draft.saw("period", Value::text(describe(timeline, stay)));
            }
            if stays.len() > LISTED {
                draft.saw("more periods", Value::count(stays.len() - LISTED));
            }
            let further = (stays.len() - self.params.min_stays) as f64;
            let least = self.heuristic.weight.0 / 2.0;
            draft.weight = Decibans(least + self.params.each_db * further).min(self.heuristic.weight);
            // Commits with another person's clock are already excluded.
            draft.answer("committer-clock", true);
            draft.answer("second-machine", !slips.is_second_machine());
            sink.push(draft)?;
        }
        Ok(())
    }
}

/// Describes the beginning of a stay, the gap to the nearest commit at home, and the minimum travel time.
fn describe(timeline: &Timeline, stay: &Stay) -> String {
    let moment = by_both_clocks(&timeline.moments[*stay.moments.start()], stay.home);
    let (gap, when) = if stay.gaps[0] <= stay.gaps[1] { (stay.gaps[0], "after") } else { (stay.gaps[1], "before") };
    let journey = stay.journey.unwrap_or_default();
    format!("{moment}; {gap:.1} h {when} a commit at home, but the journey takes at least {journey:.1} h")
}
