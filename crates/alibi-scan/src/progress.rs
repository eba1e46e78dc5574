//! The progress of a run.

/// Receives the progress of a run.
pub trait Progress: Sync {
    /// Starts a phase; `total` is its number of steps, if known.
    fn phase(&self, name: &'static str, total: Option<u64>);
    /// Records that this many more steps are done.
    fn advance(&self, steps: u64);
}

/// Reports no progress.
pub struct Silent;

impl Progress for Silent {
    fn phase(&self, _: &'static str, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
}
