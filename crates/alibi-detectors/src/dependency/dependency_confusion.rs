//! `dependency-confusion`: a package moved from the project's own registry to the public one.

use crate::shared::drift::{Drift, drifts};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;

coded!(DependencyConfusion, Drift, FactSet::DEPENDENCIES, ["same-content", "registry-migration"]);

impl DependencyConfusion {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for found in drifts(view, true) {
            let summary = format!("{} from {} now resolved from the public registry", found.packages(), found.host);
            sink.push(found.draft(&self.heuristic, view, &self.params, summary))?;
        }
        Ok(())
    }
}
