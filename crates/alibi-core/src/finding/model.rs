//! A finding, complete and immutable except for what the pipeline adds.

use super::decision::Suppression;
use super::evidence::Evidence;
use crate::analysis::people::ContributorId;
use crate::facts::{BlobId, CommitIdx, PathId, RepositoryIdx};
use alibi_rules::content::Hit;
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{Confidence, Family, Nature, Severity};

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
    /// Alone, the finding causes neither a review nor a block.
    Note,
    /// Alone, the finding may cause a review.
    Review,
    /// Alone, the finding may cause a block.
    Block,
}

/// A position in a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// The file.
    pub path: PathId,
    /// The line, starting at 1.
    pub line: u32,
}

/// The text that a finding quotes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// The line, or the part of it near the hit.
    pub text: Vec<u8>,
    /// The decoded text, if the line is encoded.
    pub decoded: Option<Vec<u8>>,
}

/// A finding: what a heuristic detected, which contributor it is about, and how to reproduce it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The heuristic's id and a hash of the evidence. It stays the same after a rebase, a squash or moved lines.
    pub id: String,
    /// The heuristic.
    pub heuristic: String,
    /// Its family.
    pub family: Family,
    /// What it shows: an attack, a deception or an exposure.
    pub nature: Nature,
    /// Its group. Findings of one group have a common cause, so only the strongest one counts.
    pub group: String,
    /// The harm, if the finding is true.
    pub severity: Severity,
    /// How often such a finding is true.
    pub confidence: Confidence,
    /// Its weight.
    pub weight: Decibans,
    /// Whether the weight comes from a measurement.
    pub calibrated: bool,
    /// The highest tier that it may cause by itself.
    pub reach: Reach,
    /// The contributor.
    pub contributor: ContributorId,
    /// Whether the commits' metadata contradicts the contributor's name. The finding is then about an unknown person
    /// who used that name.
    pub is_forged: bool,
    /// The repository's index in the store.
    pub repository: RepositoryIdx,
    /// The commits, oldest first.
    pub commits: Vec<CommitIdx>,
    /// The paths.
    pub paths: Vec<PathId>,
    /// The line in the first path, starting at 1.
    pub line: Option<u32>,
    /// Every place where the same text occurs, for findings in content.
    pub places: Vec<Place>,
    /// Whether HEAD still contains the text, for findings in content.
    pub in_head: Option<bool>,
    /// The commit that removed the text.
    pub removed_in: Option<CommitIdx>,
    /// A one-sentence summary.
    pub summary: String,
    /// What was observed.
    pub evidence: Vec<Evidence>,
    /// Innocent explanations.
    pub innocent: Vec<TestedCause>,
    /// The team's suppression, if any.
    pub suppressed: Option<Suppression>,
    /// The hit that the finding is about, and its blob, for findings in content.
    pub source: Option<(BlobId, Hit)>,
    /// The quoted line, for findings in content.
    pub quote: Option<Quote>,
    /// The subject of the first commit, with secrets redacted.
    pub subject: Option<Vec<u8>>,
    /// The arguments of the Git command that reproduces the finding, unquoted and without the repository's path.
    pub reproduce: Vec<Vec<u8>>,
}

impl Finding {
    /// Whether the finding counts: it is not suppressed, and every innocent cause that was tested is excluded.
    pub fn counts(&self) -> bool {
        self.suppressed.is_none() && !self.innocent.iter().any(|cause| cause.tested && !cause.excluded)
    }

    /// The weight that the finding adds to a case.
    pub fn counted(&self) -> Decibans {
        if self.counts() { self.weight } else { Decibans(0.0) }
    }
}

/// Sorts findings in a total order, and numbers findings with equal ids.
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
