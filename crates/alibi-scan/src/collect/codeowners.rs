//! Reads the lists of path owners.

use super::collector::{Collector, Context};
use super::error::CollectError;
use alibi_core::facts::FactSet;

/// The paths at which forges look for CODEOWNERS, in the order of the search.
pub(crate) const CODEOWNERS: [&[u8]; 4] =
    [b".github/CODEOWNERS", b"CODEOWNERS", b"docs/CODEOWNERS", b".gitlab/CODEOWNERS"];

/// Collects CODEOWNERS, at HEAD or before the range. Every run needs this collector.
pub(super) struct CodeOwners;

impl Collector for CodeOwners {
    fn phase(&self) -> &'static str {
        "commits"
    }

    fn provides(&self) -> FactSet {
        FactSet::COMMITS
    }

    fn collect(&self, context: &mut Context<'_>) -> Result<(), CollectError> {
        for (row, repository) in context.facts.repositories.iter_mut().zip(context.repositories) {
            row.codeowners = CODEOWNERS.iter().find_map(|path| repository.trusted_file(path));
        }
        Ok(())
    }
}
