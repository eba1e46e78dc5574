//! `lockfile-host-drift`: a lockfile resolves packages from a host that the project never used.

use crate::shared::drift::{Drift, drifts};
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;

coded!(LockfileHostDrift, Drift, FactSet::DEPENDENCIES, ["same-content", "registry-migration"]);

impl LockfileHostDrift {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for found in drifts(view, false).into_iter().filter(|found| !found.is_from_mirror(view)) {
            let summary =
                format!("{} now resolved from {}, which the project never used", found.packages(), found.host);
            sink.push(found.draft(&self.heuristic, view, &self.params, summary))?;
        }
        Ok(())
    }
}
