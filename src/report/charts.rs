//! Chart data of the HTML page for each contributor, in addition to the report: working hours, offsets, and when
//! sensitive places were first changed.

use super::naming::day;
use super::wire::Report;
use crate::analysis::access::TrustRecord;
use crate::analysis::time::{local_day, local_second};
use crate::pipeline::Audit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// With fewer commits, sensitive places are charted only if there is a case.
const LEAST_COMMITS: u32 = 20;

/// One chart per contributor of the report, in the same order.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub struct Charts(pub(super) Vec<Chart>);

/// The chart data of one contributor.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Chart {
    /// Commits by hour of the week (Monday first) in local time, for commits that show the author's own clock.
    #[serde(rename = "p", skip_serializing_if = "Vec::is_empty")]
    pub week: Vec<(u16, u32)>,
    /// Commits by month and offset, in minutes east of UTC.
    #[serde(rename = "o", skip_serializing_if = "Vec::is_empty")]
    pub offsets: Vec<(String, i32, u32)>,
    /// Sensitive places: the kind, the day of the first merged change, days since the contributor's arrival, the path,
    /// the commit, and whether it was merged alone.
    #[serde(rename = "s", skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<(String, String, i64, String, String, bool)>,
}

impl Charts {
    /// Collects the chart data from a run. A pseudonymised report gets no paths.
    pub fn new(audit: &Audit, report: &Report) -> Charts {
        let standing = audit.standing();
        let with_case: std::collections::BTreeSet<_> =
            audit.cases.iter().map(|case| case.suspect.contributor).collect();
        // A team's own kinds of places may contain names.
        let catalogue = crate::heuristics::Catalogue::embedded().unwrap_or_default();
        let is_told = |kind: &str| !report.pseudonymised || catalogue.sensitive().contains_key(kind);
        let kind = |kind: &str| if is_told(kind) { kind.to_owned() } else { "a team-defined place".to_owned() };
        let used = |who: &crate::analysis::people::ContributorId| {
            let identities = &audit.people.get(*who).identities;
            identities.iter().any(|i| {
                let used = &audit.people.uses[i.index()];
                used.authored > 0 || used.committed > 0
            })
        };
        let everybody = audit.people.iter().map(|(who, _)| who).filter(used);
        let charts = everybody.map(|who| {
            let timeline = audit.clocks.timeline(who);
            let mut chart = Chart::default();
            let mut week: BTreeMap<u16, u32> = BTreeMap::new();
            let mut offsets: BTreeMap<(String, i32), u32> = BTreeMap::new();
            for m in timeline.kept() {
                // 1970-01-01 was a Thursday.
                let weekday = (local_day(m.seconds, m.offset) + 3).rem_euclid(7) as u16;
                let hour = (local_second(m.seconds, m.offset) / 3_600) as u16;
                *week.entry(weekday * 24 + hour).or_default() += 1;
                let month = day(m.seconds).chars().take(7).collect();
                *offsets.entry((month, m.offset)).or_default() += 1;
            }
            chart.week = week.into_iter().collect();
            chart.offsets = offsets.into_iter().map(|((month, offset), n)| (month, offset, n)).collect();
            if with_case.contains(&who) || audit.people.authored(who) >= LEAST_COMMITS {
                let record = TrustRecord::of(&audit.facts, &audit.people, &standing, &audit.sensitive, who);
                chart.places = record
                    .touched
                    .iter()
                    .map(|touch| {
                        let path = if report.pseudonymised {
                            String::new()
                        } else {
                            String::from_utf8_lossy(audit.facts.path(touch.path)).into_owned()
                        };
                        let commit = audit.facts.commit(touch.commit).oid.to_string().chars().take(12).collect();
                        let alone = touch.alone == Some(touch.when);
                        (kind(&touch.kind), day(touch.when), touch.after_days, path, commit, alone)
                    })
                    .collect();
            }
            chart
        });
        Charts(charts.collect())
    }
}
