//! Collects the findings of a detector, and its tests without a result.

use super::detector_error::DetectError;
use super::guards;
use super::view::View;
use crate::analysis::people::ContributorId;
use crate::facts::PathId;
use crate::finding::{Draft, Finding, Value};
use alibi_rules::heuristics::{Heuristic, PathGuards};

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
const MAX_UNREACHABLE: usize = 3;

/// Collects the findings of one detector, and its tests without a result.
pub struct Sink<'s> {
    view: &'s View<'s>,
    path_guards: &'s PathGuards,
    findings: Vec<Finding>,
    untested: Vec<Untested>,
}

impl<'s> Sink<'s> {
    /// Creates an empty sink for the findings of one detector.
    pub(super) fn new(view: &'s View<'s>, path_guards: &'s PathGuards) -> Sink<'s> {
        Sink { view, path_guards, findings: Vec::new(), untested: Vec::new() }
    }

    /// Returns the findings, and the tests without a result.
    pub(super) fn into_results(self) -> (Vec<Finding>, Vec<Untested>) {
        (self.findings, self.untested)
    }

    /// Adds a finding. General guards are answered, and unreachable commits are added to the evidence.
    ///
    /// # Errors
    /// [`DetectError::Finding`] if the draft is incomplete.
    pub fn push(&mut self, mut draft: Draft<'_>) -> Result<(), DetectError> {
        let lost = draft.commits.iter().filter(|idx| !self.view.facts.commit(**idx).reachable);
        let lost: Vec<String> = lost.take(MAX_UNREACHABLE).map(|idx| self.view.oid(*idx)).collect();
        if !lost.is_empty() {
            draft.saw("not reachable from any reference", Value::words(lost.join(", ")));
        }
        guards::answer(&mut draft, self.view, self.path_guards);
        self.findings.push(draft.build()?);
        Ok(())
    }

    /// Whether one of the heuristic's path guards treats this path as innocent.
    pub fn is_guarded(&self, heuristic: &Heuristic, path: PathId) -> bool {
        let path = String::from_utf8_lossy(self.view.facts.path(path));
        self.path_guards.hold(heuristic, &path)
    }

    /// Whether a path is in the path set of this name.
    pub fn is_in(&self, set: &str, path: PathId) -> bool {
        let path = String::from_utf8_lossy(self.view.facts.path(path));
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
