//! Collects the contributors of all repositories, with their scores before and after each injection.

use super::bench::{Bench, Fired, fired, score_all, shown_to_all};
use super::controls::{HONEST, PASSING, change, pass};
use super::figures::{Band, Calibrated, Control, Count, Flagged, Rate, Split, threshold};
use super::identities::{Hidden, Joined, hidden, varied};
use super::injection::{Inject, Injection};
use super::power::{Scored, scenario};
use super::question::Question;
use super::review::Sums;
use super::scenarios::{Forgery, forge, rotate};
use super::scores;
use super::weights::{MEASURED_ON, weights};
use alibi_core::analysis::people::{ContributorId, People};
use alibi_core::analysis::time::{Clocks, PARTS, PopulationDay, Reading, Timeline, Zones, shares};
use alibi_core::detection::{Detector, Rulebook};
use alibi_core::facts::Facts;
use alibi_core::finding::Finding;
use alibi_core::scoring::{Rules, Tier, cases};
use alibi_git::history::Offset;
use alibi_rules::heuristics::{Family, PathGuards};
use alibi_scan::pipeline::{Audit, AuditError};
use fastrand::Rng;
use std::collections::{BTreeMap, BTreeSet};

/// Minimum number of commits dated by a contributor's own clock for the contributor to be testable.
const MIN_COMMITS: usize = 100;
/// Minimum number of active days for a contributor to be testable.
const MIN_DAYS: usize = 60;

/// Minimum number of commits for a contributor to count as known to the project.
const KNOWN_COMMITS: usize = 20;

/// The heuristic that finds copied histories. It keeps its assigned weight, because its false-alarm rate on plain forks
/// was not measured.
const COPIED: &str = "copied-history";

/// The counts and scores of all repositories.
pub(super) struct Pool {
    population: PopulationDay,
    repositories: usize,
    commits: usize,
    contributors: usize,
    honest: BTreeMap<Question, Vec<Scored>>,
    injected: BTreeMap<(usize, String), (Question, Vec<Scored>)>,
    controls: BTreeMap<(usize, &'static str), (Count, Count)>,
    review: [Count; 2],
    sums: Sums,
    flagged: BTreeMap<String, (Count, Count)>,
    detected: BTreeMap<(String, String), Count>,
    bands: Vec<(i32, f64)>,
    joined: Joined,
    hidden: Hidden,
    copied: [Count; 3],
    day: [f64; PARTS],
}

/// The rules for building cases during a calibration.
fn rules(catalogue: &Rulebook) -> Rules<'_> {
    Rules { review: catalogue.calibration().review(), combinations: &[], is_range: false, testable: 1 }
}

impl Pool {
    pub(super) fn new(catalogue: &Rulebook) -> Pool {
        Pool {
            population: PopulationDay::new(&catalogue.calibration().day),
            repositories: 0,
            commits: 0,
            contributors: 0,
            honest: BTreeMap::new(),
            injected: BTreeMap::new(),
            controls: BTreeMap::new(),
            review: [Count::default(); 2],
            sums: Sums::default(),
            flagged: catalogue
                .iter()
                .filter(|h| !h.family.is_about_content())
                .map(|h| (h.id.clone(), Default::default()))
                .collect(),
            detected: BTreeMap::new(),
            bands: Vec::new(),
            joined: Joined::default(),
            hidden: Hidden::default(),
            copied: [Count::default(); 3],
            day: [0.0; PARTS],
        }
    }

