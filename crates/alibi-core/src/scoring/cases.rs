//! Groups findings into cases, one per suspect, and assigns each case a tier.

use crate::analysis::people::ContributorId;
use crate::finding::{Finding, Reach};
use alibi_git::history::CommitIdx;
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{Combination, Family, Nature, UNMEASURED_DB};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Minimum number of groups that together make a review. Observations with a common cause do not confirm each other.
pub const MIN_GROUPS: usize = 2;

/// The false-discovery rate for the annotation of cases.
const ALPHA: f64 = 0.05;

/// Returns the maximum weight of a family. Metadata observations share unknown causes, so their cap is lower.
fn cap(family: Family) -> Decibans {
    Decibans(if family.is_about_content() { 40.0 } else { 25.0 })
}

/// The urgency of a case, derived from its findings.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// For information.
    Note,
    /// Needs a manual review.
    Review,
    /// An attack found by a heuristic or combination that is rarely wrong on ordinary history.
    Block,
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Tier::Note => "note",
            Tier::Review => "review",
            Tier::Block => "block",
        })
    }
}

/// The subject of a case: a contributor, or an unknown person who used the contributor's name. A commit whose metadata
/// contradicts its author is never attributed to the person named.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Suspect {
    /// The contributor, or the contributor whose name was used.
    pub contributor: ContributorId,
    /// Whether another person used the name.
    pub is_forged: bool,
}

impl Suspect {
    /// The suspect of a finding.
    pub fn of(finding: &Finding) -> Suspect {
        Suspect { contributor: finding.contributor, is_forged: finding.is_forged }
    }
}

/// The evidence about one suspect.
#[derive(Clone, Debug)]
pub struct Case {
    /// The suspect.
    pub suspect: Suspect,
    /// The tier.
    pub tier: Tier,
    /// The total weight, after groups and caps.
    pub total: Decibans,
    /// Number of groups of evidence that count.
    pub groups: usize,
    /// The weight of each family, after groups and caps.
    pub families: BTreeMap<Family, Decibans>,
    /// Whether the case survives the e-BH procedure at 5 % over the contributors of the run.
    pub survives_fdr: bool,
    /// The ids of the combinations that made the case a block.
    pub combinations: Vec<String>,
    /// Whether every finding that counts has a measured weight.
    pub is_measured: bool,
    /// Indices of the findings in the input slice, highest weight first.
    pub findings: Vec<usize>,
}

/// The rules for building cases.
pub struct Rules<'r> {
    /// Minimum total weight for a review that is based on several groups.
    pub review: Decibans,
    /// Combinations that block.
    pub combinations: &'r [Combination],
    /// Whether the findings come from a range that is merged as a whole. The halves of a combination may then be in
    /// different commits of one suspect.
    pub is_range: bool,
    /// Number of contributors that the run could have reported.
    pub testable: usize,
}

/// Groups findings into cases, ordered by tier and total weight, highest first; ties are in the order of contributors.
/// Exposures belong to no case.
///
/// A finding that is suppressed, or has an innocent cause that was tested and not excluded, is listed with no weight.
pub fn cases(findings: &[Finding], rules: &Rules<'_>) -> Vec<Case> {
    let mut by_suspect: BTreeMap<Suspect, Vec<usize>> = BTreeMap::new();
    for (i, finding) in findings.iter().enumerate().filter(|(_, f)| f.nature != Nature::Exposure) {
        by_suspect.entry(Suspect::of(finding)).or_default().push(i);
    }
    let mut cases: Vec<Case> = by_suspect.into_iter().map(|(who, of)| case(who, of, findings, rules)).collect();
    cases.sort_by(|a, b| b.tier.cmp(&a.tier).then(b.total.0.total_cmp(&a.total.0)).then(a.suspect.cmp(&b.suspect)));
    annotate(&mut cases, rules.testable);
    cases
}

