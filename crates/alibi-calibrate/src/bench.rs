//! Holds one repository under calibration, and re-runs its detectors on changed timelines.

use super::power::Scored;
use super::question::Question;
use super::scores;
use alibi_core::analysis::access::{AccessHistory, SensitivePaths, Standing};
use alibi_core::analysis::people::{ContributorId, People};
use alibi_core::analysis::time::{Clocks, PopulationDay, Timeline};
use alibi_core::detection::{Detector, Given, Rulebook, View, detect};
use alibi_core::facts::Facts;
use alibi_core::finding::Finding;
use alibi_rules::heuristics::{PathGuards, Persona};
use alibi_scan::pipeline::AuditError;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The heuristics with a finding that counts, by contributor.
pub(super) type Fired = BTreeMap<ContributorId, BTreeSet<String>>;

/// Returns the heuristics with a finding that counts, by contributor.
pub(super) fn fired(findings: &[Finding]) -> Fired {
    let mut fired = Fired::new();
    for finding in findings.iter().filter(|f| f.counts()) {
        fired.entry(finding.contributor).or_default().insert(finding.heuristic.clone());
    }
    fired
}

/// Returns the findings shown by default. Findings for auditors are dropped, since they do not affect a decision.
pub(super) fn shown_to_all(findings: &[Finding], catalogue: &Rulebook) -> Vec<Finding> {
    let is_default = |f: &&Finding| catalogue.get(&f.heuristic).is_some_and(|h| h.persona == Persona::Default);
    findings.iter().filter(is_default).cloned().collect()
}

/// A repository under calibration.
pub(super) struct Bench<'b> {
    /// The repository's index.
    pub number: usize,
    /// All heuristics.
    pub catalogue: &'b Rulebook,
    /// The contributors of the repository.
    pub people: &'b People,
    /// The detectors to re-run.
    pub detectors: &'b [Box<dyn Detector>],
    /// The path guards of the heuristics.
    pub guards: PathGuards,
    /// The reference time ("now").
    pub now: i64,
    /// The contributors with enough commits and active days to test, sorted.
    pub subjects: Vec<ContributorId>,
    /// The heuristics that fired before any change.
    pub before: Fired,
    /// How most people's work is distributed over the day.
    pub population: &'b PopulationDay,
    /// For each subject, the number of commits whose offset comes from the subject's own clock, before any injection.
    pub commits: Vec<usize>,
}

impl Bench<'_> {
    /// Runs the detectors with these clocks.
    pub(super) fn detect(&self, facts: &Facts, clocks: &Clocks) -> Result<Vec<Finding>, AuditError> {
        let access = AccessHistory::default();
        let view = View {
            facts,
            people: self.people,
            standing: &Standing::new(facts, self.people, &access),
            sensitive: &SensitivePaths::default(),
            clocks,
            contradicted: &BTreeMap::new(),
            given: &Given::default(),
            now: self.now,
        };
        Ok(detect(self.detectors, &view, &self.guards)?.0)
    }

    /// Returns clocks with the subjects' timelines changed. The timelines of other contributors are empty, since they
    /// do not change.
    pub(super) fn with(&self, clocks: &Clocks, mut change: impl FnMut(&Timeline) -> Timeline) -> Clocks {
        let nothing = |who: &Timeline| Timeline { contributor: who.contributor, moments: Vec::new() };
        let mut timelines: Vec<Timeline> = clocks.timelines().iter().map(nothing).collect();
        for who in &self.subjects {
            timelines[who.index()] = change(clocks.timeline(*who));
        }
        Clocks::of(timelines, self.population)
    }
}

/// Returns the scores of the subjects, in the same order.
pub(super) fn score_all(
    bench: &Bench<'_>,
    clocks: &Clocks,
    question: Question,
    fired: impl Fn(ContributorId) -> bool + Sync,
) -> Vec<Scored> {
    bench
        .subjects
        .par_iter()
        .zip(&bench.commits)
        .map(|(who, &commits)| {
            let timeline = clocks.timeline(*who);
            let score = match question {
                Question::Day => scores::day(clocks, *who),
                Question::Place => scores::place(clocks, *who),
                Question::Shared => scores::shared(timeline),
                Question::HandAfter5 => scores::hand(timeline, 5),
                Question::HandAfter20 => scores::hand(timeline, 20),
                Question::Dates => scores::dates(timeline),
            };
            Scored { repository: bench.number, commits, score, fired: fired(*who) }
        })
        .collect()
}