    /// Adds one repository: counts its honest contributors, and runs all injections and controls on it.
    pub(super) fn add(
        &mut self,
        number: usize,
        audit: Audit,
        catalogue: &Rulebook,
        chance: &mut Rng,
    ) -> Result<(), AuditError> {
        let Audit { mut facts, people, clocks, findings, .. } = audit;
        let honest_cases = cases(&shown_to_all(&findings, catalogue), &rules(catalogue));
        let measured = MEASURED_ON.map(|(heuristic, _)| heuristic);
        let is_timed = |f: Family| matches!(f, Family::Time | Family::Rhythm);
        let chosen =
            catalogue.iter().filter(|h| is_timed(h.family) || measured.contains(&h.id.as_str()) || h.id == COPIED);
        let detectors: Vec<Box<dyn Detector>> = chosen.map(|h| catalogue.detector_for(h)).collect::<Result<_, _>>()?;
        let testable = |t: &&Timeline| t.kept().count() >= MIN_COMMITS && t.active_days() >= MIN_DAYS;
        let subjects: Vec<ContributorId> = clocks.timelines().iter().filter(testable).map(|t| t.contributor).collect();
        let population = self.population.clone();
        let bench = Bench {
            number,
            catalogue,
            people: &people,
            detectors: &detectors,
            guards: PathGuards::new(catalogue.path_sets()),
            now: i64::MAX / 2,
            before: fired(&findings),
            commits: subjects.iter().map(|who| clocks.timeline(*who).kept().count()).collect(),
            subjects,
            population: &population,
        };
        self.repositories += 1;
        self.commits += facts.commits.len();
        self.count_honest(&bench, &clocks, &honest_cases);
        self.inject(&bench, &facts, &clocks, chance)?;
        self.control(&bench, &mut facts, &clocks, chance)?;
        let splittable: Vec<ContributorId> =
            bench.subjects.iter().copied().filter(|who| clocks.path(*who).tested().is_some()).collect();
        let joined = varied(&mut facts, &people, &splittable, chance);
        self.joined.splits += joined.splits;
        self.joined.joined += joined.joined;
        self.joined.strangers += joined.strangers;
        let hidden = hidden(&mut facts, &people, &splittable, &clocks);
        self.hidden.splits += hidden.splits;
        self.hidden.near += hidden.near;
        self.hidden.joined += hidden.joined;
        self.copy(&bench, facts)
    }

    fn count_honest(&mut self, bench: &Bench<'_>, clocks: &Clocks, cases: &[alibi_core::scoring::Case]) {
        let review: BTreeSet<ContributorId> =
            cases.iter().filter(|c| c.tier >= Tier::Review).map(|c| c.suspect.contributor).collect();
        let by_contributor = cases.iter().map(|case| (case.suspect.contributor, case)).collect();
        for timeline in clocks.timelines().iter().filter(|t| !t.moments.is_empty()) {
            let who = timeline.contributor;
            self.contributors += 1;
            self.review[0].add(review.contains(&who));
            let is_known = timeline.moments.len() >= KNOWN_COMMITS;
            if is_known {
                self.review[1].add(review.contains(&who));
            }
            self.sums.add(who, is_known, &by_contributor);
            let is_subject = bench.subjects.binary_search(&who).is_ok();
            let own = bench.before.get(&who);
            for (heuristic, (testable, all)) in &mut self.flagged {
                let fired = own.is_some_and(|own| own.contains(heuristic));
                all.add(fired);
                if is_subject {
                    testable.add(fired);
                }
            }
        }
        for who in &bench.subjects {
            let timeline = clocks.timeline(*who);
            let (hours, _) = shares(timeline.kept());
            self.day.iter_mut().zip(hours).for_each(|(sum, share)| *sum += share);
            let home = match clocks.path(*who) {
                Reading::Tested(path) => {
                    let last = timeline.moments.last().map_or(0, |m| m.seconds);
                    Zones::get().class(path.home(last)).offset(last)
                }
                Reading::Insufficient(_) => 0,
            };
            self.bands.push((home, scores::place(clocks, *who)));
        }
        for question in Question::ALL {
            let scored = score_all(bench, clocks, question, |_| false);
            self.honest.entry(question).or_default().extend(scored);
        }
    }

