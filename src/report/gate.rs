//! What a gate says: a line where nothing blocks; else what does, why, and what to do about it.

use super::sanitize::sanitize;
use super::table::{TableStyle, finding_lines};
use super::wire::{FindingLine, Report};
use super::words::plural;
use crate::heuristics::Heuristic;
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const GREEN: Style = AnsiColor::Green.on_default().bold();

/// Writes a gate's report as text.
///
/// # Errors
/// Whatever `out` returns.
pub fn gate_table(report: &Report, heuristics: &[Heuristic], style: TableStyle, out: &mut dyn Write) -> io::Result<()> {
    let grave: Vec<_> = report.cases.iter().filter(|c| c.tier != "note").collect();
    let blocking = report.cases.iter().filter(|c| c.tier == "block").count();
    let colour = if blocking > 0 {
        RED
    } else if grave.is_empty() {
        GREEN
    } else {
        YELLOW
    };
    writeln!(out, "{colour}git-alibi{colour:#} {}", sentence(report))?;
    let told =
        |f: &&FindingLine| style.all || f.counted_db > 0.0 && grave.iter().any(|c| c.contributor == f.contributor);
    let mut found: Vec<&FindingLine> = report.findings.iter().filter(told).collect();
    found.sort_by(|a, b| b.counted_db.total_cmp(&a.counted_db).then_with(|| a.id.cmp(&b.id)));
    for f in &found {
        let place = f.paths.first().map_or_else(|| "commit".to_owned(), sanitize);
        let line = f.line.map_or(String::new(), |line| format!(":{line}"));
        writeln!(out, "\n{colour}{place}{line}{colour:#}  {DIM}by {}{DIM:#}", sanitize(&f.contributor))?;
        finding_lines(f, "  ", if style.all { usize::MAX } else { 6 }, out)?;
        if let Some(h) = heuristics.iter().find(|h| h.id == f.heuristic) {
            writeln!(out, "    {DIM}why:{DIM:#} {}", one_line(&h.rationale))?;
            writeln!(out, "    {DIM}fix:{DIM:#} {}", one_line(&h.remediation))?;
        }
    }
    for notice in report.repositories.iter().flat_map(|r| &r.notices) {
        writeln!(out, "{YELLOW}note{YELLOW:#} {}", sanitize(notice))?;
    }
    for stale in &report.stale {
        writeln!(out, "{YELLOW}note{YELLOW:#} {} ({}): {}", sanitize(&stale.finding), stale.by, sanitize(&stale.why))?;
    }
    // What hides its findings names none that could be accepted.
    if !found.is_empty() && !grave.is_empty() && !report.pseudonymised {
        writeln!(
            out,
            "\nA finding is a question, not an accusation. To accept one, merge this into alibi.toml first (what the range says of \
             itself has no effect):\n  [[suppress]]\n  finding = \"{}\"\n  reason = \"why this is right\"",
            sanitize(&found[0].id)
        )?;
    }
    Ok(())
}

/// What was judged, and what came of it.
pub(super) fn sentence(report: &Report) -> String {
    let range = report.options.range.as_deref().map_or_else(|| "the history".into(), sanitize);
    let judged: usize = report.repositories.iter().map(|r| r.judged).sum();
    if judged == 0 {
        return format!("{range}: no commits to judge");
    }
    let commits = plural(judged as u32, "commit");
    let count = |tier: &str| report.cases.iter().filter(|c| c.tier == tier).count() as u32;
    let open = report.findings.iter().filter(|f| f.suppressed.is_none()).count() as u32;
    let suppressed = report.findings.len() as u32 - open;
    let mut others = Vec::new();
    if count("block") + count("review") == 0 && open > 0 {
        others.push(format!("{} only to know of", plural(open, "finding")));
    }
    if suppressed > 0 {
        others.push(format!("{suppressed} suppressed"));
    }
    let others = if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
    let said = match (count("block"), count("review")) {
        (0, 0) => "nothing that needs a look".to_owned(),
        (0, review) => format!("{} to look at before merging", plural(review, "contributor")),
        (block, _) => format!("stop and read: what {} brings", plural(block, "contributor")),
    };
    format!("{range}: {commits} judged, {said}{others}")
}

/// Words on one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
