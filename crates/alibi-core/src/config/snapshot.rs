//! Reads and writes snapshots. A snapshot records where a repository's references pointed during an earlier scan, and
//! who had contributed to the repository.

use crate::facts::SeenRef;
use alibi_git::history::Oid;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::Path;
use thiserror::Error;

/// The format version of a written snapshot. No other version can be read.
pub(crate) const SCHEMA: &str = "git-alibi/snapshot/1";

/// Maximum file size, in bytes.
const MAX_SIZE: u64 = 1 << 30;

/// Why a snapshot cannot be used.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// The file cannot be read.
    #[error("cannot read snapshot {0}: {1}")]
    Read(String, std::io::Error),
    /// The file is not a snapshot, or is damaged.
    #[error("{0} is not a snapshot, or is damaged ({1}); it was not changed: move it away to start a new one")]
    Damaged(String, String),
    /// The file has another format version.
    #[error("snapshot {0} has format '{1}', but this program reads '{SCHEMA}'; it was not changed")]
    Version(String, String),
    /// The file cannot be written.
    #[error("cannot write snapshot {0}: {1}")]
    Write(String, std::io::Error),
}

/// An earlier state of the repositories of a run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    pub(crate) schema: String,
    /// The time of the scan, in RFC 3339 format, UTC.
    pub taken: String,
    pub(crate) repositories: Vec<SeenRepository>,
}

/// One repository in a snapshot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenRepository {
    pub(crate) path: String,
    pub(crate) refs: Vec<NamedCommit>,
    pub(crate) contributors: Vec<SeenContributor>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedCommit {
    pub(crate) name: String,
    pub(crate) commit: String,
    /// The time of the last scan that found the reference at this commit: seconds since 1970, UTC.
    pub seen: i64,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeenContributor {
    pub(crate) id: String,
    pub(crate) commits: u32,
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
}

/// The field that identifies the format version, parsed before all others.
#[derive(Deserialize)]
struct Header {
    schema: String,
}

impl Snapshot {
    /// Reads a snapshot; `None` if the file does not exist.
    ///
    /// # Errors
    /// [`SnapshotError`] if the file cannot be read, or is not a snapshot of this version.
    pub fn read(file: &Path) -> Result<Option<Snapshot>, SnapshotError> {
        let shown = file.display().to_string();
        let size = match std::fs::metadata(file) {
            Ok(meta) => meta.len(),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(SnapshotError::Read(shown, e)),
        };
        if size > MAX_SIZE {
            return Err(SnapshotError::Damaged(shown, format!("{size} bytes is too large")));
        }
        let text = std::fs::read(file).map_err(|e| SnapshotError::Read(shown.clone(), e))?;
        let damaged = |e: serde_json::Error| SnapshotError::Damaged(shown.clone(), e.to_string());
        let header: Header = serde_json::from_slice(&text).map_err(damaged)?;
        if header.schema != SCHEMA {
            return Err(SnapshotError::Version(shown, header.schema));
        }
        let read: Snapshot = serde_json::from_slice(&text).map_err(damaged)?;
        for named in read.repositories.iter().flat_map(|r| &r.refs) {
            if Oid::from_hex(named.commit.as_bytes()).is_none() {
                return Err(SnapshotError::Damaged(shown, format!("'{}' is not a commit id", named.commit)));
            }
        }
        Ok(Some(read))
    }

    /// Writes the snapshot atomically: an existing file is replaced only by a complete one.
    ///
    /// # Errors
    /// [`SnapshotError::Write`] if the file cannot be written.
    pub fn write(&self, file: &Path) -> Result<(), SnapshotError> {
        let failed = |e: std::io::Error| SnapshotError::Write(file.display().to_string(), e);
        let folder = file.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut text = serde_json::to_vec_pretty(self).map_err(|e| failed(e.into()))?;
        text.push(b'\n');
        let mut fresh = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        fresh.write_all(&text).map_err(failed)?;
        fresh.as_file().sync_all().map_err(failed)?;
        fresh.persist(file).map_err(|e| failed(e.error))?;
        Ok(())
    }

    /// Returns the earlier state of the repository at `path`, if the snapshot contains it. A repository that was moved
    /// to another path is recognised by its commits: `has` returns whether the repository at `path` contains any of
    /// them.
    pub fn seen(&self, path: &Path, has: impl Fn(Vec<Oid>) -> bool) -> Option<&SeenRepository> {
        let path = real_path(path);
        let here = self.repositories.iter().find(|r| r.path == path);
        here.or_else(|| self.repositories.iter().find(|r| !Path::new(&r.path).exists() && has(r.commits())))
    }
}

impl SeenRepository {
    /// The references of the repository.
    pub fn refs(&self) -> Vec<SeenRef> {
        let row = |r: &NamedCommit| {
            let commit = Oid::from_hex(r.commit.as_bytes())?;
            Some(SeenRef { name: r.name.clone().into_bytes(), commit, when: r.seen })
        };
        self.refs.iter().filter_map(row).collect()
    }

    fn commits(&self) -> Vec<Oid> {
        self.refs.iter().filter_map(|r| Oid::from_hex(r.commit.as_bytes())).collect()
    }
}

pub(crate) fn real_path(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf()).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<Snapshot>, SnapshotError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("seen.json");
        std::fs::write(&file, text).unwrap();
        let read = Snapshot::read(&file);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "reading must not change the file");
        read
    }

    #[test]
    fn a_damaged_snapshot_is_rejected_with_a_reason() {
        assert!(matches!(read("{\"schema\": \"git-alibi/snap"), Err(SnapshotError::Damaged(..))));
        assert!(matches!(read(""), Err(SnapshotError::Damaged(..))));
        assert!(matches!(read(r#"{"schema": "git-alibi/snapshot/9"}"#), Err(SnapshotError::Version(..))));
        let no_id = r#"{"schema": "git-alibi/snapshot/1", "taken": "2026-01-01T00:00:00Z", "repositories":
            [{"path": "/x", "refs": [{"name": "refs/heads/main", "commit": "zz", "seen": 0}], "contributors": []}]}"#;
        assert!(matches!(read(no_id), Err(SnapshotError::Damaged(..))));
    }

    #[test]
    fn missing_snapshots_are_allowed_and_written_snapshots_round_trip() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("seen.json");
        assert_eq!(Snapshot::read(&file).unwrap(), None);
        let empty = Snapshot { schema: SCHEMA.into(), taken: "2026-01-01T00:00:00Z".into(), repositories: Vec::new() };
        empty.write(&file).unwrap();
        assert_eq!(Snapshot::read(&file).unwrap(), Some(empty));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file may remain");
    }
}
