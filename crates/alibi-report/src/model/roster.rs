//! Selects the contributors for a draft of `alibi.toml`, with the UTC offsets of each.

use super::ids::contributor_id;
use super::schema::{Contributor, Report};
use alibi_core::analysis::people::ContributorId;
use alibi_core::analysis::time::Verdict;
use alibi_core::analysis::time::{SegmentKind, Zones};
use alibi_scan::pipeline::Audit;
use std::collections::BTreeMap;

/// The default minimum number of commits; contributors with fewer commits are skipped.
pub const MIN_COMMITS: u32 = 5;

/// A contributor in a draft.
pub struct Drafted<'r> {
    /// The contributor.
    pub(crate) contributor: &'r Contributor,
    /// Descriptions of the UTC offsets on the contributor's own clock; most frequent first.
    pub(crate) offsets: Vec<String>,
}

/// Returns the contributors with at least `min_commits` commits, except bots; most active first.
pub fn drafted<'r>(report: &'r Report, audit: &Audit, min_commits: u32) -> Vec<Drafted<'r>> {
    let places: BTreeMap<String, ContributorId> =
        audit.people.iter().map(|(who, _)| (contributor_id(audit, who), who)).collect();
    let mut drafted: Vec<&Contributor> =
        report.contributors.iter().filter(|c| !c.bot && c.commits >= min_commits).collect();
    drafted.sort_by(|a, b| b.commits.cmp(&a.commits).then(a.id.cmp(&b.id)));
    let offsets = |c: &Contributor| places.get(&c.id).map(|who| describe_offsets(audit, *who)).unwrap_or_default();
    drafted.into_iter().map(|contributor| Drafted { contributor, offsets: offsets(contributor) }).collect()
}

/// Describes the UTC offsets on a contributor's own clock, with their daylight-saving rules; most frequent first.
fn describe_offsets(audit: &Audit, who: ContributorId) -> Vec<String> {
    let Some(path) = audit.clocks.path(who).tested() else { return vec!["offsets: too few commits".into()] };
    /// The periods in which the offsets were used, and the number of days with commits.
    type Use = (Vec<(i64, i64)>, usize);
    let mut spans: BTreeMap<(bool, u16), Use> = BTreeMap::new();
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

/// Whether the history contradicts a declared alibi.
pub fn is_contradicted(report: &Report) -> bool {
    let verdicts = report.contributors.iter().filter_map(|c| c.alibi.as_ref());
    verdicts.into_iter().any(|alibi| alibi.verdict == Verdict::Contradicted)
}
