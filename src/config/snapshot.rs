//! Reads and writes snapshots: where a repository's references pointed at an earlier scan, and who had written in it.

use crate::history::{Offset, Oid, Stamp};
use crate::ledger::{Ledger, RepositoryRow, SeenRef};
use crate::people::People;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use thiserror::Error;

/// The format version that is written, and the only one that is read.
const SCHEMA: &str = "git-alibi/snapshot/1";

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
    schema: String,
    /// When it was taken: RFC 3339, UTC.
    taken: String,
    repositories: Vec<SeenRepository>,
}

/// One repository in a snapshot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenRepository {
    path: String,
    refs: Vec<NamedCommit>,
    contributors: Vec<SeenContributor>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedCommit {
    name: String,
    commit: String,
    /// When it was last seen: seconds since 1970, UTC.
    seen: i64,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeenContributor {
    id: String,
    commits: u32,
    first: Option<i64>,
    last: Option<i64>,
}

/// Only the first field, which identifies the format version.
#[derive(Deserialize)]
struct Header {
    schema: String,
}

impl Snapshot {
    /// Reads a snapshot; `None` if the file does not exist.
    ///
    /// # Errors
    /// [`SnapshotError`] if the file is not a snapshot of this version.
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

    /// The state of the repositories of a run. References that this run did not select keep their state from `earlier`.
    /// So do moved references, unless the run reports what they lost (`is_told`).
    pub fn of(ledger: &Ledger, people: &People, now: i64, earlier: Option<&Snapshot>, is_told: bool) -> Snapshot {
        let repositories = ledger.repositories.iter().enumerate().map(|(number, row)| {
            let path = real_path(Path::new(&row.path));
            let before = earlier.and_then(|e| e.repositories.iter().find(|r| r.path == path));
            let mut refs: BTreeMap<String, NamedCommit> =
                before.into_iter().flat_map(|b| &b.refs).map(|r| (r.name.clone(), r.clone())).collect();
            for (name, commit) in row.refs.iter().filter_map(|r| Some((lossy(&r.name), r.commit?))) {
                let commit = ledger.commit(commit).oid.to_string();
                // Unless the run reported what a reference lost, keep its earlier commit, so that a later scan still
                // reports it.
                if is_told || refs.get(&name).is_none_or(|known| known.commit == commit) {
                    refs.insert(name.clone(), NamedCommit { name, commit, seen: now });
                }
            }
            // A scan of fewer references sees fewer commits of each contributor.
            let mut contributors: BTreeMap<String, SeenContributor> =
                before.into_iter().flat_map(|b| &b.contributors).map(|c| (c.id.clone(), c.clone())).collect();
            for now in seen(ledger, people, number as u16) {
                if contributors.get(&now.id).is_none_or(|known| known.commits <= now.commits) {
                    contributors.insert(now.id.clone(), now);
                }
            }
            let (refs, contributors) = (refs.into_values().collect(), contributors.into_values().collect());
            SeenRepository { path, refs, contributors }
        });
        let mut repositories: Vec<SeenRepository> = repositories.collect();
        let scanned: BTreeSet<String> = repositories.iter().map(|r| r.path.clone()).collect();
        let others = earlier.into_iter().flat_map(|e| &e.repositories).filter(|r| !scanned.contains(&r.path));
        repositories.extend(others.cloned());
        repositories.sort_by(|a, b| a.path.cmp(&b.path));
        let taken = Stamp { seconds: now, offset: Offset::UTC }.utc();
        Snapshot { schema: SCHEMA.to_owned(), taken, repositories }
    }

    /// Writes the snapshot atomically: an existing file is replaced only by a complete one.
    ///
    /// # Errors
    /// [`SnapshotError::Write`]
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

    /// Where the references of the repository at `path` pointed. A moved repository is recognised by a commit that
    /// `has` knows.
    pub fn seen(&self, path: &Path, has: impl Fn(Vec<Oid>) -> bool) -> Option<&SeenRepository> {
        let path = real_path(path);
        let here = self.repositories.iter().find(|r| r.path == path);
        here.or_else(|| self.repositories.iter().find(|r| !Path::new(&r.path).exists() && has(r.commits())))
    }

    /// What has changed in one repository since then, as a sentence.
    pub fn notice(&self, seen: &SeenRepository, row: &RepositoryRow, ledger: &Ledger, people: &People) -> String {
        let now: BTreeSet<(String, String)> = row
            .refs
            .iter()
            .filter_map(|r| r.commit.map(|c| (lossy(&r.name), ledger.commit(c).oid.to_string())))
            .collect();
        let names: BTreeSet<&str> = now.iter().map(|(name, _)| name.as_str()).collect();
        let known: BTreeSet<&str> = seen.refs.iter().map(|r| r.name.as_str()).collect();
        let number = ledger.repositories.iter().position(|r| std::ptr::eq(r, row)).unwrap_or(0) as u16;
        let before: BTreeSet<&str> = seen.contributors.iter().map(|c| c.id.as_str()).collect();
        let arrived = self::seen(ledger, people, number).iter().filter(|c| !before.contains(c.id.as_str())).count();
        let is_moved =
            |r: &&NamedCommit| names.contains(r.name.as_str()) && !now.contains(&(r.name.clone(), r.commit.clone()));
        let moved: Vec<&str> = seen.refs.iter().filter(is_moved).map(|r| r.name.as_str()).collect();
        let gone: Vec<&str> = known.difference(&names).copied().collect();
        let fresh: Vec<&str> = names.difference(&known).copied().collect();
        let parts = [
            ("moved references", listed(&moved)),
            ("new", listed(&fresh)),
            ("references missing or not selected", listed(&gone)),
            ("new contributors", if arrived > 0 { arrived.to_string() } else { String::new() }),
        ];
        let parts: Vec<String> =
            parts.iter().filter(|(_, said)| !said.is_empty()).map(|(what, said)| format!("{what}: {said}")).collect();
        let said = if parts.is_empty() { "no reference moved".to_owned() } else { parts.join("; ") };
        format!("since the snapshot of {}: {said}", self.taken)
    }
}

impl SeenRepository {
    /// Its references.
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

/// The number of names, and the first few.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 3;
    let first: Vec<&str> = names.iter().take(SHOWN).copied().collect();
    match names.len() {
        0 => String::new(),
        n if n > SHOWN => format!("{n} ({}, and more)", first.join(", ")),
        n => format!("{n} ({})", first.join(", ")),
    }
}

/// The contributors of one repository.
fn seen(ledger: &Ledger, people: &People, number: u16) -> Vec<SeenContributor> {
    let row = |(_, c): (_, &crate::people::Contributor)| {
        let here = || {
            let uses = c.identities.iter().map(|i| &people.uses[i.index()]);
            uses.filter(|u| u.authored > 0 && u.repositories.contains(&number))
        };
        here().next()?;
        let (name, email) = ledger.identity(c.earliest());
        let spans = || here().filter_map(|u| u.span);
        Some(SeenContributor {
            id: format!("{} <{}>", lossy(name), lossy(email)),
            commits: here().map(|u| u.authored).sum(),
            first: spans().map(|s| s.0).min(),
            last: spans().map(|s| s.1).max(),
        })
    };
    let mut all: Vec<SeenContributor> = people.iter().filter_map(row).collect();
    all.sort();
    all
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn real_path(path: &Path) -> String {
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
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "a file that is read is left as it is");
        read
    }

    #[test]
    fn a_damaged_snapshot_is_refused_with_its_reason() {
        assert!(matches!(read("{\"schema\": \"git-alibi/snap"), Err(SnapshotError::Damaged(..))));
        assert!(matches!(read(""), Err(SnapshotError::Damaged(..))));
        assert!(matches!(read(r#"{"schema": "git-alibi/snapshot/9"}"#), Err(SnapshotError::Version(..))));
        let no_id = r#"{"schema": "git-alibi/snapshot/1", "taken": "2026-01-01T00:00:00Z", "repositories":
            [{"path": "/x", "refs": [{"name": "refs/heads/main", "commit": "zz", "seen": 0}], "contributors": []}]}"#;
        assert!(matches!(read(no_id), Err(SnapshotError::Damaged(..))));
    }

    #[test]
    fn a_missing_snapshot_is_no_error_and_a_written_one_reads_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("seen.json");
        assert_eq!(Snapshot::read(&file).unwrap(), None);
        let empty = Snapshot { schema: SCHEMA.into(), taken: "2026-01-01T00:00:00Z".into(), repositories: Vec::new() };
        empty.write(&file).unwrap();
        assert_eq!(Snapshot::read(&file).unwrap(), Some(empty));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no unfinished file is left behind");
    }
}
