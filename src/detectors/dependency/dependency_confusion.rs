//! `dependency-confusion`: a package moved from the project's own registry to the public one.

use crate::detectors::detector_error::DetectError;
use crate::detectors::shared::drift::{Drift, drifts};
use crate::detectors::sink::Sink;
use crate::detectors::view::View;
use crate::facts::FactSet;

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
