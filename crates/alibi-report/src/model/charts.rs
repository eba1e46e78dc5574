//! Collects each contributor's chart data for the HTML page: working hours, UTC offsets, and first changes to sensitive
//! paths. The other formats do not need it.

use super::chart::{Chart, ChartPlace};
use super::ids::day;
use super::schema::Report;
use alibi_core::analysis::access::TrustRecord;
use alibi_core::analysis::time::{local_day, local_second};
use alibi_scan::pipeline::Audit;
use std::collections::BTreeMap;

/// Sensitive paths are charted for contributors with at least this many commits, or with a case.
const MIN_COMMITS: u32 = 20;

impl Report {
    /// Adds the chart data of each contributor, for formats that draw charts. Must be called before [`Report::mask`].
    pub fn add_charts(&mut self, audit: &Audit) {
        let standing = audit.standing();
        let with_case: std::collections::BTreeSet<_> =
            audit.cases.iter().map(|case| case.suspect.contributor).collect();
        let used = |who: &alibi_core::analysis::people::ContributorId| {
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
            if with_case.contains(&who) || audit.people.authored(who) >= MIN_COMMITS {
                let record = TrustRecord::of(&audit.facts, &audit.people, &standing, &audit.sensitive, who);
                chart.places = record
                    .touched
                    .iter()
                    .map(|touch| {
                        let path = String::from_utf8_lossy(audit.facts.path(touch.path)).into_owned();
                        let commit = audit.facts.commit(touch.commit).oid.to_string().chars().take(12).collect();
                        let alone = touch.alone == Some(touch.when);
                        ChartPlace(touch.kind.clone(), day(touch.when), touch.after_days, path, commit, alone)
                    })
                    .collect();
            }
            chart
        });
        self.charts = charts.collect();
        self.built_in_kinds.clone_from(&audit.built_in_kinds);
    }
}
