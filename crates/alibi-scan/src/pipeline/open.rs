//! Opens the repositories of a run.

use super::error::AuditError;
use super::options::AuditOptions;
use super::scope::GateScope;
use alibi_git::repository::{Repository, RepositoryError};
use std::path::Path;

/// Opens the repositories. A gate reads the configuration and baseline from the trusted commit, and treats the end of
/// the range as HEAD.
///
/// # Errors
/// [`AuditError`] if there are too many repositories, or one cannot be opened or is passed twice.
pub(super) fn open(options: &AuditOptions) -> Result<Vec<Repository>, AuditError> {
    if options.paths.len() > usize::from(u16::MAX) {
        return Err(AuditError::TooManyRepositories(options.paths.len()));
    }
    let mut repositories: Vec<Repository> = Vec::new();
    for path in &options.paths {
        let repository = match options.scope.gate() {
            Some(gate) => open_pinned(path, gate)?,
            None => Repository::open(path)?,
        };
        if let Some(same) = repositories.iter().position(|other| repository.is_same(other)) {
            return Err(AuditError::SameRepository(options.paths[same].clone(), path.clone()));
        }
        repositories.push(repository);
    }
    Ok(repositories)
}

/// Opens the repository of a gate. Its trusted commit is the base of the range, unless another commit is given.
pub(super) fn open_pinned(path: &Path, gate: &GateScope) -> Result<Repository, RepositoryError> {
    let mut repository = Repository::open_with(path, gate.objects.as_deref())?;
    let selection = repository.select_range(&gate.range)?;
    let trusted = match &gate.trust {
        Some(revision) => repository.commit_named(revision)?,
        None => selection.trusted,
    };
    if let Some(tip) = selection.tips.first() {
        repository.pin_to_range(trusted, *tip);
    }
    Ok(repository)
}
