//! Findings, and the builder that ensures each one is complete.

use crate::analysis::people::ContributorId;
use crate::config::Suppression;
use crate::decibans::Decibans;
use crate::facts::{BlobId, CommitIdx, PathId};
use crate::fingerprint::fingerprint;
use crate::heuristics::{Confidence, Family, Heuristic, Measured, Nature, Severity};
use crate::parse::content::Hit;
use thiserror::Error;

/// One observed fact: a label and a value, for people to read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evidence {
    /// The label.
    pub label: String,
    /// The value, as bytes of the repository; sanitised for output.
    pub value: Vec<u8>,
}

/// An innocent cause, and the result of its test.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TestedCause {
    /// The cause.
    pub cause: String,
    /// Whether it could be tested.
    pub tested: bool,
    /// Whether the test excludes it.
    pub excluded: bool,
}

/// The highest tier that a finding may cause by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reach {
    /// None: it counts only together with others.
    Note,
    /// A review.
    Review,
    /// A block.
    Block,
}

/// A place of a finding in a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// The file.
    pub path: PathId,
    /// The line, from 1.
    pub line: u32,
}

/// What a finding quotes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// The line, or the part of it near the hit.
    pub text: Vec<u8>,
    /// The decoded text, where the line is encoded.
    pub decoded: Option<Vec<u8>>,
}

/// A finding: what a heuristic detected, whose it is, and how to reproduce it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The heuristic's id and a hash of the evidence. It stays the same after a rebase, a squash or moved lines.
    pub id: String,
    /// The heuristic.
    pub heuristic: String,
    /// Its family.
    pub family: Family,
    /// The question that it answers.
    pub nature: Nature,
    /// Its group.
    pub group: String,
    /// The harm, if the finding is true.
    pub severity: Severity,
    /// How often such a finding is true.
    pub confidence: Confidence,
    /// Its weight.
    pub weight: Decibans,
    /// Whether the weight was measured.
    pub calibrated: bool,
    /// The highest tier that it may cause by itself.
    pub reach: Reach,
    /// The contributor.
    pub contributor: ContributorId,
    /// Whether the commits' own metadata contradicts that name. The finding is then about an unknown person who used
    /// it.
    pub is_forged: bool,
    /// The repository's index in the store.
    pub repository: u16,
    /// The commits, oldest first.
    pub commits: Vec<CommitIdx>,
    /// The paths.
    pub paths: Vec<PathId>,
    /// The line in the first path, from 1.
    pub line: Option<u32>,
    /// Every place of the same text, for findings in content.
    pub places: Vec<Place>,
    /// Whether HEAD still contains it, for findings in content.
    pub in_head: Option<bool>,
    /// The commit that removed it.
    pub removed_in: Option<CommitIdx>,
    /// A one-sentence summary.
    pub summary: String,
    /// What was observed.
    pub evidence: Vec<Evidence>,
    /// Innocent explanations.
    pub innocent: Vec<TestedCause>,
    /// The team's suppression, if any.
    pub suppressed: Option<Suppression>,
    /// The blob and the place in it that the finding is about, for findings in content.
    pub source: Option<(BlobId, Hit)>,
    /// The quoted line, for findings in content.
    pub quote: Option<Quote>,
    /// The subject of the first commit, with secrets redacted.
    pub subject: Option<Vec<u8>>,
    /// The Git command that reproduces it, as unquoted words, without the repository's path.
    pub reproduce: Vec<Vec<u8>>,
}

impl Finding {
    /// Whether it counts: it is not suppressed, and no innocent cause was tested and left standing.
    pub fn counts(&self) -> bool {
        self.suppressed.is_none() && !self.innocent.iter().any(|cause| cause.tested && !cause.excluded)
    }

    /// The weight that it adds to a case.
    pub fn counted(&self) -> Decibans {
        if self.counts() { self.weight } else { Decibans(0.0) }
    }
}

