//! Measures how long each phase of a run takes.

use std::time::Instant;

/// Measures consecutive phases.
pub(super) struct Clock {
    last: Instant,
    /// Seconds that each phase took, in order.
    pub laps: Vec<(&'static str, f64)>,
}

impl Clock {
    pub fn new() -> Clock {
        Clock { last: Instant::now(), laps: Vec::new() }
    }

    /// Ends a phase.
    pub fn lap(&mut self, name: &'static str) {
        let now = Instant::now();
        self.laps.push((name, (now - self.last).as_secs_f64()));
        self.last = now;
    }
}
