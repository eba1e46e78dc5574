//! Selects references and ranges: where a walk starts, and which commits are in scope.

use super::error::{RepositoryError, Skipped};
use super::open::{Repository, in_one_line};
use crate::history::Oid;
use gix::bstr::ByteSlice;
use std::fmt;
use std::str::FromStr;

/// The references that a scan starts from.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum RefChoice {
    /// HEAD, branches, remote-tracking branches and tags.
    #[default]
    Default,
    /// Only HEAD.
    Head,
    /// Branches and remote-tracking branches.
    Branches,
    /// HEAD and every reference except notes and the stash.
    All,
    /// References that match a pattern, as for `git log --glob`: `refs/` may be omitted, and `*` matches slashes.
    Glob(String),
}

impl FromStr for RefChoice {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<RefChoice, Self::Err> {
        Ok(match text {
            "default" => RefChoice::Default,
            "head" | "HEAD" => RefChoice::Head,
            "branches" => RefChoice::Branches,
            "all" => RefChoice::All,
            glob => RefChoice::Glob(glob.to_owned()),
        })
    }
}

impl fmt::Display for RefChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RefChoice::Default => "default",
            RefChoice::Head => "head",
            RefChoice::Branches => "branches",
            RefChoice::All => "all",
            RefChoice::Glob(glob) => glob,
        })
    }
}

/// A named reference to an object.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Reference {
    /// The full name, such as `refs/heads/main`, in bytes.
    pub name: Vec<u8>,
    /// The object that it points to: usually a commit, or a tag that leads to one.
    pub target: Oid,
}

/// The starting points of a walk, and the limits of the scope.
#[derive(Clone, Default, Debug)]
pub struct Selection {
    /// Objects to start from: usually commits, or tags that lead to them. HEAD is first if it is selected.
    pub tips: Vec<Oid>,
    /// The selected references without HEAD, sorted by name.
    pub refs: Vec<Reference>,
    /// This commit and its ancestors are context, not in scope.
    pub base: Option<Oid>,
    /// The base of the range, as written: the commit whose files the range cannot have changed.
    pub trusted: Option<Oid>,
    /// References that could not be read.
    pub skipped: Vec<Skipped>,
}

impl Repository {
    /// Returns the starting points that `choice` selects.
    ///
    /// # Errors
    /// [`RepositoryError`] if the references cannot be listed, or if no reference matches a pattern.
    pub fn select(&self, choice: &RefChoice) -> Result<Selection, RepositoryError> {
        let mut selection = Selection::default();
        if matches!(choice, RefChoice::Default | RefChoice::Head | RefChoice::All) {
            selection.tips.extend(self.head());
            if let (None, Some(reason)) = (self.head(), self.broken_head()) {
                selection.skipped.push(Skipped::new("HEAD", reason));
            }
        }
        if *choice == RefChoice::Head {
            return Ok(selection);
        }
        let wanted = matcher(choice)?;
        let unreadable = |e: String| RepositoryError::References(self.git_dir().into(), e);
        let repo = self.local();
        let platform = repo.references().map_err(|e| unreadable(in_one_line(&e)))?;
        for reference in platform.all().map_err(|e| unreadable(in_one_line(&e)))? {
            let reference = match reference {
                Ok(reference) => reference,
                Err(_) => {
                    selection.skipped.push(Skipped::new("(reference)", "a reference that cannot be read"));
                    continue;
                }
            };
            let name = reference.name().as_bstr().to_owned();
            if !wanted(name.as_bytes()) {
                continue;
            }
            let id = match reference.target().try_id() {
                Some(id) => id.to_owned(),
                None => match reference.into_fully_peeled_id() {
                    Ok(id) => id.detach(),
                    Err(_) => {
                        selection.skipped.push(Skipped::new(name, "a reference to a missing object"));
                        continue;
                    }
                },
            };
            if let Some(target) = Oid::from_bytes(id.as_bytes()) {
                selection.refs.push(Reference { name: name.to_vec(), target });
            }
        }
        if let (RefChoice::Glob(glob), true) = (choice, selection.refs.is_empty()) {
            return Err(RepositoryError::NoRefMatches(glob.clone(), self.git_dir().into()));
        }
        selection.refs.sort();
        selection.tips.extend(selection.refs.iter().map(|r| r.target));
        Ok(selection)
    }

