//! `registry-mirror`: a lockfile takes packages from a copy of the registry.

use crate::detectors::dependencies::drift::{Drift, drifts};
use crate::detectors::{DetectError, Facts, Needs, Sink};

coded!(RegistryMirror, Drift, Needs::DEPENDENCIES, ["same-content", "registry-migration"]);

impl RegistryMirror {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for found in drifts(facts, false).into_iter().filter(|found| found.is_from_mirror(facts)) {
            let summary = format!("{} now from {}, a mirror", found.packages(), found.host);
            sink.push(found.draft(&self.heuristic, facts, &self.params, summary))?;
        }
        Ok(())
    }
}
