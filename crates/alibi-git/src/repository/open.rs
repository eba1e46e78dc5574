//! Opens repositories, and reads HEAD.

use super::error::RepositoryError;
use crate::history::Oid;
use std::path::{Path, PathBuf};

/// An open repository, shareable between threads.
pub struct Repository {
    pub(super) inner: gix::ThreadSafeRepository,
    git_dir: PathBuf,
    common_dir: PathBuf,
    view: Option<View>,
}

/// The range that is scanned.
struct View {
    /// `None` if the range starts at the beginning of the history.
    base: Option<Oid>,
    tip: Oid,
}

/// The limits of a repository's history.
#[derive(Clone, Default, Debug)]
pub struct Condition {
    /// The commits at which a shallow clone is cut off; empty for a full clone.
    pub shallow: Vec<Oid>,
    /// Whether it is a partial clone, which lacks some objects.
    pub partial: bool,
    /// The number of replace refs; they are ignored.
    pub replaced: usize,
    /// Whether `info/grafts` exists; it is ignored.
    pub grafts: bool,
}

impl Repository {
    /// Opens the repository at `path` or in a parent folder: a work tree, a folder in one, a linked worktree, a bare
    /// repository or a `.git` folder.
    ///
    /// # Errors
    /// [`RepositoryError`] if there is none or it cannot be read.
    pub fn open(path: &Path) -> Result<Repository, RepositoryError> {
        Repository::open_with(path, None)
    }

