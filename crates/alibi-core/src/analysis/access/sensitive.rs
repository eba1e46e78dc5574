//! Classifies sensitive paths, and finds who changed them.

use super::standing::Standing;
use crate::analysis::people::ContributorId;
use crate::config::AlibiFile;
use crate::facts::{CommitIdx, Facts, PathId, RepositoryIdx};
use crate::owners::owned_globs;
use alibi_rules::heuristics::{Catalogue, PathFilter};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The kinds of sensitive paths, and the paths of each kind.
#[derive(Default)]
pub struct SensitivePaths {
    kinds: Vec<String>,
    /// A bit mask of the kinds of each path, by path.
    of: Vec<u32>,
    /// Whether a path has an owner, by repository and path.
    owned: Vec<Vec<bool>>,
}

/// The kind of paths that have an owner in CODEOWNERS.
const OWNED: &str = "owned";

/// Maximum number of kinds, not counting [`OWNED`].
const MAX_KINDS: usize = 31;

/// A change to a sensitive path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Touch {
    /// The commit.
    pub commit: CommitIdx,
    /// The index of the kind in [`SensitivePaths::kinds`].
    pub kind: usize,
    /// A path of that kind.
    pub path: PathId,
}

impl SensitivePaths {
    /// Classifies the paths of a run by the kinds of the catalogue and of `alibi.toml`. Paths with an owner in
    /// CODEOWNERS form an additional kind.
    pub fn of_run(facts: &Facts, catalogue: &Catalogue, alibi: Option<&AlibiFile>) -> SensitivePaths {
        let mut kinds: BTreeMap<String, Vec<PathFilter>> = BTreeMap::new();
        let declared = alibi.into_iter().flat_map(|file| &file.sensitive);
        for (kind, filter) in catalogue.sensitive().iter().chain(declared.map(|s| (&s.kind, &s.paths))) {
            kinds.entry(kind.clone()).or_default().push(filter.clone());
        }
        let kinds: Vec<(String, Vec<PathFilter>)> = kinds.into_iter().collect();
        let owned = |text: &Vec<u8>| {
            let globs = owned_globs(text);
            PathFilter::new(&globs, &[]).ok().filter(|_| !globs.is_empty())
        };
        let owners: Vec<Option<PathFilter>> =
            facts.repositories.iter().map(|row| row.codeowners.as_ref().and_then(owned)).collect();
        SensitivePaths::new(facts, &kinds, &owners)
    }

    /// Classifies all paths of a run by the filters of each kind; `owners` selects the owned paths of each repository.
    pub fn new(facts: &Facts, filters: &[(String, Vec<PathFilter>)], owners: &[Option<PathFilter>]) -> SensitivePaths {
        let filters = &filters[..filters.len().min(MAX_KINDS)];
        let paths: Vec<String> = (0..facts.path_count() as u32)
            .map(|id| String::from_utf8_lossy(facts.path(PathId(id))).into_owned())
            .collect();
        let of = paths
            .par_iter()
            .map(|path| {
                let is = |(bit, (_, filters)): (usize, &(String, Vec<PathFilter>))| {
                    u32::from(filters.iter().any(|f| f.is_match(path))) << bit
                };
                filters.iter().enumerate().map(is).fold(0, |all, bit| all | bit)
            })
            .collect();
        let owned = owners
            .iter()
            .map(|filter| filter.as_ref().map_or_else(Vec::new, |f| paths.par_iter().map(|p| f.is_match(p)).collect()))
            .collect();
        let kinds = filters.iter().map(|(name, _)| name.clone()).chain([OWNED.to_owned()]).collect();
        SensitivePaths { kinds, of, owned }
    }

    /// The names of the kinds.
    pub fn kinds(&self) -> &[String] {
        &self.kinds
    }

    /// Whether the paths were left unclassified because no detector needs the classification.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The kinds of a path in a repository, as indices in [`SensitivePaths::kinds`].
    pub fn of(&self, repository: RepositoryIdx, path: PathId) -> impl Iterator<Item = usize> {
        let bits = self.of.get(path.0 as usize).copied().unwrap_or(0);
        let is_owned =
            self.owned.get(repository.index()).and_then(|o| o.get(path.0 as usize)).copied().unwrap_or(false);
        let last = self.kinds.len().saturating_sub(1);
        (0..self.kinds.len()).filter(move |kind| if *kind == last { is_owned } else { bits >> kind & 1 == 1 })
    }

    /// The kinds of sensitive paths that a commit changed, with one changed path for each kind.
    pub fn touched(&self, facts: &Facts, commit: CommitIdx) -> Vec<Touch> {
        let repository = facts.commit(commit).repository;
        let mut touches: Vec<Touch> = Vec::new();
        for change in facts.changes_of(commit) {
            for kind in self.of(repository, change.path) {
                if !touches.iter().any(|t| t.kind == kind) {
                    touches.push(Touch { commit, kind, path: change.path });
                }
            }
        }
        touches.sort();
        touches
    }

    /// Returns a contributor's first merged change of each kind in a repository. With `alone`, only changes that no one
    /// else merged or reviewed count.
    pub fn first_touches(
        &self,
        facts: &Facts,
        standing: &Standing<'_>,
        who: ContributorId,
        repository: RepositoryIdx,
        alone: bool,
    ) -> Vec<Touch> {
        let mut first: Vec<Touch> = Vec::new();
        for &idx in standing.merged(who) {
            let commit = facts.commit(idx);
            if commit.repository != repository || commit.parent_count > 1 || first.len() == self.kinds.len() {
                continue;
            }
            if alone && !standing.is_merged_alone(idx) {
                continue;
            }
            for touch in self.touched(facts, idx) {
                if !first.iter().any(|t| t.kind == touch.kind) {
                    first.push(touch);
                }
            }
        }
        first
    }
}
