//! Writes a contributor's trust record as text.

use crate::format::plural;
use crate::model::TrustLines;
use crate::sanitize::sanitize;
use anstyle::Style;
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Maximum number of listed reviewers, and of listed releases; further ones are counted.
const SHOWN: usize = 5;

/// Writes a trust record as text.
pub(super) fn write_trust(trust: &TrustLines, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{BOLD}Trust{BOLD:#}")?;
    let Some((first, last)) = trust.first_merged.as_ref().zip(trust.last_merged.as_ref()) else {
        return writeln!(out, "  {DIM}no commit by this contributor is in the history of HEAD{DIM:#}\n");
    };
    let (commits, days) = (plural(trust.merged_commits as u32, "commit"), plural(trust.merged_days as u32, "day"));
    writeln!(out, "  {first} to {last}: {commits} merged, on {days}")?;
    let others = trust.merged_commits - trust.merged_alone - trust.merged_by_forge;
    writeln!(
        out,
        "  {} merged alone as far as the history shows, {others} with others, {} by a forge",
        trust.merged_alone, trust.merged_by_forge
    )?;
    if !trust.reviewers.is_empty() {
        let named = trust.reviewers.iter().take(SHOWN);
        let named: Vec<String> =
            named.map(|r| format!("{} ({})", sanitize(r.contributor.as_bytes()), r.commits)).collect();
        writeln!(out, "  with others: {}{}", named.join(", "), more(trust.reviewers.len()))?;
    }
    if !trust.sensitive_known {
        writeln!(out, "  {DIM}sensitive paths were not checked: no heuristic that uses them ran{DIM:#}")?;
    } else if trust.sensitive.is_empty() {
        writeln!(out, "  no sensitive path changed")?;
    }
    if trust.sensitive_in_part {
        writeln!(
            out,
            "  {DIM}changes outside the selected range or dates were not read; earlier changes may be missing{DIM:#}"
        )?;
    }
    for touch in &trust.sensitive {
        let alone = match &touch.alone {
            Some(alone) if *alone == touch.merged => ", alone".to_owned(),
            Some(alone) => format!(", alone since {alone}"),
            None => String::new(),
        };
        writeln!(
            out,
            "  {} {:<20} after {} days{alone}  {DIM}{} {}{DIM:#}",
            touch.merged,
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
