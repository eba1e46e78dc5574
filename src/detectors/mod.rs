//! What judges: one file a detector, and one adapter for each declarative kind of heuristic.
//!
//! In: [`Facts`]. Out: findings, and the tests that could not be made. A detector never sees Git, and says by its
//! [`Needs`] which facts must be there.

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

/// The frame of a coded detector: a struct with its heuristic and parameters, the function that builds it, and the trait,
/// whose `detect` is the struct's own `judge`.
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

/// The parameters of a coded heuristic that has none: its file may name none either.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoParams {}

/// The facts that a detector reads; the run computes only the union of what the selected ones need.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Needs(u32);

impl Needs {
    /// Commits and people: always there.
    pub const COMMITS: Needs = Needs(0);
    /// What each judged commit changed.
    pub const CHANGES: Needs = Needs(1);
    /// Line counts of the changes that a commit rule asks about.
    pub const LINES: Needs = Needs(2 | 1);
    /// What the text rules hit.
    pub const HITS: Needs = Needs(4 | 1);
    /// What was added to `.mailmap` files.
    pub const MAILMAPS: Needs = Needs(8 | 1);
    /// The binary files that were brought among tests, and what build files hit.
    pub const OPAQUE: Needs = Needs(16 | 4 | 1);
    /// What all text rules hit that matter, those of heuristics that were not selected too.
    pub const WATCHED: Needs = Needs(64 | 4 | 1);
    /// What other scanners reported.
    pub const IMPORTED: Needs = Needs(32 | 1);
    /// What files of dependencies state.
    pub const DEPENDENCIES: Needs = Needs(128 | 1);
    /// Which of the new dependencies nothing names.
    pub const MENTIONS: Needs = Needs(256 | 128 | 1);
    /// What the given advisories call malicious.
    pub const ADVISORIES: Needs = Needs(512 | 128 | 1);
    /// Which paths are sensitive.
    pub const SENSITIVE: Needs = Needs(1024 | 1);
    /// What was edited in policies and lists of owners.
    pub const POLICIES: Needs = Needs(2048 | 1);
    /// What merges hold that neither side brought.
    pub const MERGES: Needs = Needs(4096 | 1);
    /// Line counts of the small commits of those who commit every day.
    pub const PADDING: Needs = Needs(8192 | 1);
    /// What patches say, wherever they are applied; only where several repositories are compared.
    pub const PATCHES: Needs = Needs(16384 | 1);
    /// The lists that the team gave.
    pub const INDICATORS: Needs = Needs(32768);

    /// Whether all of `other` is in it.
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

/// Everything a detector may look at.
pub struct Facts<'f> {
    /// What the histories hold.
    pub ledger: &'f Ledger,
    /// Whose it is.
    pub people: &'f People,
    /// What the text rules found.
    pub text: &'f TextFacts,
    /// The binary files among tests, by blob.
    pub opaque: &'f BTreeMap<BlobId, OpaqueBlob>,
    /// What other scanners reported.
    pub imported: &'f [ImportedFinding],
    /// Who changed which dependency.
    pub dependencies: &'f Dependencies,
    /// The new dependencies that nothing at HEAD uses, and what shows that.
    pub unnamed: &'f FxHashMap<(u16, Ecosystem, String), &'static str>,
    /// What the team looks for.
    pub indicators: &'f Indicators,
    /// What is known to be malicious.
    pub advisories: &'f Advisories,
    /// A text heuristic's number in `text`.
    pub rules: &'f FxHashMap<String, u16>,
    /// A commit heuristic's bit in a commit's patterns, and the mask of what must not match.
    pub patterns: &'f FxHashMap<String, (u8, u64)>,
    /// Line counts by place in the ledger's changes, where a commit rule asked for them.
    pub lines: &'f FxHashMap<u32, LineCounts>,
    /// The heuristics whose text rules ran: those of the run, and those that one of them watches.
    pub heuristics: &'f [Heuristic],
    /// Who brought what into each history, and how long everybody has been there.
    pub standing: &'f Standing<'f>,
    /// The paths that are sensitive.
    pub sensitive: &'f SensitivePaths,
    /// Edits of policies and lists of owners.
    pub policies: &'f [PolicyEdit],
    /// What merges hold that neither side brought.
    pub merges: &'f [MergeEdit],
    /// Hashes of patches.
    pub patches: &'f FxHashMap<CommitIdx, u64>,
    /// Whose clock each commit shows, and what it says.
    pub clocks: &'f Clocks,
    /// What the team declares about its contributors.
    pub roster: &'f Roster,
    /// The commits whose own traces contradict the author that they name.
    pub contradicted: &'f BTreeMap<CommitIdx, Vec<Trace>>,
    /// The moment that counts as now: seconds since 1970, UTC.
    pub now: i64,
}

