//! Detectors: one file per coded detector, and one adapter for each declarative kind of heuristic.
//!
//! Input: [`Facts`]. Output: findings, and the tests that could not be run. A detector never accesses Git; its
//! [`Needs`] declare which facts it requires.

mod commit;
pub mod dependencies;
mod guards;
pub mod names;
mod new_file;
mod opaque;
mod padding;
mod path;
mod releases;
mod tenure;
mod text;
pub mod trust;
mod twins;
mod words;

use crate::config::{Indicators, Roster};
use crate::finding::{Draft, Finding, FindingError};
use crate::heuristics::{Heuristic, Kind};
use crate::history::{Ecosystem, LineCounts};
use crate::ledger::{
    BlobId, CommitIdx, Dependencies, ImportedFinding, Ledger, MergeEdit, OpaqueBlob, PathId, PolicyEdit, TextFacts,
};
use crate::observe::osv::Advisories;
use crate::people::{ContributorId, People, Trace};
use crate::timeline::Clocks;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::{BitOr, BitOrAssign};
use thiserror::Error;

pub use padding::every_day;
pub use trust::{SensitivePaths, Standing};

pub use guards::{PathGuards, is_known_guard, path_guard_sets};

/// Boilerplate of a coded detector: a struct with its heuristic and parameters, the function that builds it, and the
/// trait implementation, whose `detect` calls the struct's `judge`.
macro_rules! coded {
    // One without parameters.
    ($name:ident, $needs:expr, [$($guard:literal),*]) => {
        struct $name {
            heuristic: $crate::heuristics::Heuristic,
        }

        pub(super) fn build(
            heuristic: $crate::heuristics::Heuristic,
        ) -> Result<Box<dyn $crate::detectors::Detector>, $crate::detectors::DetectError> {
            let $crate::detectors::NoParams {} = $crate::detectors::params(&heuristic)?;
            Ok(Box::new($name { heuristic }))
        }

        coded!(@detector $name, $needs, [$($guard),*]);
    };
    ($name:ident, $params:ty, $needs:expr, [$($guard:literal),*]) => {
        struct $name {
            heuristic: $crate::heuristics::Heuristic,
            params: $params,
        }

        pub(super) fn build(
            heuristic: $crate::heuristics::Heuristic,
        ) -> Result<Box<dyn $crate::detectors::Detector>, $crate::detectors::DetectError> {
            let params = $crate::detectors::params(&heuristic)?;
            Ok(Box::new($name { heuristic, params }))
        }

        coded!(@detector $name, $needs, [$($guard),*]);
    };
    (@detector $name:ident, $needs:expr, [$($guard:literal),*]) => {
        impl $crate::detectors::Detector for $name {
            fn heuristic(&self) -> &$crate::heuristics::Heuristic {
                &self.heuristic
            }

            fn needs(&self) -> $crate::detectors::Needs {
                $needs
            }

            fn guards(&self) -> &'static [&'static str] {
                &[$($guard),*]
            }

            fn detect(
                &self,
                facts: &$crate::detectors::Facts<'_>,
                sink: &mut $crate::detectors::Sink<'_>,
            ) -> Result<(), $crate::detectors::DetectError> {
                self.judge(facts, sink)
            }
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/coded_detectors.rs"));

/// The parameters of a coded heuristic without parameters; its file must not define any.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoParams {}

/// The facts that a detector reads. A run computes only the union of what the selected detectors need.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Needs(u32);

impl Needs {
    /// Commits and people: always available.
    pub const COMMITS: Needs = Needs(0);
    /// What each commit in scope changed.
    pub const CHANGES: Needs = Needs(1);
    /// Line counts of the changes that commit rules match.
    pub const LINES: Needs = Needs(2 | 1);
    /// Hits of the text rules.
    pub const HITS: Needs = Needs(4 | 1);
    /// Additions to `.mailmap` files.
    pub const MAILMAPS: Needs = Needs(8 | 1);
    /// Binary files added among tests, and the hits in build files.
    pub const OPAQUE: Needs = Needs(16 | 4 | 1);
    /// Hits of all relevant text rules, including those of heuristics that were not selected.
    pub const WATCHED: Needs = Needs(64 | 4 | 1);
    /// Findings of other scanners.
    pub const IMPORTED: Needs = Needs(32 | 1);
    /// The contents of manifests and lockfiles.
    pub const DEPENDENCIES: Needs = Needs(128 | 1);
    /// Which new dependencies are not referenced anywhere.
    pub const MENTIONS: Needs = Needs(256 | 128 | 1);
    /// Packages listed as malicious in the advisories passed to the run.
    pub const ADVISORIES: Needs = Needs(512 | 128 | 1);
    /// Which paths are sensitive.
    pub const SENSITIVE: Needs = Needs(1024 | 1);
    /// Edits of policies and lists of owners.
    pub const POLICIES: Needs = Needs(2048 | 1);
    /// Edits in merges that come from neither side.
    pub const MERGES: Needs = Needs(4096 | 1);
    /// Line counts of small commits by contributors who commit every day.
    pub const PADDING: Needs = Needs(8192 | 1);
    /// Hashes of patches, independent of where they apply; only if several repositories are compared.
    pub const PATCHES: Needs = Needs(16384 | 1);
    /// The team's lists of indicators.
    pub const INDICATORS: Needs = Needs(32768);

    /// Whether it includes all of `other`.
    pub fn contains(self, other: Needs) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Needs {
    type Output = Needs;
    fn bitor(self, other: Needs) -> Needs {
        Needs(self.0 | other.0)
    }
}

impl BitOrAssign for Needs {
    fn bitor_assign(&mut self, other: Needs) {
        self.0 |= other.0;
    }
}

/// All facts available to a detector.
pub struct Facts<'f> {
    /// The contents of the histories.
    pub ledger: &'f Ledger,
    /// The contributors.
    pub people: &'f People,
    /// Hits of the text rules.
    pub text: &'f TextFacts,
    /// The binary files among tests, by blob.
    pub opaque: &'f BTreeMap<BlobId, OpaqueBlob>,
    /// Findings of other scanners.
    pub imported: &'f [ImportedFinding],
    /// Changes of dependencies.
    pub dependencies: &'f Dependencies,
    /// New dependencies that nothing at HEAD uses, with the evidence.
    pub unnamed: &'f FxHashMap<(u16, Ecosystem, String), &'static str>,
    /// The team's indicators.
    pub indicators: &'f Indicators,
    /// Advisories about malicious packages.
    pub advisories: &'f Advisories,
    /// The number of each text heuristic in `text`.
    pub rules: &'f FxHashMap<String, u16>,
    /// Each commit heuristic's bit in a commit's patterns, and the mask of patterns that must not match.
    pub patterns: &'f FxHashMap<String, (u8, u64)>,
    /// Line counts by index in the ledger's changes, where a commit rule needs them.
    pub lines: &'f FxHashMap<u32, LineCounts>,
    /// The heuristics whose text rules ran: the selected ones, and those that a selected one watches.
    pub heuristics: &'f [Heuristic],
    /// Who merged what into each history, and the tenure of each contributor.
    pub standing: &'f Standing<'f>,
    /// The paths that are sensitive.
    pub sensitive: &'f SensitivePaths,
    /// Edits of policies and lists of owners.
    pub policies: &'f [PolicyEdit],
    /// Edits in merges that come from neither side.
    pub merges: &'f [MergeEdit],
    /// Hashes of patches.
    pub patches: &'f FxHashMap<CommitIdx, u64>,
    /// The clock of each commit: whose it is, and its offset.
    pub clocks: &'f Clocks,
    /// What the team declares about its contributors.
    pub roster: &'f Roster,
    /// Commits with traces that contradict the named author.
    pub contradicted: &'f BTreeMap<CommitIdx, Vec<Trace>>,
    /// The current time: seconds since 1970, UTC.
    pub now: i64,
}

impl Facts<'_> {
    /// The contributor who wrote a commit.
    pub fn author_of(&self, commit: CommitIdx) -> ContributorId {
        self.people.contributor_of(self.ledger.commit(commit).author)
    }

    /// Why this scope does not show the past, if so: changes are read for commits in scope only, and a shallow clone
    /// lacks its beginning.
    pub fn lacks_the_past(&self) -> Option<&'static str> {
        if self.ledger.repositories.iter().any(|row| !row.condition.shallow.is_empty()) {
            Some("a shallow clone does not show earlier contributors")
        } else if self.ledger.commits.iter().any(|commit| !commit.judged) {
            Some("changes before the chosen range or dates are not read")
        } else {
            None
        }
    }

    /// A commit's id in hexadecimal.
    pub fn oid(&self, commit: CommitIdx) -> String {
        self.ledger.commit(commit).oid.to_string()
    }
}

