//! Builds findings.

use super::evidence::{Evidence, Value};
use super::model::{Finding, Place, Reach, TestedCause};
use crate::analysis::people::ContributorId;
use crate::facts::{BlobId, CommitIdx, PathId, RepositoryIdx};
use alibi_git::fingerprint::fingerprint;
use alibi_rules::content::Hit;
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{Confidence, Heuristic, Measured, Nature, Severity};
use std::borrow::Cow;
use thiserror::Error;

/// Why a finding is incomplete.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum FindingError {
    /// The finding has no commit.
    #[error("{0} raised a finding without a commit")]
    NoCommit(String),
    /// The finding has no evidence.
    #[error("{0} raised a finding without evidence")]
    NoEvidence(String),
    /// The finding has no command that reproduces it.
    #[error("{0} raised a finding without a command that reproduces it")]
    NoCommand(String),
    /// A guard of the heuristic was not answered.
    #[error("{0} names guard '{1}', which was not answered")]
    UnansweredGuard(String, String),
}

/// Builds a finding.
pub struct Draft<'h> {
    heuristic: &'h Heuristic,
    /// The contributor.
    pub contributor: ContributorId,
    /// The repository's index.
    pub repository: RepositoryIdx,
    /// The commits.
    pub commits: Vec<CommitIdx>,
    /// The paths.
    pub paths: Vec<PathId>,
    /// The line, starting at 1.
    pub line: Option<u32>,
    /// Every place where the same text occurs.
    pub places: Vec<Place>,
    /// Whether HEAD contains the text.
    pub in_head: Option<bool>,
    /// The commit that removed the text.
    pub removed_in: Option<CommitIdx>,
    /// The weight, at most that of the heuristic.
    pub weight: Decibans,
    /// The severity, at most that of the heuristic.
    pub severity: Severity,
    /// The confidence, at most that of the heuristic.
    pub confidence: Confidence,
    /// Whether the finding shows that the named author did not make the commits. It is then not attributed to that
    /// author.
    pub is_forged: bool,
    /// Whether no path makes what was found innocent.
    pub is_whole: bool,
    /// The hit that the finding is about, and its blob.
    pub source: Option<(BlobId, Hit)>,
    key: u64,
    summary: String,
    evidence: Vec<Evidence>,
    /// For each answered guard, whether its innocent cause is excluded; `None` if that is left open.
    answers: Vec<(String, Option<bool>)>,
    reproduce: Vec<Vec<u8>>,
}