impl Facts<'_> {
    /// The contributor who wrote a commit.
    pub fn author_of(&self, commit: CommitIdx) -> ContributorId {
        self.people.contributor_of(self.ledger.commit(commit).author)
    }

    /// Why the past cannot be told from this scope, if it cannot: changes are read of judged commits only, and a shallow clone
    /// has no beginning.
    pub fn lacks_the_past(&self) -> Option<&'static str> {
        if self.ledger.repositories.iter().any(|row| !row.condition.shallow.is_empty()) {
            Some("a shallow clone does not show who was there before")
        } else if self.ledger.commits.iter().any(|commit| !commit.judged) {
            Some("what was changed before the range or the dates chosen is not read")
        } else {
            None
        }
    }

    /// A commit's id in hexadecimal.
    pub fn oid(&self, commit: CommitIdx) -> String {
        self.ledger.commit(commit).oid.to_string()
    }
}

/// A path as Git takes it literally, from the top of the repository wherever it is called.
fn literal(path: &[u8]) -> Vec<u8> {
    [b":(top,literal)", path].concat()
}

/// A test that said nothing, and why.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Untested {
    /// The heuristic.
    pub heuristic: String,
    /// Whose test, if it is one contributor's.
    pub contributor: Option<ContributorId>,
    /// Too small a sample, rather than facts that this scope does not have.
    pub insufficient: bool,
    /// Why.
    pub why: String,
}

/// So many commits that were left behind are named in a finding.
const LOST_SHOWN: usize = 3;

/// Where detectors put what they find.
pub struct Sink<'s> {
    facts: &'s Facts<'s>,
    path_guards: &'s PathGuards,
    findings: Vec<Finding>,
    untested: Vec<Untested>,
}

impl Sink<'_> {
    /// Adds a finding, with the answers of the guards that any finding can be asked.
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

    /// Whether a guard for paths, among those that the heuristic names, takes this path for an innocent one.
    pub fn is_guarded(&self, heuristic: &Heuristic, path: PathId) -> bool {
        let path = String::from_utf8_lossy(self.facts.ledger.path(path));
        self.path_guards.hold(heuristic, &path)
    }

    /// Whether a path is in the set of paths of this name.
    pub fn is_in(&self, set: &str, path: PathId) -> bool {
        let path = String::from_utf8_lossy(self.facts.ledger.path(path));
        self.path_guards.contains(set, &path)
    }

    /// Says that a test was not made at all, since the scope lacks what it needs.
    pub fn not_run(&mut self, heuristic: &Heuristic, why: impl Into<String>) {
        let untested =
            Untested { heuristic: heuristic.id.clone(), contributor: None, insufficient: false, why: why.into() };
        self.untested.push(untested);
    }

    /// Says that a test could not be made for want of a sample.
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
    /// It raised something that is no finding.
    #[error(transparent)]
    Finding(#[from] FindingError),
    /// A coded heuristic without its code.
    #[error("the heuristic '{0}' is coded, and there is no detector of that name")]
    NoCode(String),
    /// Parameters that its code does not know.
    #[error("the parameters of '{0}' cannot be read: {1}")]
    Params(String, String),
}

/// Judges one heuristic.
pub trait Detector: Send + Sync {
    /// The heuristic it judges.
    fn heuristic(&self) -> &Heuristic;

    /// The facts it reads.
    fn needs(&self) -> Needs;

    /// The guards that it answers itself, by name.
    fn guards(&self) -> &'static [&'static str] {
        &[]
    }

    /// Looks at the facts.
    ///
    /// # Errors
    /// [`DetectError`]
    fn detect(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError>;
}

type Build = fn(Heuristic) -> Result<Box<dyn Detector>, DetectError>;

/// The detector of a heuristic.
///
/// # Errors
/// [`DetectError`] where a coded one has no code or its parameters are wrong.
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

/// A coded heuristic's parameters; fields that the code does not know are refused by its struct.
fn params<P: serde::de::DeserializeOwned>(heuristic: &Heuristic) -> Result<P, DetectError> {
    let table = match &heuristic.kind {
        Kind::Coded(table, _) => table.clone(),
        _ => toml::Table::new(),
    };
    table.try_into().map_err(|e: toml::de::Error| DetectError::Params(heuristic.id.clone(), e.message().to_owned()))
}

/// Runs detectors over the facts: findings in a total order with their final ids, and what was not tested.
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
