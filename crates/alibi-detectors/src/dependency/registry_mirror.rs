//! `registry-mirror`: a lockfile resolves packages from a registry mirror.

use crate::shared::drift::{Drift, drifts};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;

coded!(RegistryMirror, Drift, FactSet::DEPENDENCIES, ["same-content", "registry-migration"]);

impl RegistryMirror {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for found in drifts(view, false).into_iter().filter(|found| found.is_from_mirror(view)) {
            let summary = format!("{} now resolved from {}, a registry mirror", found.packages(), found.host);
            sink.push(found.draft(&self.heuristic, view, &self.params, summary))?;
        }
        Ok(())
    }
}