    fn inject(
        &mut self,
        bench: &Bench<'_>,
        facts: &Facts,
        clocks: &Clocks,
        chance: &mut Rng,
    ) -> Result<(), AuditError> {
        let injection = Injection::new(bench, facts, clocks);
        let mut scenarios = 0;
        let mut run = |pool: &mut Pool, name: &str, question, inject: &mut Inject<'_>, chance: &mut Rng| {
            scenarios += 1;
            let found = injection.run(pool.flagged.keys(), question, inject, chance)?;
            for (heuristic, fired) in found.fired {
                let rate = pool.detected.entry((heuristic.clone(), name.to_owned())).or_default();
                fired.into_iter().for_each(|fired| rate.add(fired));
            }
            let entry = pool.injected.entry((scenarios, name.to_owned())).or_insert((question, Vec::new()));
            entry.1.extend(found.scored);
            Ok::<(), AuditError>(())
        };
        for hours in [3, 6, 8, 12] {
            for leaking in [0.0, 0.01, 0.02, 0.05] {
                let percent = leaking * 100.0;
                let name = format!("clock {hours} h off, {percent} % of commits leak the true one");
                // Alternate between the two directions.
                let mut turn = 1;
                let mut inject = |timeline: &Timeline, chance: &mut Rng| {
                    turn = -turn;
                    rotate(timeline, hours * turn, leaking, chance)
                };
                let question = if leaking == 0.0 { Question::Day } else { Question::Place };
                run(self, &name, question, &mut inject, chance)?;
            }
        }
        for (own_tools, tools) in [(true, "their own tools"), (false, "the same tools")] {
            for (from, to) in [(0.0, 2.0), (2.0, 5.0), (5.0, 12.1)] {
                let name = if to > 12.0 {
                    format!("two operators, {tools}, more than {from} h apart")
                } else {
                    format!("two operators, {tools}, {from} to {to} h apart")
                };
                let mut inject =
                    |timeline: &Timeline, chance: &mut Rng| injection.shared(timeline, from..to, own_tools, chance);
                run(self, &name, Question::Shared, &mut inject, chance)?;
            }
        }
        for (commits, question) in [(5, Question::HandAfter5), (20, Question::HandAfter20)] {
            let name = format!("another hand takes over, {commits} commits on");
            let mut inject = |timeline: &Timeline, chance: &mut Rng| injection.taken_over(timeline, commits, chance);
            run(self, &name, question, &mut inject, chance)?;
        }
        for (how, name) in [
            (Forgery::Uniform, "dates forged: anywhere"),
            (Forgery::OfficeHours, "dates forged: office hours"),
            (Forgery::Copied, "dates forged: one time of day"),
            (Forgery::Linear, "dates forged: equal distances"),
        ] {
            run(self, name, Question::Dates, &mut |timeline, chance| forge(timeline, how, chance), chance)?;
        }
        Ok(())
    }

    fn control(
        &mut self,
        bench: &Bench<'_>,
        facts: &mut Facts,
        clocks: &Clocks,
        chance: &mut Rng,
    ) -> Result<(), AuditError> {
        for (i, (how, name)) in HONEST.into_iter().enumerate() {
            let changed = bench.with(clocks, |timeline| change(timeline, how, chance));
            self.note_control((i, name), bench, &bench.detect(facts, &changed)?, &|who| {
                changed.timeline(who) != clocks.timeline(who)
            });
        }
        // The maintainer is the subject who committed the most commits authored under other identities.
        let committed = |who: &&ContributorId| -> u32 {
            bench.people.get(**who).identities.iter().map(|i| bench.people.uses[i.index()].committed).sum()
        };
        let Some(maintainer) = bench.subjects.iter().max_by_key(committed) else { return Ok(()) };
        let identity = bench.people.most_used(*maintainer);
        let path = clocks.path(*maintainer).tested().cloned();
        let clock = |seconds: i64| {
            let minutes = path.as_ref().map_or(0, |p| Zones::get().class(p.home(seconds)).offset(seconds));
            Offset::from_minutes(minutes)
        };
        for (i, (how, name)) in PASSING.into_iter().enumerate() {
            let before = facts.commits.clone();
            pass(&mut facts.commits, how, &bench.subjects, bench.people, identity, &clock, chance);
            let changed = Clocks::new(facts, bench.people, bench.population);
            let findings = bench.detect(facts, &changed)?;
            facts.commits = before;
            self.note_control((HONEST.len() + i, name), bench, &findings, &|who| {
                changed.timeline(who) != clocks.timeline(who)
            });
        }
        Ok(())
    }

    fn note_control(
        &mut self,
        name: (usize, &'static str),
        bench: &Bench<'_>,
        findings: &[Finding],
        is_changed: &dyn Fn(ContributorId) -> bool,
    ) {
        let review: BTreeSet<ContributorId> = cases(&shown_to_all(findings, bench.catalogue), &rules(bench.catalogue))
            .iter()
            .filter(|c| c.tier >= Tier::Review)
            .map(|c| c.suspect.contributor)
            .collect();
        let now = fired(findings);
        let (reviewed, new) = self.controls.entry(name).or_default();
        for who in bench.subjects.iter().filter(|who| is_changed(**who)) {
            reviewed.add(review.contains(who));
            let old = bench.before.get(who);
            let is_new = |h: &String| !old.is_some_and(|old| old.contains(h));
            new.add(now.get(who).is_some_and(|now| now.iter().any(is_new)));
        }
    }

    /// Copies the beginning of the history under another name, and counts whether the copy is found.
    fn copy(&mut self, bench: &Bench<'_>, mut facts: Facts) -> Result<(), AuditError> {
        const STRETCH: usize = 400;
        let before = facts.commits.len();
        if before < STRETCH {
            return Ok(());
        }
        let copier = facts.add_identity(b"Zeno Quill", b"zeno@copies.example.org");
        facts.add_copy(0..STRETCH, copier, 400 * 86_400);
        let people = People::resolve(&facts, &alibi_git::repository::Mailmap::default());
        let empty = people.iter().map(|(contributor, _)| Timeline { contributor, moments: Vec::new() }).collect();
        let no_clocks = Clocks::of(empty, bench.population);
        let again = Bench {
            people: &people,
            guards: PathGuards::new(&Default::default()),
            before: Fired::new(),
            subjects: Vec::new(),
            commits: Vec::new(),
            ..*bench
        };
        let found = again.detect(&facts, &no_clocks)?;
        let copied = people.contributor_of(copier);
        let mut flagged = found.iter().filter(|f| f.heuristic == COPIED && f.contributor == copied).peekable();
        self.copied[0].add(flagged.peek().is_some());
        self.copied[1].add(flagged.any(Finding::counts));
        self.copied[2].add(bench.before.values().any(|own| own.contains(COPIED)));
        Ok(())
    }

    /// Calculates the figures of all added repositories.
    pub(super) fn figures(mut self, seed: u64) -> Calibrated {
        let honest = std::mem::take(&mut self.honest);
        let none = Vec::new();
        let scenarios = self
            .injected
            .iter()
            .filter(|(_, (_, injected))| !injected.is_empty())
            .map(|((_, name), (question, injected))| {
                scenario(name, *question, injected, honest.get(question).unwrap_or(&none), seed)
            })
            .collect();
        let total: f64 = self.day.iter().sum::<f64>().max(1e-9);
        let pooled: Vec<f64> = self.bands.iter().map(|(_, score)| *score).collect();
        let cut = threshold(&pooled, 0.05);
        let band = |name, from: i32, to: i32| {
            let inside = || self.bands.iter().filter(|(offset, _)| (from..to).contains(offset));
            Band { name, above: Rate::new(inside().filter(|(_, s)| *s > cut).count(), inside().count()) }
        };
        let measured = |heuristic: &str, scenario: &str| {
            let detected = self.detected.get(&(heuristic.to_owned(), scenario.to_owned()))?;
            Some((detected.rate(), self.flagged.get(heuristic)?.0.rate()))
        };
        let weights = weights(measured);
        let joined = &self.joined;
        Calibrated {
            schema: "git-alibi/calibration/1",
            repositories: self.repositories,
            commits: self.commits,
            contributors: self.contributors,
            testable: self.bands.len(),
            scenarios,
            controls: self
                .controls
                .iter()
                .map(|((_, name), (review, fired))| Control { name, review: review.rate(), fired: fired.rate() })
                .collect(),
            review: self.review.map(Count::rate),
            flagged: self
                .flagged
                .iter()
                .map(|(heuristic, (testable, all))| Flagged {
                    heuristic: heuristic.clone(),
                    testable: testable.rate(),
                    all: all.rate(),
                })
                .collect(),
            bands: vec![
                band("-1200 to -0500", -720, -270),
                band("-0430 to -0100", -270, -30),
                band("+0000 to +0130", -30, 105),
                band("+0200 to +0430", 105, 285),
                band("+0500 to +0730", 285, 465),
                band("+0800 to +1400", 465, 841),
            ],
            split: Split {
                recall: Rate::new(joined.joined, joined.splits),
                precision: Rate::new(joined.joined, joined.joined + joined.strangers),
                hidden_near: Rate::new(self.hidden.near, self.hidden.splits),
                hidden_joined: Rate::new(self.hidden.joined, self.hidden.splits),
            },
            copied: self.copied.map(Count::rate),
            weights,
            threshold: self.sums.threshold(),
            day: self.day.iter().map(|share| (share / total * 1e5).round() / 1e5).collect(),
        }
    }
}
