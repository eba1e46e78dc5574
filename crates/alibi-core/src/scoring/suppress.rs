//! Applies a team's suppressions to findings, and reports suppressions without effect.

use crate::finding::Finding;
use crate::finding::{DecidedIn, Suppression};
use chrono::NaiveDate;
use std::collections::HashMap;

/// A suppression that has no effect.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Stale {
    /// The finding that the suppression names.
    pub finding: String,
    /// The source of the suppression.
    pub by: DecidedIn,
    /// The reason why it has no effect, as text.
    pub why: String,
}

/// The scope of a run.
pub struct Scope<'s> {
    /// Whether the run covered the whole history.
    pub is_whole: bool,
    /// Whether a heuristic with this id exists.
    pub is_known: &'s dyn Fn(&str) -> bool,
}

/// Marks suppressed findings. If several suppressions name a finding, the first that has not expired applies. Returns
/// the suppressions without effect, sorted: suppressions that have expired, that name an unknown heuristic or, if the
/// run covered the whole history, that name a finding that no longer exists.
pub fn suppress(findings: &mut [Finding], decided: &[Suppression], today: NaiveDate, scope: &Scope<'_>) -> Vec<Stale> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    let ids: Vec<String> = findings.iter().map(|f| f.id.clone()).collect();
    for (place, id) in ids.iter().enumerate() {
        places.entry(id).or_default().push(place);
    }
    let mut stale = Vec::new();
    let mut report = |decision: &Suppression, why: String| {
        stale.push(Stale { finding: decision.finding.clone(), by: decision.by, why });
    };
    for decision in decided {
        let about = places.get(decision.finding.as_str());
        if let Some(day) = decision.expires.filter(|day| *day < today) {
            report(decision, format!("expired after {day}"));
        } else if let Some(about) = about {
            for &place in about {
                findings[place].suppressed.get_or_insert_with(|| decision.clone());
            }
        } else if let Some(unknown) = decision.finding.split(':').next().filter(|id| !(scope.is_known)(id)) {
            report(decision, format!("there is no heuristic '{unknown}'"));
        } else if scope.is_whole {
            report(decision, "no finding has this id any more".into());
        }
    }
    stale.sort();
    stale.dedup();
    stale
}