/// Why a finding is incomplete.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum FindingError {
    /// It has no commit.
    #[error("{0} raised a finding without a commit")]
    NoCommit(String),
    /// It has no evidence.
    #[error("{0} raised a finding without evidence")]
    NoEvidence(String),
    /// It has no command to reproduce it.
    #[error("{0} raised a finding without a command that reproduces it")]
    NoCommand(String),
    /// A guard was not answered.
    #[error("{0} names guard '{1}', which was not answered")]
    UnansweredGuard(String, String),
}

/// Builds a finding.
pub struct Draft<'h> {
    heuristic: &'h Heuristic,
    /// The contributor.
    pub contributor: ContributorId,
    /// The repository's index.
    pub repository: u16,
    /// The commits.
    pub commits: Vec<CommitIdx>,
    /// The paths.
    pub paths: Vec<PathId>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// Every place of the same text.
    pub places: Vec<Place>,
    /// Whether HEAD contains it.
    pub in_head: Option<bool>,
    /// The commit that removed it.
    pub removed_in: Option<CommitIdx>,
    /// The weight, if lower than the heuristic's.
    pub weight: Decibans,
    /// The severity, if lower than the heuristic's.
    pub severity: Severity,
    /// The confidence, if lower than the heuristic's.
    pub confidence: Confidence,
    /// Whether it shows that the named author did not make its commits, so that no named person is charged with them.
    pub is_forged: bool,
    /// The blob and the place in it that the finding is about.
    pub source: Option<(BlobId, Hit)>,
    key: u64,
    summary: String,
    evidence: Vec<Evidence>,
    answers: Vec<(String, bool)>,
    reproduce: Vec<Vec<u8>>,
}

impl<'h> Draft<'h> {
    /// A finding of `heuristic` about a contributor. `key` is the normalised evidence: it stays the same when the
    /// history is rebased or lines move, and differs between two findings.
    pub fn new<P: AsRef<[u8]>>(
        heuristic: &'h Heuristic,
        contributor: ContributorId,
        repository: u16,
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
    pub fn saw(&mut self, label: impl Into<String>, value: impl AsRef<[u8]>) -> &mut Self {
        self.evidence.push(Evidence { label: label.into(), value: value.as_ref().to_vec() });
        self
    }

    /// Adds a guard's answer: whether the innocent cause is excluded.
    pub fn answer(&mut self, guard: &str, excluded: bool) -> &mut Self {
        self.answers.push((guard.to_owned(), excluded));
        self
    }

    /// Whether a guard has answered.
    pub fn is_answered(&self, guard: &str) -> bool {
        self.answers.iter().any(|(name, _)| name == guard)
    }

    /// Sets the words of the Git command that reproduces the evidence, without `git` and the repository's path.
    pub fn reproduce<W: AsRef<[u8]>>(&mut self, words: impl IntoIterator<Item = W>) -> &mut Self {
        self.reproduce = words.into_iter().map(|w| w.as_ref().to_vec()).collect();
        self
    }

    /// Completes the finding.
    ///
    /// # Errors
    /// [`FindingError`] if commits, evidence, a command or a guard's answer are missing.
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
                    Some(guard) => Some(
                        self.answers
                            .iter()
                            .find(|(name, _)| name == guard)
                            .ok_or_else(|| FindingError::UnansweredGuard(h.id.clone(), guard.clone()))?
                            .1,
                    ),
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

/// The highest tier that a finding of this severity and confidence may cause by itself, given the measured rates. Only
/// an attack with a measured rate on ordinary history, or a match of a list passed to the run, may cause more than a
/// note.
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

/// Sorts findings, and numbers those with equal ids, in a total order.
pub fn assign_ids(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (&a.id, a.repository, &a.commits, &a.paths, a.line).cmp(&(&b.id, b.repository, &b.commits, &b.paths, b.line))
    });
    let (mut last, mut ordinal) = (String::new(), 1);
    for finding in findings {
        if finding.id == last {
            ordinal += 1;
            finding.id = format!("{last}:{ordinal}");
        } else {
            last.clone_from(&finding.id);
            ordinal = 1;
        }
    }
}
