//! The trait of a detector, and its parameters.

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
    /// Its heuristic.
    fn heuristic(&self) -> &Heuristic;

    /// The facts it reads.
    fn needs(&self) -> FactSet;

    /// The names of the guards that it answers itself.
    fn guards(&self) -> &'static [&'static str] {
        &[]
    }

    /// Runs on the facts.
    ///
    /// # Errors
    /// [`DetectError`]
    fn detect(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError>;
}

/// The parameters of a coded heuristic without parameters; its file must not define any.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParams {}

/// A coded heuristic's parameters; the detector's struct rejects unknown fields.
pub fn params<P: serde::de::DeserializeOwned>(heuristic: &Heuristic) -> Result<P, DetectError> {
    let table = match &heuristic.kind {
        Kind::Coded(table, _) => table.clone(),
        _ => toml::Table::new(),
    };
    table.try_into().map_err(|e: toml::de::Error| DetectError::Params(heuristic.id.clone(), e.message().to_owned()))
}
