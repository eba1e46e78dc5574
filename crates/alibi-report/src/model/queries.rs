//! Queries on a report.

use super::schema::{FindingLine, Report};
use crate::sanitize::sanitize;
use alibi_core::scoring::Tier;
use alibi_rules::heuristics::{Family, Heuristic, Nature, Severity};

/// The verdict of a gate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GateVerdict {
    /// Everything in scope was read, and nothing fails the gate.
    Passed,
    /// A case or an exposure fails the gate.
    Failed,
    /// Nothing that was read fails the gate, but not everything in scope could be read, for this reason.
    Incomplete(String),
}

impl Report {
    /// Sets the heuristics, which a saved report does not contain.
    pub fn with_heuristics(self, heuristics: Vec<Heuristic>) -> Report {
        Report { heuristics, ..self }
    }

    /// Sets the lowest severity of an exposure that fails the run; `None` if none does.
    pub fn set_fail_on_exposure(&mut self, severity: Option<Severity>) {
        let name = severity.map_or_else(|| "none".to_owned(), |severity| severity.to_string());
        self.options.set("fail_on_exposure", name);
    }

    /// The notices about the run, then those about each repository.
    pub(crate) fn all_notices(&self) -> impl Iterator<Item = &String> {
        self.notices.iter().chain(self.repositories.iter().flat_map(|r| &r.notices))
    }

    /// Whether an exposure of this severity fails the run.
    pub fn fails_on_exposure(&self, severity: Severity) -> bool {
        self.options.fail_on_exposure().is_some_and(|limit| severity >= limit)
    }

    /// The verdict of a gate that fails for cases of the tier `fail_on` or a higher one, if any, and for exposures as
    /// set by [`Report::set_fail_on_exposure`].
    pub fn gate_verdict(&self, fail_on: Option<Tier>) -> GateVerdict {
        let is_failed = fail_on.is_some_and(|tier| self.reaches(tier)) || self.has_failing_exposure();
        match self.describe_unread_objects() {
            _ if is_failed => GateVerdict::Failed,
            Some(why) => GateVerdict::Incomplete(why),
            None => GateVerdict::Passed,
        }
    }

    /// Whether an exposure that counts fails the run.
    pub fn has_failing_exposure(&self) -> bool {
        let fails = |f: &FindingLine| f.nature == Nature::Exposure && f.counts && self.fails_on_exposure(f.severity);
        self.findings.iter().any(fails)
    }

    /// Whether a case has this tier or a higher one.
    pub fn reaches(&self, tier: Tier) -> bool {
        self.cases.iter().any(|case| case.tier >= tier)
    }

    /// The ids of the findings that are not suppressed.
    pub fn unsuppressed_findings(&self) -> Vec<String> {
        self.findings.iter().filter(|f| f.suppressed.is_none()).map(|f| f.id.clone()).collect()
    }

    /// Whether a heuristic of this family ran.
    pub fn ran_family(&self, family: Family) -> bool {
        self.heuristics.iter().any(|h| h.family == family)
    }

    /// The seconds that each phase took, in order. They differ between runs.
    pub fn phases(&self) -> &[(String, f64)] {
        &self.phases
    }

    /// Describes the objects in scope that could not be read; `None` if all were read.
    pub fn describe_unread_objects(&self) -> Option<String> {
        const NAMED: usize = 3;
        let named: Vec<String> =
            self.unseen.iter().take(NAMED).map(|line| sanitize(format!("{}: {}", line.object, line.reason))).collect();
        let more = self.unseen.len().saturating_sub(NAMED);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        (!named.is_empty())
            .then(|| format!("not everything needed to check the range could be read: {}{more}", named.join("; ")))
    }
}
