//! Reads pushed objects that Git keeps in quarantine until a hook accepts them.

use super::error::RepositoryError;
use super::open::Repository;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The environment variables that Git sets for a `pre-receive` hook: the folder of the pushed objects, and the folders
/// of the objects that they refer to.
const OBJECTS: &str = "GIT_OBJECT_DIRECTORY";
const ALTERNATES: &str = "GIT_ALTERNATE_OBJECT_DIRECTORIES";

/// Returns the object folders that a hook must read: the quarantine and its alternates.
///
/// # Errors
/// Returns a message if this is not a `pre-receive` hook.
pub fn quarantine_of_push() -> Result<Vec<PathBuf>, String> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let Some(objects) = set(OBJECTS) else {
        return Err(format!("--quarantine only works in a pre-receive hook: {OBJECTS} is not set"));
    };
    let others = set(ALTERNATES).map(|list| std::env::split_paths(&list).collect::<Vec<_>>()).unwrap_or_default();
    Ok(std::iter::once(PathBuf::from(objects)).chain(others).collect())
}

impl Repository {
    /// Creates a temporary Git directory that has a copy of this repository's references and configuration, and lists
    /// these folders and this repository's objects as alternates. The directory is deleted when the returned value is
    /// dropped.
    ///
    /// # Errors
    /// [`RepositoryError::Unreadable`] if a folder cannot be read or written.
    pub fn with_objects(&self, folders: &[PathBuf]) -> Result<TempDir, RepositoryError> {
        let common = self.common_dir();
        let failed = |e: std::io::Error| RepositoryError::Unreadable(common.into(), e);
        let scratch = tempfile::tempdir().map_err(failed)?;
        let info = scratch.path().join("objects/info");
        std::fs::create_dir_all(&info).map_err(failed)?;
        let mut alternates = String::new();
        for folder in folders.iter().map(PathBuf::as_path).chain([common.join("objects").as_path()]) {
            let folder = folder.canonicalize().map_err(failed)?;
            alternates += &format!("{}\n", folder.display());
        }
        std::fs::write(info.join("alternates"), alternates).map_err(failed)?;
        for name in ["HEAD", "config", "packed-refs", "shallow"] {
            let from = common.join(name);
            if from.exists() {
                std::fs::copy(&from, scratch.path().join(name)).map_err(failed)?;
            }
        }
        copy_refs(&common.join("refs"), &scratch.path().join("refs")).map_err(failed)?;
        Ok(scratch)
    }
}

fn copy_refs(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy_refs(&entry.path(), &to.join(entry.file_name()))?;
        } else if kind.is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
