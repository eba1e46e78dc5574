//! Opens the repositories of a run.

use super::options::{AuditError, AuditOptions};
use crate::repository::Repository;

/// Opens the repositories. A gate reads the team's files from the trusted commit, and takes the end of the range as
/// HEAD.
///
/// # Errors
/// [`AuditError`] if one cannot be opened, or is passed twice.
pub(super) fn open(options: &AuditOptions) -> Result<Vec<Repository>, AuditError> {
    if options.paths.len() > usize::from(u16::MAX) {
        return Err(AuditError::TooManyRepositories(options.paths.len()));
    }
    let mut repositories: Vec<Repository> = Vec::new();
    for path in &options.paths {
        let mut repository = Repository::open_with(path, options.objects.as_deref())?;
        if let (true, Some(range)) = (options.gate, &options.range) {
            let selection = repository.select_range(range)?;
            let trusted = match &options.believe {
                Some(revision) => repository.commit_named(revision)?,
                None => selection.believed,
            };
            if let Some(tip) = selection.tips.first() {
                repository.look_from(trusted, *tip);
            }
        }
        if let Some(same) = repositories.iter().position(|other| repository.is_same(other)) {
            return Err(AuditError::SameRepository(options.paths[same].clone(), path.clone()));
        }
        repositories.push(repository);
    }
    Ok(repositories)
}
