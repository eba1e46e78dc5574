//! `lockfile-host-drift`: a lockfile resolves packages from a host that the project never used.

use crate::detectors::dependencies::drift::{Drift, drifts};
use crate::detectors::{DetectError, Facts, Needs, Sink};

coded!(LockfileHostDrift, Drift, Needs::DEPENDENCIES, ["same-content", "registry-migration"]);

impl LockfileHostDrift {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for found in drifts(facts, false).into_iter().filter(|found| !found.is_from_mirror(facts)) {
            let summary =
                format!("{} now resolved from {}, which the project never used", found.packages(), found.host);
            sink.push(found.draft(&self.heuristic, facts, &self.params, summary))?;
        }
        Ok(())
    }
}
