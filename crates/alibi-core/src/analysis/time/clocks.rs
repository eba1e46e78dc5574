//! Holds the timelines of all contributors with the zones that explain them.

use super::clock::{Timeline, timelines};
use super::episodes::{MIN_SHIFT, Slips, Stay, slips};
use super::reading::Reading;
use super::rhythm::{Phase, PopulationDay, offset_against_rhythm, phase};
use super::shared_clock::set_aside_shared;
use super::zone_hmm::{ZonePath, zone_path};
use super::zones::{ClassId, Zones};
use crate::analysis::people::{ContributorId, People};
use crate::facts::Facts;
use rayon::prelude::*;

/// Timelines by contributor, with cached results that several time detectors share.
pub struct Clocks {
    timelines: Vec<Timeline>,
    paths: Vec<Reading<ZonePath>>,
    slips: Vec<Reading<Slips>>,
    phases: Vec<Reading<Phase>>,
}

/// Evidence of a leaked clock: a few commits show a zone other than the contributor's home zone, and the contributor
/// may really work there. Brief stays at distant offsets and the daily rhythm support this.
#[derive(Clone, PartialEq, Debug)]
pub struct LeakEvidence {
    /// The brief stays far from home that fit the leaked clock.
    pub stays: Vec<Stay>,
    /// Number of stays in `stays` that leave too little time for a journey.
    pub impossible: usize,
    /// Number of stays that leave too little time for a journey and do not fit the leaked clock.
    pub others: usize,
    /// The zone class of the leaked clock.
    pub class: ClassId,
    /// The number of stays counted in `impossible`, divided between two seasons in which the leaked clock has
    /// different offsets.
    pub seasons: [usize; 2],
    /// Likelihood ratio of the rhythm for the leaked clock against the home clock, in decibans; zero if the phase is
    /// not known.
    pub rhythm_db: f64,
    /// Number of days with commits dated by the contributor's own clock.
    pub days: usize,
}

impl Clocks {
    /// Computes the clocks of all contributors.
    pub fn new(facts: &Facts, people: &People, population: &PopulationDay) -> Clocks {
        let mut timelines = timelines(facts, people);
        set_aside_shared(&mut timelines);
        Clocks::of(timelines, population)
    }

    /// Computes the clocks of these timelines.
    pub fn of(timelines: Vec<Timeline>, population: &PopulationDay) -> Clocks {
        let paths: Vec<Reading<ZonePath>> = timelines.par_iter().map(zone_path).collect();
        let both = || timelines.par_iter().zip(&paths);
        let slips = both().map(|(timeline, path)| path.as_ref().and_then(|path| slips(timeline, path))).collect();
        let phases = both().map(|(timeline, path)| phase(timeline, path.tested(), population)).collect();
        Clocks { timelines, paths, slips, phases }
    }

    /// All timelines, in the order of their contributors.
    pub fn timelines(&self) -> &[Timeline] {
        &self.timelines
    }

    /// A contributor's timeline.
    pub fn timeline(&self, who: ContributorId) -> &Timeline {
        &self.timelines[who.index()]
    }

    /// The zones that explain a contributor's offsets.
    pub fn path(&self, who: ContributorId) -> &Reading<ZonePath> {
        &self.paths[who.index()]
    }

    /// The phase of a contributor's day.
    pub fn phase(&self, who: ContributorId) -> &Reading<Phase> {
        &self.phases[who.index()]
    }

    /// A contributor's stays elsewhere.
    pub fn slips(&self, who: ContributorId) -> &Reading<Slips> {
        &self.slips[who.index()]
    }

    /// Returns the evidence that a contributor has a leaked clock; `None` if no zone fits the contributor's brief stays
    /// far from home.
    pub fn leak(&self, who: ContributorId, slips: &Slips) -> Option<LeakEvidence> {
        let class = slips.fits?;
        let timeline = self.timeline(who);
        let zone = Zones::get().class(class);
        let fits = |stay: &&Stay| zone.offset(timeline.moments[*stay.moments.start()].seconds) == stay.offset;
        let stays: Vec<Stay> = slips.brief.iter().filter(|s| s.shift() >= MIN_SHIFT).filter(fits).cloned().collect();
        let impossible = stays.iter().filter(|s| s.is_impossible()).count();
        // Number of hours by which the home clock is ahead of the leaked clock.
        let minutes: i32 = stays.iter().map(|s| s.home - s.offset).sum();
        let shift = f64::from(minutes) / 60.0 / stays.len().max(1) as f64;
        let rhythm_db = self.phase(who).tested().map_or(0.0, |phase| offset_against_rhythm(phase, shift));
        Some(LeakEvidence {
            others: slips.impossible - impossible,
            impossible,
            class,
            seasons: slips.seasons,
            rhythm_db,
            days: slips.days,
            stays,
        })
    }
}
