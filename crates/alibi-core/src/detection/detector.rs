//! The trait that detectors implement, and the parsing of their parameters.

pub(super) use super::detector_error::DetectError;
use super::sink::Sink;
use super::view::View;
use crate::facts::FactSet;
use alibi_rules::heuristics::{Heuristic, Kind};
use serde::Deserialize;

/// Builds the detector of a coded heuristic.
pub type Build = fn(Heuristic) -> Result<Box<dyn Detector>, DetectError>;

/// Detects the findings of one heuristic.
pub trait Detector: Send + Sync {
    /// The heuristic of this detector.
    fn heuristic(&self) -> &Heuristic;

    /// The facts that this detector reads.
    fn needs(&self) -> FactSet;

    /// The names of the guards that this detector answers itself.
    fn guards(&self) -> &'static [&'static str] {
        &[]
    }

    /// Detects findings in the facts, and adds them to `sink`.
    ///
    /// # Errors
    /// [`DetectError`] if a finding is incomplete.
    fn detect(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError>;
}

/// The parameters of a coded heuristic without parameters; its file must not define any.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParams {}

/// Parses the parameters of a coded heuristic. `P` must reject unknown fields.
pub fn params<P: serde::de::DeserializeOwned>(heuristic: &Heuristic) -> Result<P, DetectError> {
    let table = match &heuristic.kind {
        Kind::Coded(table, _) => table.clone(),
        _ => toml::Table::new(),
    };
    table.try_into().map_err(|e: toml::de::Error| DetectError::Params(heuristic.id.clone(), e.message().to_owned()))
}
