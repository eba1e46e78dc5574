//! Decides which findings are not charged to the person named in their commits.

use alibi_core::analysis::people::People;
use alibi_core::facts::{CommitIdx, Facts};
use alibi_core::finding::Finding;
use alibi_rules::heuristics::Nature;
use rustc_hash::FxHashSet;

/// Marks the findings that are not charged to the person named in their commits, because the commits' traces contradict
/// that name or a finding that counts shows that they are forged. Returns the forged commits.
///
/// Only the commits under the charged name decide, since later copies by other people do not matter. For an attack, the
/// first of these commits must be forged; for other findings, all of them. If there are none, all commits of the
/// finding must be forged.
pub(super) fn mark_forged(
    findings: &mut [Finding],
    facts: &Facts,
    people: &People,
    mut forged: FxHashSet<CommitIdx>,
) -> FxHashSet<CommitIdx> {
    forged.extend(findings.iter().filter(|f| f.is_forged && f.counts()).flat_map(|f| &f.commits));
    for finding in findings {
        let is_own = |c: &&CommitIdx| people.contributor_of(facts.commit(**c).author) == finding.contributor;
        let is_forged = |c: &CommitIdx| forged.contains(c);
        let mut own = finding.commits.iter().filter(is_own).peekable();
        finding.is_forged = match finding.nature {
            _ if own.peek().is_none() => !finding.commits.is_empty() && finding.commits.iter().all(is_forged),
            Nature::Attack => own.next().is_some_and(is_forged),
            Nature::Deception | Nature::Exposure => own.all(is_forged),
        };
    }
    forged
}
