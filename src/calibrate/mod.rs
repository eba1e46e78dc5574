//! What the tests of time, rhythm and identity are worth: anomalies and honest changes are injected into honest
//! contributors of real repositories, and what is noticed is counted.
//!
//! In: repositories. Out: a [`Calibration`]: power by scenario, false alarms by heuristic and by band of offsets, and the
//! weights that follow. Everything is drawn with a fixed seed, so that the same repositories give the same figures.

mod bench;
mod controls;
mod figures;
mod identities;
mod inject;
mod measure;
mod pool;
mod power;
mod review;
mod scenarios;
mod scores;
mod weights;

pub use figures::{Band, Calibrated, Control, Flagged, Power, Rate, Scenario, Split};
pub use measure::{Accuracy, Incident, MeasureOptions, Rating, Ratings, Read, Seen, Source, measure};

use crate::audit::{Audit, AuditError, AuditOptions, Progress, audit};
use crate::heuristics::{Catalogue, Persona};
use std::path::PathBuf;

/// What is calibrated, and how.
#[derive(Clone, Debug)]
pub struct CalibrateOptions {
    /// The repositories, of projects as different as possible.
    pub paths: Vec<PathBuf>,
    /// Where the drawing begins.
    pub seed: u64,
    /// The moment that counts as now: seconds since 1970, UTC.
    pub now: i64,
}

/// The families whose findings say nothing about content.
const METADATA: [&str; 5] = ["time", "identity", "rhythm", "integrity", "trust"];

/// Runs all scenarios on all repositories, one after the other.
///
/// # Errors
/// [`AuditError`] of the first repository that cannot be read.
pub fn calibrate(
    options: &CalibrateOptions,
    catalogue: &Catalogue,
    progress: &dyn Progress,
) -> Result<Calibrated, AuditError> {
    let mut pool = pool::Pool::new(catalogue);
    for (number, path) in options.paths.iter().enumerate() {
        let honest = honest(path.clone(), options.now, catalogue, progress)?;
        progress.phase("scenarios", None);
        let mut chance = fastrand::Rng::with_seed(options.seed.wrapping_add(number as u64));
        pool.add(number, honest, catalogue, &mut chance)?;
    }
    Ok(pool.figures(options.seed))
}

fn honest(path: PathBuf, now: i64, catalogue: &Catalogue, progress: &dyn Progress) -> Result<Audit, AuditError> {
    let only = METADATA.map(str::to_owned).to_vec();
    let options = AuditOptions { only, persona: Persona::Auditor, ..AuditOptions::of(vec![path], now) };
    audit(&options, catalogue, progress)
}
