//! `registry-mirror`: a lockfile resolves packages from a registry mirror.

use crate::detectors::dependencies::drift::{Drift, drifts};
use crate::detectors::{DetectError, Facts, Needs, Sink};

coded!(RegistryMirror, Drift, Needs::DEPENDENCIES, ["same-content", "registry-migration"]);

impl RegistryMirror {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for found in drifts(facts, false).into_iter().filter(|found| found.is_from_mirror(facts)) {
            let summary = format!("{} now resolved from {}, a registry mirror", found.packages(), found.host);
            sink.push(found.draft(&self.heuristic, facts, &self.params, summary))?;
        }
        Ok(())
    }
}