    /// Like [`Repository::open`], but reads objects and references from another Git directory, which
    /// [`Repository::with_objects`] creates.
    ///
    /// # Errors
    /// [`RepositoryError`] if there is no repository or it cannot be read.
    pub fn open_with(path: &Path, objects: Option<&Path>) -> Result<Repository, RepositoryError> {
        match std::fs::metadata(path) {
            Ok(_) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(RepositoryError::NoSuchPath(path.into()));
            }
            Err(e) => return Err(RepositoryError::Unreadable(path.into(), e)),
        }
        let start = path.canonicalize().map_err(|e| RepositoryError::Unreadable(path.into(), e))?;
        if start.is_dir() {
            std::fs::read_dir(&start).map_err(|e| RepositoryError::Unreadable(path.into(), e))?;
        }
        let found = start
            .ancestors()
            .find_map(|folder| {
                let dot_git = folder.join(".git");
                if dot_git.exists() { Some(dot_git) } else { is_git_dir(folder).then(|| folder.to_path_buf()) }
            })
            .ok_or_else(|| RepositoryError::NotARepository(path.into()))?;
        // Isolated: no system or user configuration, no environment, no included files. Full trust is safe because
        // nothing that the configuration names is ever run.
        let options = gix::open::Options::isolated().with(gix::sec::Trust::Full).open_path_as_is(true);
        let open = |folder: &Path| {
            gix::ThreadSafeRepository::open_opts(folder, options.clone())
                .map_err(|e| RepositoryError::Open(path.into(), in_one_line(&e)))
        };
        let mut inner = open(&found)?;
        let local = inner.to_thread_local();
        let (git_dir, common_dir) = (local.git_dir().to_path_buf(), local.common_dir().to_path_buf());
        if let Some(objects) = objects {
            inner = open(objects)?;
        }
        if common_dir.join("reftable").is_dir() {
            return Err(RepositoryError::Reftable(path.into()));
        }
        Ok(Repository { inner, git_dir, common_dir, view: None })
    }

    /// The outer work tree that contains the repository as an ordinary folder, if there is one: anyone who can change
    /// that tree can change the repository.
    pub fn lies_in(&self) -> Option<&Path> {
        let is_own = self.git_dir.file_name().is_some_and(|name| name == ".git");
        let outer = || self.git_dir.ancestors().skip(1).find(|folder| folder.join(".git").exists());
        // The Git folder of a worktree or a submodule is inside the outer `.git`.
        let is_inside = self.git_dir.components().any(|part| part.as_os_str() == ".git");
        if is_own || is_inside { None } else { outer() }
    }

    /// The folder that contains `HEAD`.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The folder with the objects and references that all worktrees share.
    pub(super) fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// Whether both values refer to the same repository, perhaps through two work trees.
    pub fn is_same(&self, other: &Repository) -> bool {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        real(&self.common_dir) == real(&other.common_dir)
    }

    /// Creates a handle for one thread that ignores replace refs.
    pub(super) fn local(&self) -> gix::Repository {
        let mut repo = self.inner.to_thread_local();
        repo.objects.ignore_replacements = true;
        // No packs appear during a scan; looking for new ones at every missing object would take seconds.
        repo.objects.refresh_never();
        repo
    }

    /// The limits of this repository's history.
    pub fn condition(&self) -> Condition {
        let repo = self.local();
        let shallow = repo
            .shallow_commits()
            .ok()
            .flatten()
            .map(|commits| commits.iter().filter_map(|id| Oid::from_bytes(id.as_bytes())).collect())
            .unwrap_or_default();
        let replaced =
            repo.references().ok().and_then(|r| r.prefixed("refs/replace/").ok().map(Iterator::count)).unwrap_or(0);
        Condition {
            shallow,
            partial: self.files_in("objects/pack").any(|f| f.extension().is_some_and(|e| e == "promisor")),
            replaced,
            grafts: self.common_dir.join("info/grafts").exists(),
        }
    }

    /// The files in a folder of the shared Git directory; empty if it cannot be read.
    pub(super) fn files_in(&self, folder: &str) -> impl Iterator<Item = PathBuf> {
        std::fs::read_dir(self.common_dir.join(folder)).into_iter().flatten().flatten().map(|entry| entry.path())
    }

    /// The reason why HEAD cannot be resolved; `None` if it can be resolved, or if its branch has no commit yet.
    pub(super) fn broken_head(&self) -> Option<String> {
        let repo = self.local();
        match repo.head() {
            Ok(head) if head.is_unborn() => None,
            Ok(_) => repo.head_id().err().map(|_| "it names no object that can be read".to_owned()),
            Err(_) => Some("it cannot be read".to_owned()),
        }
    }

    /// The commit at HEAD, or at the end of the range set by [`Repository::pin_to_range`]; `None` if HEAD is unborn or
    /// cannot be resolved.
    pub fn head(&self) -> Option<Oid> {
        let named = || self.local().head_id().ok().and_then(|id| Oid::from_bytes(id.as_bytes()));
        self.view.as_ref().map(|view| view.tip).or_else(named)
    }

    /// Treats the end of a range as HEAD, and trusts the files at its base: a range must not change the rules that it
    /// is checked against. If the range starts at the beginning of the history, no files are trusted.
    pub fn pin_to_range(&mut self, base: Option<Oid>, tip: Oid) {
        self.view = Some(View { base, tip });
    }

    /// The commit whose files are trusted, if a range is set. The inner value is `None` for the beginning of the
    /// history.
    pub(super) fn trusted_base(&self) -> Option<Option<Oid>> {
        self.view.as_ref().map(|view| view.base)
    }
}

fn is_git_dir(folder: &Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").exists()
}

/// Formats an error and its causes on one line.
pub(super) fn in_one_line(error: &(impl std::fmt::Display + ?Sized)) -> String {
    format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the reason to skip an object that is larger than `most` bytes. Only the header is read, without inflating
/// the object.
pub(super) fn too_large(repo: &gix::Repository, id: &gix::oid, most: u64) -> Option<String> {
    let size = repo.try_find_header(id).ok()??.size();
    (size > most).then(|| format!("{size} bytes: too large to read"))
}

pub(super) fn gix_id(oid: &Oid) -> gix::ObjectId {
    gix::ObjectId::from_bytes_or_panic(oid.as_bytes())
}

impl Condition {
    /// Notices for the reader of the report, as sentences.
    pub fn notices(&self) -> Vec<String> {
        let mut notices = Vec::new();
        if !self.shallow.is_empty() {
            notices.push(format!(
                "shallow clone: the history is cut off at {}, and earlier commits were not checked \
                 (fetch them with `git fetch --unshallow`)",
                if self.shallow.len() == 1 {
                    "one commit".to_owned()
                } else {
                    format!("{} commits", self.shallow.len())
                }
            ));
        }
        if self.replaced > 0 {
            notices.push(format!("{} replace refs exist and were ignored", self.replaced));
        }
        if self.grafts {
            notices.push("a grafts file exists and was ignored".into());
        }
        notices
    }
}
