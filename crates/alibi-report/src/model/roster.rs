//! The contributors of a draft of `alibi.toml`, each with the offsets of their own clock.

use super::ids::contributor_id;
use super::schema::{Contributor, Report};
use alibi_core::analysis::people::ContributorId;
use alibi_core::analysis::time::{SegmentKind, Zones};
use alibi_scan::pipeline::Audit;
use std::collections::BTreeMap;

/// A contributor in a draft.
pub struct Drafted<'r> {
    /// The contributor.
    pub(crate) contributor: &'r Contributor,
    /// The offsets of the contributor's own clock, in words; most frequent first.
    pub(crate) offsets: Vec<String>,
}

/// The contributors with at least `min_commits` commits, without bots; most active first.
pub fn drafted<'r>(report: &'r Report, audit: &Audit, min_commits: u32) -> Vec<Drafted<'r>> {
    let places: BTreeMap<String, ContributorId> =
        audit.people.iter().map(|(who, _)| (contributor_id(audit, who), who)).collect();
    let mut drafted: Vec<&Contributor> =
        report.contributors.iter().filter(|c| !c.bot && c.commits >= min_commits).collect();
    drafted.sort_by(|a, b| b.commits.cmp(&a.commits).then(a.id.cmp(&b.id)));
    let offsets = |c: &Contributor| places.get(&c.id).map(|who| seen(audit, *who)).unwrap_or_default();
    drafted.into_iter().map(|contributor| Drafted { contributor, offsets: offsets(contributor) }).collect()
}

/// The offsets of a contributor's own clock, with their clock-change rule; most frequent first.
fn seen(audit: &Audit, who: ContributorId) -> Vec<String> {
    let Some(path) = audit.clocks.path(who).tested() else { return vec!["offsets: too few commits".into()] };
    /// The periods in which a clock was seen, and on how many days.
    type Seen = (Vec<(i64, i64)>, usize);
    let mut spans: BTreeMap<(bool, u16), Seen> = BTreeMap::new();
    for s in &path.segments {
        let (stretches, days) = spans.entry((s.kind == SegmentKind::Trip, s.class.0)).or_default();
        stretches.push((s.from, s.to));
        *days += s.days;
    }
    let mut lines: Vec<(usize, String)> = spans
        .into_iter()
        .map(|((trip, class), (stretches, days))| {
            let words = Zones::get().classes[usize::from(class)].words_over(&stretches);
            (days, format!("{}{words}, on {days} days", if trip { "away: " } else { "offsets: " }))
        })
        .collect();
    lines.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    lines.into_iter().take(6).map(|(_, line)| line).collect()
}
