//! Writes the synthetic repositories that tests and `heuristics check` scan.

use crate::history::{FileMode, Oid};
use std::collections::BTreeMap;
use std::path::Path;
use thiserror::Error;

/// Why a synthetic repository cannot be written.
#[derive(Debug, Error)]
pub enum BuildError {
    /// libgit2 returned an error.
    #[error("the sample repository cannot be written: {0}")]
    Git(#[from] git2::Error),
    /// A file other than an object could not be written.
    #[error("the sample repository cannot be written: {0}")]
    File(#[from] std::io::Error),
    /// libgit2 returned an id of unknown length.
    #[error("libgit2 returned an object id that cannot be read")]
    Id,
}

/// A commit to write. Header lines are raw bytes, so that a repository can contain commits that Git would not write.
#[derive(Clone, Debug)]
pub struct CommitDraft {
    /// The tree.
    pub tree: Oid,
    /// The parents.
    pub parents: Vec<Oid>,
    /// `Name <address> seconds offset`
    pub author: Vec<u8>,
    /// `Name <address> seconds offset`
    pub committer: Vec<u8>,
    /// Additional header lines, each with its newline.
    pub extra_headers: Vec<u8>,
    /// The message.
    pub message: Vec<u8>,
}

/// A bare repository being written.
pub struct Build {
    repo: git2::Repository,
}

impl Build {
    /// Creates an empty bare repository.
    ///
    /// # Errors
    /// [`BuildError`] if the folder cannot be written.
    pub fn create(path: &Path) -> Result<Build, BuildError> {
        let mut options = git2::RepositoryInitOptions::new();
        options.bare(true).external_template(false).initial_head("refs/heads/main");
        Ok(Build { repo: git2::Repository::init_opts(path, &options)? })
    }

    /// Creates an empty bare repository that also reads the objects of another one.
    ///
    /// # Errors
    /// [`BuildError`] if the folder cannot be written, or if `host` is not a repository.
    pub fn beside(path: &Path, host: &Path) -> Result<Build, BuildError> {
        let host = git2::Repository::open(host)?;
        let build = Build::create(path)?;
        let objects = host.commondir().canonicalize()?.join("objects");
        std::fs::write(path.join("objects/info/alternates"), format!("{}\n", objects.display()))?;
        // The alternates file is only read when a repository is opened.
        drop(build);
        Ok(Build { repo: git2::Repository::open(path)? })
    }

    /// Writes the tree of a commit with some files added, replaced or removed (`None`).
    ///
    /// # Errors
    /// [`BuildError`] if the repository cannot be written.
    pub fn changed_tree(&self, commit: &Oid, files: &BTreeMap<String, Option<Vec<u8>>>) -> Result<Oid, BuildError> {
        let base = self.repo.find_commit(theirs(commit)?)?.tree()?;
        let mut update = git2::build::TreeUpdateBuilder::new();
        for (path, text) in files {
            match text {
                Some(text) => {
                    update.upsert(path.as_str(), self.repo.blob(text)?, git2::FileMode::Blob);
                }
                None if base.get_path(Path::new(path)).is_ok() => {
                    update.remove(path.as_str());
                }
                None => {}
            }
        }
        own(update.create_updated(&self.repo, &base)?)
    }

    /// Writes a blob.
    ///
    /// # Errors
    /// [`BuildError`] if the repository cannot be written.
    pub fn blob(&self, bytes: &[u8]) -> Result<Oid, BuildError> {
        own(self.repo.blob(bytes)?)
    }

    /// Writes a tree and its subtrees from paths.
    ///
    /// # Errors
    /// [`BuildError`] if the repository cannot be written.
    pub fn tree(&self, files: &BTreeMap<String, (FileMode, Oid)>) -> Result<Oid, BuildError> {
        let mut builder = self.repo.treebuilder(None)?;
        let mut folders: BTreeMap<&str, BTreeMap<String, (FileMode, Oid)>> = BTreeMap::new();
        for (path, entry) in files {
            match path.split_once('/') {
                Some((folder, rest)) => {
                    folders.entry(folder).or_default().insert(rest.to_owned(), *entry);
                }
                None => {
                    builder.insert(path, theirs(&entry.1)?, entry.0.0 as i32)?;
                }
            }
        }
        for (folder, inside) in folders {
            builder.insert(folder, theirs(&self.tree(&inside)?)?, 0o040_000)?;
        }
        own(builder.write()?)
    }

    /// Writes a commit, byte for byte as in the draft.
    ///
    /// # Errors
    /// [`BuildError`] if the repository cannot be written.
    pub fn commit(&self, draft: &CommitDraft) -> Result<Oid, BuildError> {
        let mut raw = format!("tree {}\n", draft.tree).into_bytes();
        for parent in &draft.parents {
            raw.extend_from_slice(format!("parent {parent}\n").as_bytes());
        }
        for (key, value) in [(&b"author "[..], &draft.author), (b"committer ", &draft.committer)] {
            raw.extend_from_slice(key);
            raw.extend_from_slice(value);
            raw.push(b'\n');
        }
        raw.extend_from_slice(&draft.extra_headers);
        raw.push(b'\n');
        raw.extend_from_slice(&draft.message);
        own(self.repo.odb()?.write(git2::ObjectType::Commit, &raw)?)
    }

    /// Writes an annotated tag of a commit, and the reference to it.
    ///
    /// # Errors
    /// [`BuildError`] if the repository cannot be written.
    pub fn tag(&self, name: &str, target: &Oid, tagger: &[u8], message: &str) -> Result<(), BuildError> {
        let mut raw = format!("object {target}\ntype commit\ntag {name}\ntagger ").into_bytes();
        raw.extend_from_slice(tagger);
        raw.extend_from_slice(format!("\n\n{message}\n").as_bytes());
        let oid = own(self.repo.odb()?.write(git2::ObjectType::Tag, &raw)?)?;
        self.reference(&format!("refs/tags/{name}"), &oid)
    }

    /// Points a reference at an object.
    ///
    /// # Errors
    /// [`BuildError`] if the repository cannot be written.
    pub fn reference(&self, name: &str, target: &Oid) -> Result<(), BuildError> {
        self.repo.reference(name, theirs(target)?, true, "sample")?;
        Ok(())
    }
}

fn own(oid: git2::Oid) -> Result<Oid, BuildError> {
    Oid::from_bytes(oid.as_bytes()).ok_or(BuildError::Id)
}

fn theirs(oid: &Oid) -> Result<git2::Oid, BuildError> {
    Ok(git2::Oid::from_bytes(oid.as_bytes())?)
}