fn case(suspect: Suspect, mut own: Vec<usize>, findings: &[Finding], rules: &Rules<'_>) -> Case {
    // At equal weight, findings in removed text come last, and findings with later commits come first.
    own.sort_by(|&a, &b| {
        let (x, y) = (&findings[a], &findings[b]);
        let is_gone = |f: &Finding| f.in_head == Some(false);
        y.counted()
            .0
            .total_cmp(&x.counted().0)
            .then_with(|| is_gone(x).cmp(&is_gone(y)))
            .then_with(|| y.commits.last().cmp(&x.commits.last()))
            .then_with(|| x.id.cmp(&y.id))
    });
    let counting = || own.iter().map(|&i| &findings[i]).filter(|f| f.counts());
    let mut groups: BTreeMap<(Family, &str), Decibans> = BTreeMap::new();
    for finding in counting().filter(|f| f.weight.0 > 0.0) {
        let strongest = groups.entry((finding.family, &finding.group)).or_default();
        strongest.0 = strongest.0.max(finding.weight.0);
    }
    let mut families: BTreeMap<Family, Decibans> = BTreeMap::new();
    for ((family, _), weight) in &groups {
        families.entry(*family).or_default().0 += weight.0;
    }
    for (family, weight) in &mut families {
        *weight = weight.min(cap(*family));
    }
    let total: Decibans = families.values().copied().sum();
    let distinct: BTreeSet<&str> = groups.keys().map(|(_, group)| *group).collect();
    let combinations = matching_combinations(rules, counting());
    // The longer a history, the likelier a single finding in it is harmless: in a scan, a block needs the weight of a
    // whole review. In a range it does not, so that harmless commits cannot lower the tier. A review by a single
    // finding always needs more than the limit for unmeasured findings.
    let alone = |f: &Finding| match f.reach {
        Reach::Block if rules.is_range || f.weight >= rules.review => Reach::Block,
        Reach::Block | Reach::Review if f.weight.0 > UNMEASURED_DB => Reach::Review,
        _ => Reach::Note,
    };
    let reach = counting().map(alone).max().unwrap_or(Reach::Note);
    // Unmeasured evidence supports a review but cannot make one.
    let has_measured = counting().any(|f| f.calibrated && f.weight.0 > 0.0);
    let tier = if reach == Reach::Block || !combinations.is_empty() {
        Tier::Block
    } else if reach == Reach::Review || distinct.len() >= MIN_GROUPS && total >= rules.review && has_measured {
        Tier::Review
    } else {
        Tier::Note
    };
    let is_measured = counting().filter(|f| f.weight.0 > 0.0).all(|f| f.calibrated);
    Case {
        suspect,
        tier,
        total,
        groups: distinct.len(),
        families,
        survives_fdr: false,
        combinations,
        is_measured,
        findings: own,
    }
}

/// Returns the combinations whose halves are both found in one commit or, in a range, in any of the suspect's commits.
fn matching_combinations<'f>(rules: &Rules<'_>, counting: impl Iterator<Item = &'f Finding>) -> Vec<String> {
    let mut commits: BTreeMap<&str, BTreeSet<CommitIdx>> = BTreeMap::new();
    for finding in counting {
        commits.entry(&finding.heuristic).or_default().extend(&finding.commits);
    }
    let of = |ids: &[String]| -> BTreeSet<CommitIdx> {
        ids.iter().filter_map(|id| commits.get(id.as_str())).flatten().copied().collect()
    };
    let both = |c: &&Combination| {
        let (first, second) = (of(&c.first), of(&c.second));
        !first.is_disjoint(&second) || rules.is_range && !first.is_empty() && !second.is_empty()
    };
    rules.combinations.iter().filter(|c| c.may_block()).filter(both).map(|c| c.id.clone()).collect()
}

