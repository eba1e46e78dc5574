//! Finds the sensitive paths: the catalogue's kinds, the team's additions, and paths with an owner in CODEOWNERS.

use crate::config::AlibiFile;
use crate::detectors::SensitivePaths;
use crate::heuristics::{Catalogue, PathFilter};
use crate::ledger::Ledger;
use crate::observe::{Owners, owned_globs};
use crate::repository::Repository;
use std::collections::BTreeMap;

/// Where forges look for CODEOWNERS, in their order.
pub(super) const OWNERS: [&[u8]; 4] = [b".github/CODEOWNERS", b"CODEOWNERS", b"docs/CODEOWNERS", b".gitlab/CODEOWNERS"];

/// Classifies the paths of a run. CODEOWNERS is read at HEAD or before the range, and only adds paths.
pub(super) fn sensitive_paths(
    ledger: &Ledger,
    repositories: &[Repository],
    catalogue: &Catalogue,
    alibi: Option<&AlibiFile>,
) -> SensitivePaths {
    let mut kinds: BTreeMap<String, Vec<PathFilter>> = BTreeMap::new();
    let declared = alibi.into_iter().flat_map(|file| &file.sensitive);
    for (kind, filter) in catalogue.sensitive().iter().chain(declared.map(|s| (&s.kind, &s.paths))) {
        kinds.entry(kind.clone()).or_default().push(filter.clone());
    }
    let kinds: Vec<(String, Vec<PathFilter>)> = kinds.into_iter().collect();
    let owners: Vec<Option<PathFilter>> = repositories.iter().map(owners).collect();
    SensitivePaths::new(ledger, &kinds, &owners)
}

/// The path owners in CODEOWNERS at HEAD or before the range.
pub(super) fn owners_of(repository: &Repository) -> Owners {
    OWNERS
        .iter()
        .find_map(|path| repository.trusted_file(path))
        .map_or_else(Owners::default, |text| Owners::parse(&text))
}

fn owners(repository: &Repository) -> Option<PathFilter> {
    let globs = owned_globs(&OWNERS.iter().find_map(|path| repository.trusted_file(path))?);
    PathFilter::new(&globs, &[]).ok().filter(|_| !globs.is_empty())
}
