//! Measures how long each phase of a run takes.

use std::time::Instant;

/// Measures consecutive phases.
pub(super) struct Clock {
    last: Instant,
    /// Seconds that each phase took, in order.
    pub laps: Vec<(&'static str, f64)>,
}

impl Clock {
    pub(super) fn new() -> Clock {
        Clock { last: Instant::now(), laps: Vec::new() }
    }

    /// Ends a phase. The time of a phase with several parts is their sum.
    pub(super) fn lap(&mut self, name: &'static str) {
        let now = Instant::now();
        let seconds = (now - self.last).as_secs_f64();
        match self.laps.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += seconds,
            None => self.laps.push((name, seconds)),
        }
        self.last = now;
    }
}
