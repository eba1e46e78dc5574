//! Applies a team's suppressions to findings, and reports those without effect.

use crate::config::{DecidedIn, Suppression};
use crate::finding::Finding;
use chrono::NaiveDate;
use std::collections::HashMap;

/// A suppression that has no effect.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Stale {
    /// The finding it names.
    pub finding: String,
    /// Where it is written.
    pub by: DecidedIn,
    /// Why it has no effect, as text.
    pub why: String,
}

/// The scope of a run.
pub struct Scope<'s> {
    /// Whether the run covered the whole history.
    pub is_whole: bool,
    /// Whether a heuristic with this id exists.
    pub is_known: &'s dyn Fn(&str) -> bool,
}

/// Marks suppressed findings. If two decisions name one finding, the first counts. Returns, sorted, the expired
/// decisions and, if the run covered the whole history, those whose findings no longer exist.
pub fn suppress(findings: &mut [Finding], decided: &[Suppression], today: NaiveDate, scope: &Scope<'_>) -> Vec<Stale> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    let ids: Vec<String> = findings.iter().map(|f| f.id.clone()).collect();
    for (place, id) in ids.iter().enumerate() {
        places.entry(id).or_default().push(place);
    }
    let mut stale = Vec::new();
    let mut tell = |decision: &Suppression, why: String| {
        stale.push(Stale { finding: decision.finding.clone(), by: decision.by, why });
    };
    for decision in decided {
        let about = places.get(decision.finding.as_str());
        if let Some(day) = decision.expires.filter(|day| *day < today) {
            tell(decision, format!("expired after {day}"));
        } else if let Some(about) = about {
            for &place in about {
                findings[place].suppressed.get_or_insert_with(|| decision.clone());
            }
        } else if let Some(unknown) = decision.finding.split(':').next().filter(|id| !(scope.is_known)(id)) {
            tell(decision, format!("there is no heuristic '{unknown}'"));
        } else if scope.is_whole {
            tell(decision, "no finding has this id any more".into());
        }
    }
    stale.sort();
    stale.dedup();
    stale
}
