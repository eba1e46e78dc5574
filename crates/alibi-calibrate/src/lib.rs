//! Calibrates the heuristics of time, rhythm and identity: injects anomalies and honest changes into the timelines of
//! honest contributors to real repositories, and counts what is detected.
//!
//! Input: repositories and a random seed. Output: a [`Calibrated`] with the power by scenario, the false alarms by
//! heuristic and by band of home UTC offsets, and the resulting weights. The same input gives the same figures.

mod bench;
mod controls;
mod figures;
mod identities;
mod inject;
mod injection;
mod measure;
mod pool;
mod power;
mod question;
mod ratings;
mod review;
mod scenarios;
mod scores;
mod weights;

pub use figures::{Band, Calibrated, Control, Flagged, Power, Rate, Scenario, Split};
pub use measure::{Accuracy, IncidentResult, MeasureOptions, ReviewedCase, Source, measure};
pub use ratings::{FirstLook, Incident, Rating, Ratings};

use alibi_core::detection::Rulebook;
use alibi_rules::heuristics::Persona;
use alibi_scan::pipeline::{Audit, AuditError, AuditOptions, RuleNames, audit};
use alibi_scan::progress::Progress;
use std::path::PathBuf;

/// Input of a calibration.
#[derive(Clone, Debug)]
pub struct CalibrateOptions {
    /// Paths of the repositories. The projects should be as diverse as possible.
    pub paths: Vec<PathBuf>,
    /// The random seed.
    pub seed: u64,
    /// The reference time ("now"): seconds since 1970, UTC.
    pub now: i64,
}

/// The families whose findings concern metadata, not content.
const METADATA: [&str; 5] = ["time", "identity", "rhythm", "integrity", "trust"];

/// Runs all scenarios on all repositories, one after the other.
///
/// # Errors
/// Returns the [`AuditError`] of the first repository that cannot be read.
pub fn calibrate(
    options: &CalibrateOptions,
    catalogue: &Rulebook,
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

fn honest(path: PathBuf, now: i64, catalogue: &Rulebook, progress: &dyn Progress) -> Result<Audit, AuditError> {
    let only = RuleNames(METADATA.map(str::to_owned).to_vec());
    let options = AuditOptions { only, persona: Persona::Auditor, ..AuditOptions::of(vec![path], now) };
    audit(&options, catalogue, progress)
}
