//! Compares two reports.

use super::schema::{CaseLine, FindingLine, Report};
use alibi_core::scoring::Tier;
use serde::Serialize;
use std::collections::BTreeMap;

/// The difference between two reports.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    pub(crate) schema: &'static str,
    pub(crate) new: Vec<FindingLine>,
    pub(crate) gone: Vec<FindingLine>,
    pub(crate) changed: Vec<Changed>,
    pub(crate) cases: Vec<Moved>,
    pub(crate) notes: Vec<String>,
}

/// A finding that both reports contain, but with a different counted weight, or that counts in only one of them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Changed {
    pub(crate) finding: FindingLine,
    pub(crate) from_db: f64,
    pub(crate) to_db: f64,
}

/// A case whose tier or weight differs between the reports.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Moved {
    pub(crate) contributor: String,
    pub(crate) from: Option<Tier>,
    pub(crate) to: Option<Tier>,
    pub(crate) from_db: f64,
    pub(crate) to_db: f64,
}

impl Difference {
    /// Whether a new finding counts, a finding counts for more, or a case has a higher tier.
    pub fn is_worse(&self) -> bool {
        self.new.iter().any(|f| f.counts)
            || self.changed.iter().any(|c| c.to_db > c.from_db)
            || self.cases.iter().any(|c| c.to > c.from)
    }
}

/// Compares two reports. Findings match by id within a repository; repositories match by their position in the report,
/// so that clones at other paths can be compared.
pub fn difference(old: &Report, new: &Report) -> Difference {
    type Key<'r> = (&'r str, &'r str);
    fn findings(report: &Report) -> BTreeMap<Key<'_>, &FindingLine> {
        report.findings.iter().map(|f| ((f.repository.as_str(), f.id.as_str()), f)).collect()
    }
    fn cases(report: &Report) -> BTreeMap<&str, &CaseLine> {
        report.cases.iter().map(|c| (c.contributor.as_str(), c)).collect()
    }
    let (before, after) = (findings(old), findings(new));
    let only = |a: &BTreeMap<Key<'_>, &FindingLine>, b: &BTreeMap<Key<'_>, &FindingLine>| {
        a.iter().filter(|(key, _)| !b.contains_key(*key)).map(|(_, f)| (*f).clone()).collect::<Vec<_>>()
    };
    let changed = after.iter().filter_map(|(key, f)| {
        let earlier = before.get(key)?;
        (earlier.counted_db != f.counted_db || earlier.counts != f.counts).then(|| Changed {
            finding: (*f).clone(),
            from_db: earlier.counted_db,
            to_db: f.counted_db,
        })
    });
    let (cases_before, cases_after) = (cases(old), cases(new));
    let everybody = cases_before.keys().chain(cases_after.keys()).copied().collect::<std::collections::BTreeSet<_>>();
    let moved = everybody.into_iter().filter_map(|who| {
        let (from, to) = (cases_before.get(who), cases_after.get(who));
        let db = |case: Option<&&CaseLine>| case.map_or(0.0, |c| c.total_db);
        let tier = |case: Option<&&CaseLine>| case.map(|c| c.tier);
        let is_same = tier(from) == tier(to) && db(from) == db(to);
        (!is_same).then(|| Moved {
            contributor: who.to_owned(),
            from: tier(from),
            to: tier(to),
            from_db: db(from),
            to_db: db(to),
        })
    });
    Difference {
        schema: "git-alibi/diff/1",
        new: only(&after, &before),
        gone: only(&before, &after),
        changed: changed.collect(),
        cases: moved.collect(),
        notes: notes(old, new),
    }
}

/// Returns the reasons why differences may be due to the runs, and not to the histories.
fn notes(old: &Report, new: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    if old.pseudonymised != new.pseudonymised {
        notes.push("one report is pseudonymised and the other is not: no finding can match".to_owned());
    }
    if old.options.comparable() != new.options.comparable() {
        notes.push("the reports were made with different options or versions".to_owned());
    }
    let known =
        |report: &Report| report.contributors.iter().map(|c| c.id.clone()).collect::<std::collections::BTreeSet<_>>();
    if !old.contributors.is_empty() && known(old).is_disjoint(&known(new)) {
        notes.push("the reports have no contributor in common: are they of the same repositories?".to_owned());
    }
    notes
}