/// A literal pathspec, relative to the top of the repository.
fn literal(path: &[u8]) -> Vec<u8> {
    [b":(top,literal)", path].concat()
}

/// A test without a result, and the reason.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Untested {
    /// The heuristic.
    pub heuristic: String,
    /// The contributor, if the test is about one.
    pub contributor: Option<ContributorId>,
    /// Whether the sample was too small; otherwise the scope lacks the necessary facts.
    pub insufficient: bool,
    /// The reason.
    pub why: String,
}

/// Maximum number of unreachable commits listed in a finding.
const LOST_SHOWN: usize = 3;

/// Collects the findings of detectors.
pub struct Sink<'s> {
    facts: &'s Facts<'s>,
    path_guards: &'s PathGuards,
    findings: Vec<Finding>,
    untested: Vec<Untested>,
}

impl Sink<'_> {
    /// Adds a finding, with the answers of the general guards.
    ///
    /// # Errors
    /// [`DetectError::Finding`] where the draft lacks something.
    pub fn push(&mut self, mut draft: Draft<'_>) -> Result<(), DetectError> {
        let lost = draft.commits.iter().filter(|idx| !self.facts.ledger.commit(**idx).reachable);
        let lost: Vec<String> = lost.take(LOST_SHOWN).map(|idx| self.facts.oid(*idx)).collect();
        if !lost.is_empty() {
            draft.saw("no reference leads to", lost.join(", "));
        }
        guards::answer(&mut draft, self.facts, self.path_guards);
        self.findings.push(draft.build()?);
        Ok(())
    }

    /// Whether one of the heuristic's path guards treats this path as innocent.
    pub fn is_guarded(&self, heuristic: &Heuristic, path: PathId) -> bool {
        let path = String::from_utf8_lossy(self.facts.ledger.path(path));
        self.path_guards.hold(heuristic, &path)
    }

    /// Whether a path is in the path set of this name.
    pub fn is_in(&self, set: &str, path: PathId) -> bool {
        let path = String::from_utf8_lossy(self.facts.ledger.path(path));
        self.path_guards.contains(set, &path)
    }

    /// Records that a test was not run, because the scope lacks the necessary facts.
    pub fn not_run(&mut self, heuristic: &Heuristic, why: impl Into<String>) {
        let untested =
            Untested { heuristic: heuristic.id.clone(), contributor: None, insufficient: false, why: why.into() };
        self.untested.push(untested);
    }

    /// Records that a test could not be run, because the sample is too small.
    pub fn insufficient(&mut self, heuristic: &Heuristic, contributor: ContributorId, why: impl Into<String>) {
        let untested = Untested {
            heuristic: heuristic.id.clone(),
            contributor: Some(contributor),
            insufficient: true,
            why: why.into(),
        };
        self.untested.push(untested);
    }
}

