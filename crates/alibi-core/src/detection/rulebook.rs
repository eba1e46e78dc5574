//! The heuristics of a run, and how to create their detectors.

use super::detector::Detector;
use super::detector_error::DetectError;
use alibi_rules::heuristics::{Catalogue, Heuristic};
use std::ops::Deref;

/// Creates the detector of a heuristic.
pub type DetectorFor = fn(&Heuristic) -> Result<Box<dyn Detector>, DetectError>;

/// The heuristics of a run, and the function that creates their detectors.
#[derive(Clone)]
pub struct Rulebook {
    catalogue: Catalogue,
    detector_for: DetectorFor,
}

impl Rulebook {
    /// Creates a rulebook of these heuristics.
    pub fn new(catalogue: Catalogue, detector_for: DetectorFor) -> Rulebook {
        Rulebook { catalogue, detector_for }
    }

    /// Creates the detector of a heuristic.
    ///
    /// # Errors
    /// [`DetectError`] if a coded heuristic has no detector, or if its parameters are invalid.
    pub fn detector_for(&self, heuristic: &Heuristic) -> Result<Box<dyn Detector>, DetectError> {
        (self.detector_for)(heuristic)
    }
}

impl Deref for Rulebook {
    type Target = Catalogue;
    fn deref(&self) -> &Catalogue {
        &self.catalogue
    }
}
