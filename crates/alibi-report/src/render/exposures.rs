//! Writes exposures as text.

use crate::model::Report;
use crate::sanitize::sanitize;
use alibi_rules::heuristics::Severity;
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default();

/// Writes the section "To fix" with at most `most` entries.
pub(super) fn write_exposures(report: &Report, most: usize, out: &mut dyn Write) -> io::Result<()> {
    if report.exposures.is_empty() {
        return Ok(());
    }
    writeln!(out, "{BOLD}To fix{BOLD:#} {DIM}(exposures, not part of any case){DIM:#}")?;
    for line in report.exposures.iter().take(most) {
        let colour = if line.severity == Severity::High { RED } else { YELLOW };
        let several = report.repositories.len() > 1;
        let place = if several { format!("{}: ", line.repository) } else { String::new() };
        let file = if line.path.is_empty() { "the repository".to_owned() } else { sanitize(&line.path) };
        let gone = if line.in_head { "" } else { ", no longer in HEAD" };
        writeln!(
            out,
            "  {colour}{:<6}{colour:#} {place}{file}{}  {}{gone} {DIM}({}){DIM:#}",
            line.severity.to_string(),
            lines_in_words(&line.lines),
            line.title,
            line.heuristic
        )?;
        let owners = if line.owners.is_empty() { &line.introduced_by } else { &line.owners };
        let role = if line.owners.is_empty() { "introduced by" } else { "owned by" };
        let names: Vec<String> = owners.iter().take(3).map(sanitize).collect();
        writeln!(out, "         {DIM}fix:{DIM:#} {} {DIM}{role} {}{DIM:#}", line.remedy, names.join(", "))?;
    }
    if report.exposures.len() > most {
        writeln!(out, "  {DIM}and {} more (--verbose){DIM:#}", report.exposures.len() - most)?;
    }
    writeln!(out)
}

/// Writes line numbers as a suffix for a path.
pub(super) fn lines_in_words(lines: &[u32]) -> String {
    const SHOWN: usize = 5;
    if lines.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = lines.iter().take(SHOWN).map(u32::to_string).collect();
    let more = if lines.len() > SHOWN { ",…" } else { "" };
    format!(":{}{more}", shown.join(","))
}
