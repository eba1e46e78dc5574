//! Injects a scenario into the timelines of a repository, runs the detectors, and scores the result.

use super::bench::{Bench, fired, score_all};
use super::power::Scored;
use super::question::Question;
use super::scenarios::{share, take_over};
use alibi_core::analysis::people::ContributorId;
use alibi_core::analysis::time::{Clocks, Timeline, wrap};
use alibi_core::facts::Facts;
use alibi_scan::pipeline::AuditError;
use fastrand::Rng;
use std::ops::Range;

/// Changes a timeline.
pub(super) type Inject<'i> = dyn FnMut(&Timeline, &mut Rng) -> Timeline + 'i;

/// The results of the detectors for a scenario.
pub(super) struct Injected<'h> {
    /// For each heuristic, whether it fired for each changed subject.
    pub fired: Vec<(&'h String, Vec<bool>)>,
    /// The scores of the changed subjects.
    pub scored: Vec<Scored>,
}

/// A repository whose timelines are changed.
pub(super) struct Injection<'i> {
    bench: &'i Bench<'i>,
    facts: &'i Facts,
    clocks: &'i Clocks,
    /// The subjects, each with the number of hours by which the working day, in UTC, is later than most people's local
    /// one. Two operators differ in when they work, not in the recorded UTC offset.
    subjects: Vec<(ContributorId, f64)>,
}

impl<'i> Injection<'i> {
    pub(super) fn new(bench: &'i Bench<'_>, facts: &'i Facts, clocks: &'i Clocks) -> Injection<'i> {
        let midpoint = |who: &ContributorId| {
            let offset = clocks.timeline(*who).kept().last().map_or(0, |m| m.offset);
            let phase = clocks.phase(*who).tested().map(|phase| phase.hours);
            (*who, phase.map_or(0.0, |hours| wrap(hours - f64::from(offset) / 60.0)))
        };
        Injection { bench, facts, clocks, subjects: bench.subjects.iter().map(midpoint).collect() }
    }

    /// Changes the timelines, and runs the detectors on them.
    pub(super) fn run<'h>(
        &self,
        heuristics: impl Iterator<Item = &'h String>,
        question: Question,
        inject: &mut Inject<'_>,
        chance: &mut Rng,
    ) -> Result<Injected<'h>, AuditError> {
        let bench = self.bench;
        let changed = bench.with(self.clocks, |timeline| inject(timeline, chance));
        let findings = fired(&bench.detect(self.facts, &changed)?);
        let is_new = |who: ContributorId| {
            let old = bench.before.get(&who);
            findings.get(&who).into_iter().flatten().any(|h| !old.is_some_and(|old| old.contains(h)))
        };
        let is_changed = |who: &&ContributorId| changed.timeline(**who) != self.clocks.timeline(**who);
        let injected: Vec<ContributorId> = bench.subjects.iter().filter(is_changed).copied().collect();
        let has = |who: &ContributorId, h: &String| findings.get(who).is_some_and(|own| own.contains(h));
        let fired = heuristics.map(|h| (h, injected.iter().map(|who| has(who, h)).collect())).collect();
        let scored = score_all(bench, &changed, question, is_new);
        let index = |who: &ContributorId| bench.subjects.binary_search(who).ok();
        let scored = injected.iter().filter_map(|who| scored.get(index(who)?).copied()).collect();
        Ok(Injected { fired, scored })
    }

    /// Returns a timeline shared with a random contributor whose working day differs by a number of hours in `apart`;
    /// unchanged if there is none.
    pub(super) fn shared(&self, timeline: &Timeline, apart: Range<f64>, own_tools: bool, chance: &mut Rng) -> Timeline {
        let own = self.subjects.iter().find(|(who, _)| *who == timeline.contributor).map_or(0.0, |(_, own)| *own);
        let fits = |(who, other): &&(ContributorId, f64)| {
            *who != timeline.contributor && apart.contains(&wrap(other - own).abs())
        };
        let partners: Vec<_> = self.subjects.iter().filter(fits).collect();
        if partners.is_empty() {
            return timeline.clone();
        }
        let (partner, _) = partners[chance.usize(0..partners.len())];
        share(timeline, self.clocks.timeline(*partner), own_tools)
    }

    /// Returns a timeline to which commits of a random other contributor are appended.
    pub(super) fn taken_over(&self, timeline: &Timeline, commits: usize, chance: &mut Rng) -> Timeline {
        let count = self.subjects.len();
        if count < 2 {
            return timeline.clone();
        }
        let index = self.subjects.iter().position(|(who, _)| *who == timeline.contributor).unwrap_or(0);
        let other = (index + chance.usize(1..count)) % count;
        take_over(timeline, self.clocks.timeline(self.subjects[other].0), commits)
    }
}
