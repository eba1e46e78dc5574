//! How a contributor's access grew: what was merged and by whom, when sensitive places were first changed, and which
//! releases were made.

use super::naming::{contributor_id, day, repository_id};
use super::sanitize::sanitize;
use super::words::plural;
use crate::analysis::access::TrustRecord;
use crate::analysis::people::ContributorId;
use crate::pipeline::Audit;
use anstyle::Style;
use serde::Serialize;
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// At most this many releases and reviewers are listed; the others are counted.
const SHOWN: usize = 5;

/// A contributor's trust record.
#[derive(Clone, Debug, Serialize)]
pub(super) struct TrustLines {
    first_landed: Option<String>,
    last_landed: Option<String>,
    landed_commits: usize,
    landed_days: usize,
    brought_alone: usize,
    brought_by_forge: usize,
    reviewers: Vec<ReviewerLine>,
    sensitive: Vec<TouchLine>,
    sensitive_known: bool,
    sensitive_in_part: bool,
    releases: Vec<ReleaseLine>,
    committed: usize,
    signed: usize,
}

#[derive(Clone, Debug, Serialize)]
struct ReviewerLine {
    contributor: String,
    commits: usize,
}

#[derive(Clone, Debug, Serialize)]
struct TouchLine {
    kind: String,
    landed: String,
    after_days: i64,
    repository: String,
    commit: String,
    path: String,
    alone: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct ReleaseLine {
    tag: String,
    made: String,
}

impl TrustLines {
    pub fn new(audit: &Audit, who: ContributorId) -> TrustLines {
        let standing = audit.standing();
        let record = TrustRecord::of(&audit.facts, &audit.people, &standing, &audit.sensitive, who);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        TrustLines {
            first_landed: record.span.map(|(first, _)| day(first)),
            last_landed: record.span.map(|(_, last)| day(last)),
            landed_commits: record.landed,
            landed_days: record.active_days,
            brought_alone: record.alone,
            brought_by_forge: record.by_forge,
            reviewers: record
                .reviewers
                .iter()
                .map(|(who, commits)| ReviewerLine { contributor: contributor_id(audit, *who), commits: *commits })
                .collect(),
            sensitive: record
                .touched
                .iter()
                .map(|touch| TouchLine {
                    kind: touch.kind.clone(),
                    landed: day(touch.when),
                    after_days: touch.after_days,
                    repository: repository_id(usize::from(audit.facts.commit(touch.commit).repository)),
                    commit: audit.facts.commit(touch.commit).oid.to_string(),
                    path: text(audit.facts.path(touch.path)),
                    alone: touch.alone.map(day),
                })
                .collect(),
            sensitive_known: !audit.sensitive.is_empty(),
            sensitive_in_part: audit.facts.commits.iter().any(|commit| !commit.judged),
            releases: record
                .releases
                .iter()
                .map(|(name, when)| ReleaseLine { tag: text(name), made: day(*when) })
                .collect(),
            committed: record.signed.1,
            signed: record.signed.0,
        }
    }
}

/// Writes the record as text.
pub(super) fn write_trust(trust: &TrustLines, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{BOLD}Trust{BOLD:#}")?;
    let Some((first, last)) = trust.first_landed.as_ref().zip(trust.last_landed.as_ref()) else {
        return writeln!(out, "  {DIM}no commit by this contributor is in the history of HEAD{DIM:#}\n");
    };
    let (commits, days) = (plural(trust.landed_commits as u32, "commit"), plural(trust.landed_days as u32, "day"));
    writeln!(out, "  {first} to {last}: {commits} merged, on {days}")?;
    let others = trust.landed_commits - trust.brought_alone - trust.brought_by_forge;
    writeln!(
        out,
        "  {} merged alone as far as the history shows, {others} with others, {} by a forge",
        trust.brought_alone, trust.brought_by_forge
    )?;
    if !trust.reviewers.is_empty() {
        let named = trust.reviewers.iter().take(SHOWN);
        let named: Vec<String> =
            named.map(|r| format!("{} ({})", sanitize(r.contributor.as_bytes()), r.commits)).collect();
        writeln!(out, "  with others: {}{}", named.join(", "), more(trust.reviewers.len()))?;
    }
    if !trust.sensitive_known {
        writeln!(out, "  {DIM}sensitive places were not checked: no heuristic of that family ran{DIM:#}")?;
    } else if trust.sensitive.is_empty() {
        writeln!(out, "  no sensitive place changed")?;
    }
    if trust.sensitive_in_part {
        writeln!(
            out,
            "  {DIM}changes outside the selected range or dates were not read; earlier changes may be missing{DIM:#}"
        )?;
    }
    for touch in &trust.sensitive {
        let alone = match &touch.alone {
            Some(alone) if *alone == touch.landed => ", alone".to_owned(),
            Some(alone) => format!(", alone since {alone}"),
            None => String::new(),
        };
        writeln!(
            out,
            "  {} {:<20} after {} days{alone}  {DIM}{} {}{DIM:#}",
            touch.landed,
            sanitize(touch.kind.as_bytes()),
            touch.after_days,
            &touch.commit[..touch.commit.len().min(12)],
            sanitize(touch.path.as_bytes())
        )?;
    }
    if !trust.releases.is_empty() {
        let named = trust.releases.iter().take(SHOWN);
        let named: Vec<String> = named.map(|r| format!("{} ({})", sanitize(r.tag.as_bytes()), r.made)).collect();
        writeln!(out, "  released: {}{}", named.join(", "), more(trust.releases.len()))?;
    }
    writeln!(out, "  signed: {} of {} by this committer\n", trust.signed, plural(trust.committed as u32, "commit"))
}

fn more(count: usize) -> String {
    if count > SHOWN { format!(" and {} more", count - SHOWN) } else { String::new() }
}
