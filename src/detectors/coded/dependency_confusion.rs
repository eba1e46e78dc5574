//! `dependency-confusion`: a package moved from the project's own registry to the public one.

use crate::detectors::dependencies::drift::{Drift, drifts};
use crate::detectors::{DetectError, Facts, Needs, Sink};

coded!(DependencyConfusion, Drift, Needs::DEPENDENCIES, ["same-content", "registry-migration"]);

impl DependencyConfusion {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for found in drifts(facts, true) {
            let summary = format!("{} from {} now resolved from the public registry", found.packages(), found.host);
            sink.push(found.draft(&self.heuristic, facts, &self.params, summary))?;
        }
        Ok(())
    }
}
