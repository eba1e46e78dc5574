use crate::decibans::Decibans;
use crate::finding::Finding;
use crate::heuristics::{Confidence, Family, Severity};
use crate::people::ContributorId;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Observations that share a cause do not confirm each other: somebody is looked at for so many groups together.
pub const LEAST_GROUPS: usize = 2;

/// The share of false discoveries that the annotation of cases accepts.
const ALPHA: f64 = 0.05;

/// What a family can count for at most. Observations on metadata share unknown causes, so they are kept lower.
fn cap(family: Family) -> Decibans {
    Decibans(if family.is_about_content() { 40.0 } else { 25.0 })
}

/// How urgent a case is; derived from its findings, never set.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Tier {
    /// Worth knowing.
    Note,
    /// Somebody should look.
    Review,
    /// Content of high severity and high confidence.
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

/// All that speaks about one contributor.
#[derive(Clone, Debug)]
pub struct Case {
    /// Who.
    pub contributor: ContributorId,
    /// How urgent.
    pub tier: Tier,
    /// What the findings weigh together.
    pub total: Decibans,
    /// How many groups of evidence count.
    pub groups: usize,
    /// What each family weighs, after groups and caps.
    pub families: BTreeMap<Family, Decibans>,
    /// Whether it survives e-BH at 5 % over the contributors of the run.
    pub survives_fdr: bool,
    /// The findings' places in the slice given, heaviest first.
    pub findings: Vec<usize>,
}

/// Sums findings into cases, most urgent first; equals in the order of contributors.
///
/// Suppressed findings and those with an innocent cause that could not be excluded are listed and weigh nothing.
/// `testable` is how many contributors the run could have found something about; from the sum `review` on, with two groups
/// or more, somebody should look.
pub fn cases(findings: &[Finding], testable: usize, review: Decibans) -> Vec<Case> {
    let mut by_contributor: BTreeMap<ContributorId, Vec<usize>> = BTreeMap::new();
    for (i, finding) in findings.iter().enumerate() {
        by_contributor.entry(finding.contributor).or_default().push(i);
    }
    let mut cases: Vec<Case> = by_contributor.into_iter().map(|(who, of)| case(who, of, findings, review)).collect();
    cases.sort_by(|a, b| {
        b.tier.cmp(&a.tier).then(b.total.0.total_cmp(&a.total.0)).then(a.contributor.cmp(&b.contributor))
    });
    annotate(&mut cases, testable);
    cases
}

fn case(contributor: ContributorId, mut own: Vec<usize>, findings: &[Finding], review: Decibans) -> Case {
    own.sort_by(|&a, &b| {
        let weight = |i: usize| findings[i].counted().0;
        weight(b).total_cmp(&weight(a)).then_with(|| findings[a].id.cmp(&findings[b].id))
    });
    let mut groups: BTreeMap<(Family, &str), Decibans> = BTreeMap::new();
    for finding in own.iter().map(|&i| &findings[i]).filter(|f| f.counted().0 > 0.0) {
        let strongest = groups.entry((finding.family, &finding.group)).or_default();
        strongest.0 = strongest.0.max(finding.counted().0);
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
    let content = |severity, confidence| {
        own.iter()
            .map(|&i| &findings[i])
            .any(|f| f.family.is_about_content() && f.counts() && f.severity >= severity && f.confidence >= confidence)
    };
    let tier = if content(Severity::High, Confidence::High) {
        Tier::Block
    } else if content(Severity::Medium, Confidence::Medium) || distinct.len() >= LEAST_GROUPS && total >= review {
        Tier::Review
    } else {
        Tier::Note
    };
    Case { contributor, tier, total, groups: distinct.len(), families, survives_fdr: false, findings: own }
}

/// e-BH (Wang and Ramdas, "False discovery rate control with e-values", arXiv 2009.02824): the k largest e-values
/// are kept, for the largest k with e₍k₎ ≥ n / (α k). A likelihood ratio against a fixed alternative is an e-value.
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