/// e-BH (Wang and Ramdas, "False discovery rate control with e-values", arXiv 2009.02824): keeps the k largest
/// e-values, for the largest k with e₍k₎ ≥ n / (α k). A likelihood ratio against a fixed alternative is an e-value.
fn annotate(cases: &mut [Case], testable: usize) {
    let n = testable.max(cases.len()) as f64;
    let mut order: Vec<usize> = (0..cases.len()).collect();
    order.sort_by(|&a, &b| cases[b].total.0.total_cmp(&cases[a].total.0));
    let kept =
        (1..=order.len()).rev().find(|&k| cases[order[k - 1]].total.ratio() >= n / (ALPHA * k as f64)).unwrap_or(0);
    for &i in &order[..kept] {
        cases[i].survives_fdr = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::RepositoryIdx;
    use crate::finding::TestedCause;
    use alibi_rules::heuristics::{Confidence, Severity};

    /// Creates a finding of one contributor, with this group and family.
    fn finding(family: Family, group: &str, db: f64, reach: Reach) -> Finding {
        Finding {
            id: format!("{group}:1"),
            heuristic: group.to_owned(),
            family,
            nature: if family.is_about_content() { Nature::Attack } else { Nature::Deception },
            group: group.to_owned(),
            severity: Severity::High,
            confidence: Confidence::High,
            weight: Decibans(db),
            calibrated: true,
            reach,
            contributor: ContributorId(0),
            is_forged: false,
            repository: RepositoryIdx::new(0),
            commits: vec![CommitIdx(0)],
            paths: Vec::new(),
            line: None,
            places: Vec::new(),
            in_head: None,
            removed_in: None,
            summary: String::new(),
            evidence: Vec::new(),
            innocent: Vec::new(),
            suppressed: None,
            source: None,
            quote: None,
            subject: None,
            reproduce: Vec::new(),
        }
    }

    fn only_case(findings: &[Finding]) -> Case {
        let rules = Rules { review: Decibans(18.5), combinations: &[], is_range: false, testable: 100 };
        cases(findings, &rules).pop().expect("one case")
    }

    #[test]
    fn tiers_follow_from_weight_reach_and_group() {
        use Family::{Content, Identity, Time};
        use Reach::{Block, Note, Review};
        // Each row contains findings (family, group, weight, reach), and the expected tier and total weight.
        type Row = (&'static [(Family, &'static str, f64, Reach)], Tier, f64);
        let table: &[Row] = &[
            (&[(Content, "a", 12.0, Review)], Tier::Review, 12.0),
            (&[(Content, "a", 20.0, Block)], Tier::Block, 20.0),
            (&[(Content, "a", 20.0, Note)], Tier::Note, 20.0),
            // A block needs the weight of a whole review.
            (&[(Content, "a", 18.5, Block)], Tier::Block, 18.5),
            (&[(Content, "a", 18.4, Block)], Tier::Review, 18.4),
            (&[(Content, "a", 5.0, Block)], Tier::Note, 5.0),
            // A review by a single finding needs more than the limit for unmeasured weights.
            (&[(Content, "a", 5.0, Review)], Tier::Note, 5.0),
            (&[(Content, "a", 5.1, Review)], Tier::Review, 5.1),
            // Within a group, only the strongest finding counts. Groups add up, and two groups make a review at 18.5
            // dB.
            (&[(Time, "a", 10.0, Note), (Time, "a", 9.0, Note)], Tier::Note, 10.0),
            (&[(Time, "a", 10.0, Note), (Identity, "b", 8.4, Note)], Tier::Note, 18.4),
            (&[(Time, "a", 10.0, Note), (Identity, "b", 8.5, Note)], Tier::Review, 18.5),
            // The weight of one group never makes a review, and families are capped.
            (&[(Time, "a", 24.0, Note)], Tier::Note, 24.0),
            (&[(Time, "a", 20.0, Note), (Time, "b", 20.0, Note)], Tier::Review, 25.0),
            (
                &[(Content, "a", 20.0, Block), (Content, "b", 15.0, Review), (Content, "c", 15.0, Review)],
                Tier::Block,
                40.0,
            ),
        ];
        for (row, tier, total) in table {
            let findings: Vec<Finding> = row.iter().map(|(f, g, db, r)| finding(*f, g, *db, *r)).collect();
            let case = only_case(&findings);
            assert_eq!(case.tier, *tier, "{row:?}");
            assert!((case.total.0 - total).abs() < 1e-9, "{row:?}: {}", case.total.0);
        }
    }

    #[test]
    fn a_range_blocks_below_the_review_threshold() {
        let light = finding(Family::Content, "a", 12.0, Reach::Block);
        let rules = Rules { review: Decibans(18.5), combinations: &[], is_range: true, testable: 100 };
        assert_eq!(cases(std::slice::from_ref(&light), &rules)[0].tier, Tier::Block);
        assert_eq!(only_case(&[light]).tier, Tier::Review);
    }

    #[test]
    fn findings_with_an_unexcluded_innocent_cause_are_not_counted() {
        let mut explained = finding(Family::Content, "a", 20.0, Reach::Block);
        explained.innocent = vec![TestedCause { cause: "a test".to_owned(), tested: true, excluded: false }];
        let case = only_case(&[explained]);
        assert_eq!((case.tier, case.total.0), (Tier::Note, 0.0));
    }

    #[test]
    fn uncalibrated_weights_alone_do_not_cause_a_review() {
        let guessed = |group: &str| Finding { calibrated: false, ..finding(Family::Trust, group, 10.0, Reach::Note) };
        assert_eq!(only_case(&[guessed("a"), guessed("b")]).tier, Tier::Note);
        let measured = finding(Family::Time, "c", 1.0, Reach::Note);
        assert_eq!(only_case(&[guessed("a"), guessed("b"), measured]).tier, Tier::Review);
    }

    #[test]
    fn exposures_are_not_part_of_any_case() {
        let key = Finding { nature: Nature::Exposure, ..finding(Family::Content, "key", 20.0, Reach::Note) };
        let rules = Rules { review: Decibans(18.5), combinations: &[], is_range: false, testable: 100 };
        assert!(cases(&[key], &rules).is_empty());
    }

    #[test]
    fn a_family_adds_at_most_its_cap() {
        for (family, cap) in [
            (Family::Time, 25.0),
            (Family::Identity, 25.0),
            (Family::Rhythm, 25.0),
            (Family::Integrity, 25.0),
            (Family::Trust, 25.0),
            (Family::Dependency, 40.0),
            (Family::Content, 40.0),
            (Family::Surface, 40.0),
        ] {
            let findings: Vec<Finding> =
                ["a", "b", "c"].map(|group| finding(family, group, 18.0, Reach::Note)).into_iter().collect();
            assert!((only_case(&findings).total.0 - cap).abs() < 1e-9, "{family}");
        }
    }

    #[test]
    fn e_bh_keeps_the_largest_set_that_passes() {
        // Each row contains the totals in decibans, the number of contributors, and which cases survive at a
        // false-discovery rate of 5 %.
        let table: &[(&[f64], usize, &[bool])] = &[
            // One case among one contributor needs a ratio of at least 1 / 0.05 = 20, which is 13.01 dB.
            (&[13.02], 1, &[true]),
            (&[13.0], 1, &[false]),
            // One case among 100 contributors needs a ratio of 2,000, which is 33.01 dB.
            (&[33.02], 100, &[true]),
            (&[33.0], 100, &[false]),
            // Two cases among 100 contributors need a ratio of 1,000 (30 dB) each; a weaker third case does not help
            // them.
            (&[30.0, 30.0, 10.0], 100, &[true, true, false]),
            (&[30.0, 29.9, 10.0], 100, &[false, false, false]),
            // A strong case does not help a weak one.
            (&[40.0, 10.0], 100, &[true, false]),
            (&[], 100, &[]),
        ];
        for (totals, testable, expected) in table {
            let empty = only_case(&[finding(Family::Content, "a", 20.0, Reach::Note)]);
            let mut cases: Vec<Case> = totals.iter().map(|db| Case { total: Decibans(*db), ..empty.clone() }).collect();
            annotate(&mut cases, *testable);
            let survives: Vec<bool> = cases.iter().map(|case| case.survives_fdr).collect();
            assert_eq!(survives, *expected, "{totals:?} of {testable}");
        }
    }
}
