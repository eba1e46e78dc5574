use crate::config::{DecidedIn, Suppression};
use crate::finding::Finding;
use chrono::NaiveDate;
use std::collections::HashMap;

/// A decision that has no effect.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Stale {
    /// The finding that it names.
    pub finding: String,
    /// Where it stands.
    pub by: DecidedIn,
    /// Why it has none, in words.
    pub why: String,
}

/// What a run could have found.
pub struct Scope<'s> {
    /// Whether it saw all that there is.
    pub is_whole: bool,
    /// Whether there is a heuristic of this id.
    pub is_known: &'s dyn Fn(&str) -> bool,
}

/// Marks the findings that a team decided about. Of two decisions about one finding the first counts. Returned are those
/// that have expired and, where the run saw all that there is, those about findings that are no more, sorted.
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
            tell(decision, "nothing of that id is found any more".into());
        }
    }
    stale.sort();
    stale.dedup();
    stale
}
