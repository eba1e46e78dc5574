//! Compares a contributor's declared alibi with the history.

use super::ids::{text, utc};
use alibi_core::analysis::people::ContributorId;
use alibi_core::analysis::time::{Verdict, compare_alibi};
use alibi_git::history::Offset;
use alibi_scan::pipeline::Audit;
use serde::{Deserialize, Serialize};

/// A commit whose UTC offset differs from the declared one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Elsewhere {
    pub commit: String,
    pub at: String,
    pub declared: String,
    pub shown: String,
}

/// The result of comparing a declared alibi with the history.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AlibiLine {
    pub verdict: Verdict,
    pub days: usize,
    pub by_another_clock: Vec<Elsewhere>,
    pub days_outside_hours: usize,
    pub undeclared: Vec<String>,
}

/// Compares a contributor's declared alibi with the history; `None` if no complete alibi is declared.
pub(crate) fn alibi(audit: &Audit, who: ContributorId) -> Option<AlibiLine> {
    let declared = audit.roster.get(who).filter(|d| d.is_complete())?;
    let timeline = audit.clocks.timeline(who);
    let compared = compare_alibi(timeline, declared);
    let undeclared = audit.roster.undeclared(who, &audit.facts, &audit.people);
    let verdict = if undeclared.is_empty() { compared.verdict } else { Verdict::Contradicted };
    Some(AlibiLine {
        verdict,
        days: compared.days,
        by_another_clock: compared
            .elsewhere
            .iter()
            .map(|(place, declared)| {
                let moment = &timeline.moments[*place];
                Elsewhere {
                    commit: audit.facts.commit(moment.commit).oid.to_string(),
                    at: utc(moment.seconds),
                    declared: Offset::from_minutes(*declared).to_string(),
                    shown: Offset::from_minutes(moment.offset).to_string(),
                }
            })
            .collect(),
        days_outside_hours: compared.outside.1,
        undeclared: undeclared.iter().map(|u| format!("{}: {}", u.kind, text(&u.value))).collect(),
    })
}