    /// Returns the selection for a range `A..B` (commits in B and not in A) or `A...B` (commits in B since the merge
    /// base). If A is the id of the empty tree, the selection is the whole history of B.
    ///
    /// # Errors
    /// [`RepositoryError::NotARange`], [`RepositoryError::UnknownRevision`] or [`RepositoryError::Ambiguous`].
    pub fn select_range(&self, range: &str) -> Result<Selection, RepositoryError> {
        let repo = self.local();
        let not_a_range = || RepositoryError::NotARange(range.to_owned());
        let (from, to, symmetric) = match (range.split_once("..."), range.split_once("..")) {
            (Some((from, to)), _) => (from, to, true),
            (None, Some((from, to))) => (from, to, false),
            _ => return Err(not_a_range()),
        };
        if to.contains("..") {
            return Err(not_a_range());
        }
        // Git compares a root commit with the empty tree.
        if gix::ObjectId::empty_tree(repo.object_hash()).to_hex() == from {
            let tip = Oid::from_bytes(self.resolve(to)?.as_bytes());
            return Ok(Selection { tips: tip.into_iter().collect(), ..Selection::default() });
        }
        let (from, to) = (self.resolve(from)?, self.resolve(to)?);
        let trusted = Oid::from_bytes(from.as_bytes());
        // The commits in B since the merge base are those not in A, no matter how many merge bases there are.
        if symmetric && repo.merge_base(from, to).is_err() {
            return Err(self.unknown(range, "the two have no common ancestor"));
        }
        let (from, to) = (Oid::from_bytes(from.as_bytes()), Oid::from_bytes(to.as_bytes()));
        Ok(Selection {
            tips: to.into_iter().chain(from).collect(),
            refs: Vec::new(),
            base: from,
            trusted,
            skipped: Vec::new(),
        })
    }
}

impl Repository {
    /// Returns the commit that a revision names; HEAD if the revision is empty.
    ///
    /// # Errors
    /// [`RepositoryError::UnknownRevision`], or [`RepositoryError::Ambiguous`] for a name that several references
    /// share.
    pub fn commit_named(&self, revision: &str) -> Result<Option<Oid>, RepositoryError> {
        Ok(Oid::from_bytes(self.resolve(revision)?.as_bytes()))
    }

    fn resolve(&self, revision: &str) -> Result<gix::ObjectId, RepositoryError> {
        let spec = if revision.is_empty() { "HEAD" } else { revision };
        let repo = self.local();
        // If a name is ambiguous, Git prefers the tag and only prints a warning. Here it is an error: pushing a tag
        // must not change the scope.
        let name = spec.split(['~', '^', '@', ':']).next().unwrap_or(spec);
        let mut found: Vec<(String, gix::ObjectId)> = Vec::new();
        for full in ["refs/tags/", "refs/heads/", "refs/remotes/"].map(|folder| format!("{folder}{name}")) {
            let id = repo.try_find_reference(full.as_str()).ok().flatten().and_then(|r| r.into_fully_peeled_id().ok());
            if let Some(id) = id.map(gix::Id::detach).filter(|id| found.iter().all(|(_, other)| other != id)) {
                found.push((full, id));
            }
        }
        if let [(first, _), (second, _), ..] = found.as_slice() {
            return Err(RepositoryError::Ambiguous(name.to_owned(), first.clone(), second.clone()));
        }
        repo.rev_parse_single(format!("{spec}^{{commit}}").as_str())
            .map(gix::Id::detach)
            .map_err(|_| self.unknown(spec, "no branch, tag or commit has this name"))
    }

    fn unknown(&self, revision: &str, why: &str) -> RepositoryError {
        RepositoryError::UnknownRevision(revision.to_owned(), self.git_dir().into(), why.to_owned())
    }
}

type RefMatcher = Box<dyn Fn(&[u8]) -> bool>;

fn matcher(choice: &RefChoice) -> Result<RefMatcher, RepositoryError> {
    let under = |prefixes: &'static [&'static str]| -> RefMatcher {
        Box::new(move |name| prefixes.iter().any(|p| name.starts_with(p.as_bytes())))
    };
    Ok(match choice {
        RefChoice::Default => under(&["refs/heads/", "refs/remotes/", "refs/tags/"]),
        RefChoice::Branches => under(&["refs/heads/", "refs/remotes/"]),
        RefChoice::Head => under(&[]),
        RefChoice::All => Box::new(|name| !name.starts_with(b"refs/notes/") && name != b"refs/stash"),
        RefChoice::Glob(glob) => {
            let plain = glob.trim_start_matches("refs/").trim_end_matches('/');
            let pattern = if glob.contains(['*', '?', '[']) {
                format!("refs/{plain}")
            } else {
                // A branch or tag name, or a ref prefix such as `pull/`.
                format!("refs/{{,heads/,tags/,remotes/}}{plain}{{,/**}}")
            };
            let compiled = globset::GlobBuilder::new(&pattern)
                .empty_alternates(true)
                .build()
                .map_err(|e| RepositoryError::BadGlob(glob.clone(), e.kind().to_string()))?
                .compile_matcher();
            Box::new(move |name| compiled.is_match(name.to_str_lossy().as_ref()))
        }
    })
}