/// A detector failed.
#[derive(Debug, Error)]
pub enum DetectError {
    /// It raised an invalid finding.
    #[error(transparent)]
    Finding(#[from] FindingError),
    /// A coded heuristic without a detector.
    #[error("the heuristic '{0}' is coded, but no detector has that name")]
    NoCode(String),
    /// Parameters that the detector does not accept.
    #[error("cannot read the parameters of '{0}': {1}")]
    Params(String, String),
}

/// Detects the findings of one heuristic.
pub trait Detector: Send + Sync {
    /// Its heuristic.
    fn heuristic(&self) -> &Heuristic;

    /// The facts it reads.
    fn needs(&self) -> Needs;

    /// The names of the guards that it answers itself.
    fn guards(&self) -> &'static [&'static str] {
        &[]
    }

    /// Runs on the facts.
    ///
    /// # Errors
    /// [`DetectError`]
    fn detect(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError>;
}

type Build = fn(Heuristic) -> Result<Box<dyn Detector>, DetectError>;

/// The detector of a heuristic.
///
/// # Errors
/// [`DetectError`] if a coded heuristic has no detector, or its parameters are wrong.
pub fn detector_for(heuristic: &Heuristic) -> Result<Box<dyn Detector>, DetectError> {
    Ok(match &heuristic.kind {
        Kind::Text(rule) => Box::new(text::TextDetector::new(heuristic.clone(), rule)),
        Kind::Path(rule) => Box::new(path::PathDetector::new(heuristic.clone(), rule.clone())),
        Kind::Commit(rule) => Box::new(commit::CommitDetector::new(heuristic.clone(), rule.clone())),
        Kind::Coded(..) => {
            let (_, build) = CODED
                .iter()
                .find(|(id, _)| *id == heuristic.id)
                .ok_or_else(|| DetectError::NoCode(heuristic.id.clone()))?;
            build(heuristic.clone())?
        }
    })
}

/// A coded heuristic's parameters; the detector's struct rejects unknown fields.
fn params<P: serde::de::DeserializeOwned>(heuristic: &Heuristic) -> Result<P, DetectError> {
    let table = match &heuristic.kind {
        Kind::Coded(table, _) => table.clone(),
        _ => toml::Table::new(),
    };
    table.try_into().map_err(|e: toml::de::Error| DetectError::Params(heuristic.id.clone(), e.message().to_owned()))
}

/// Runs detectors on the facts. Returns findings in a total order with their final ids, and the tests without a result.
///
/// # Errors
/// [`DetectError`] of the first detector that fails.
pub fn detect(
    detectors: &[Box<dyn Detector>],
    facts: &Facts<'_>,
    path_guards: &PathGuards,
) -> Result<(Vec<Finding>, Vec<Untested>), DetectError> {
    use rayon::prelude::*;
    let results: Vec<_> = detectors
        .par_iter()
        .map(|detector| {
            let mut sink = Sink { facts, path_guards, findings: Vec::new(), untested: Vec::new() };
            detector.detect(facts, &mut sink).map(|()| (sink.findings, sink.untested))
        })
        .collect::<Result<_, _>>()?;
    let (mut findings, mut untested) = (Vec::new(), Vec::new());
    for (f, u) in results {
        findings.extend(f);
        untested.extend(u);
    }
    crate::finding::settle(&mut findings);
    untested.sort();
    Ok((findings, untested))
}