impl<'h> Draft<'h> {
    /// Creates a draft of a finding about a contributor. `key` is the normalised evidence: it stays the same when the
    /// history is rebased or lines move, and differs between findings.
    pub fn new<P: AsRef<[u8]>>(
        heuristic: &'h Heuristic,
        contributor: ContributorId,
        repository: RepositoryIdx,
        key: impl IntoIterator<Item = P>,
        summary: impl Into<String>,
    ) -> Draft<'h> {
        Draft {
            heuristic,
            contributor,
            repository,
            commits: Vec::new(),
            paths: Vec::new(),
            line: None,
            places: Vec::new(),
            in_head: None,
            removed_in: None,
            weight: heuristic.weight,
            severity: heuristic.severity,
            confidence: heuristic.confidence,
            is_forged: false,
            is_whole: false,
            source: None,
            key: fingerprint(key),
            summary: summary.into(),
            evidence: Vec::new(),
            answers: Vec::new(),
            reproduce: Vec::new(),
        }
    }

    /// The heuristic.
    pub fn heuristic(&self) -> &'h Heuristic {
        self.heuristic
    }

    /// Adds an observed fact.
    pub fn saw(&mut self, label: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> &mut Self {
        self.evidence.push(Evidence { label: label.into(), value: value.into() });
        self
    }

    /// Adds a guard's answer: whether the innocent cause is excluded.
    pub fn answer(&mut self, guard: &str, excluded: bool) -> &mut Self {
        self.answers.push((guard.to_owned(), Some(excluded)));
        self
    }

    /// Leaves a guard's innocent cause open: it is listed, but does not excuse the finding.
    pub fn leave_open(&mut self, guard: &str) -> &mut Self {
        self.answers.push((guard.to_owned(), None));
        self
    }

    /// Whether a guard was answered.
    pub fn is_answered(&self, guard: &str) -> bool {
        self.answers.iter().any(|(name, _)| name == guard)
    }

    /// Sets the arguments of the Git command that reproduces the evidence, without the repository's path.
    pub fn reproduce<W: AsRef<[u8]>>(&mut self, words: impl IntoIterator<Item = W>) -> &mut Self {
        self.reproduce = words.into_iter().map(|w| w.as_ref().to_vec()).collect();
        self
    }

    /// Completes the finding.
    ///
    /// # Errors
    /// [`FindingError`] if the commits, the evidence, the command or a guard's answer is missing.
    pub fn build(mut self) -> Result<Finding, FindingError> {
        let h = self.heuristic;
        if self.commits.is_empty() {
            return Err(FindingError::NoCommit(h.id.clone()));
        }
        if self.evidence.is_empty() {
            return Err(FindingError::NoEvidence(h.id.clone()));
        }
        if self.reproduce.is_empty() {
            return Err(FindingError::NoCommand(h.id.clone()));
        }
        self.commits.sort_unstable();
        self.commits.dedup();
        let innocent = h
            .innocent
            .iter()
            .map(|innocent| {
                let answer = match &innocent.test {
                    None => None,
                    Some(guard) => {
                        let answer = self.answers.iter().find(|(name, _)| name == guard);
                        answer.ok_or_else(|| FindingError::UnansweredGuard(h.id.clone(), guard.clone()))?.1
                    }
                };
                Ok(TestedCause {
                    cause: innocent.cause.clone(),
                    tested: answer.is_some(),
                    excluded: answer.unwrap_or(false),
                })
            })
            .collect::<Result<_, _>>()?;
        let (severity, confidence) = (self.severity.min(h.severity), self.confidence.min(h.confidence));
        let is_exposure = h.nature == Nature::Exposure;
        Ok(Finding {
            id: format!("{}:{:016x}", h.id, self.key),
            heuristic: h.id.clone(),
            family: h.family,
            nature: h.nature,
            group: h.group.clone(),
            severity,
            confidence,
            weight: if is_exposure { Decibans(0.0) } else { self.weight.min(h.weight) },
            calibrated: h.calibrated,
            reach: reach(h, h.measured.as_ref(), severity, confidence),
            contributor: self.contributor,
            is_forged: self.is_forged,
            repository: self.repository,
            commits: self.commits,
            paths: self.paths,
            line: self.line,
            places: self.places,
            in_head: self.in_head,
            removed_in: self.removed_in,
            summary: self.summary,
            evidence: self.evidence,
            innocent,
            suppressed: None,
            source: self.source,
            quote: None,
            subject: None,
            reproduce: self.reproduce,
        })
    }
}

/// Returns the highest tier that a finding of this severity and confidence may cause by itself, given the measured
/// rates. Only an attack may cause more than a note, and only if its rate on ordinary history was measured or it
/// matches a list passed to the run.
pub fn reach(heuristic: &Heuristic, measured: Option<&Measured>, severity: Severity, confidence: Confidence) -> Reach {
    let is_high = severity == Severity::High && confidence == Confidence::High;
    let is_medium = severity >= Severity::Medium && confidence >= Confidence::Medium;
    if heuristic.nature != Nature::Attack {
        Reach::Note
    } else if is_high && (heuristic.from_list || measured.is_some_and(Measured::may_block)) {
        Reach::Block
    } else if is_medium && (heuristic.from_list || measured.is_some_and(Measured::may_review)) {
        Reach::Review
    } else {
        Reach::Note
    }
}
