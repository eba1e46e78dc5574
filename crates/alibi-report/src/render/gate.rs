//! The gate report: the verdict in one line, the findings to block or review with the reasons and the fixes, and notes.

use super::finding::{finding_lines, not_counted};
use super::renderer::RenderOptions;
use crate::format::{one_line, plural};
use crate::model::{FindingLine, Report};
use crate::sanitize::sanitize;
use alibi_core::scoring::Tier;
use alibi_rules::heuristics::{Nature, Severity};
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

/// Maximum number of printed suppression snippets.
const MAX_HINTS: usize = 5;

/// Maximum number of listed high-severity findings that do not count.
const MAX_ASIDE: usize = 20;

const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const GREEN: Style = AnsiColor::Green.on_default().bold();

/// Writes a gate's report as text.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub(super) fn gate_table(report: &Report, style: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let grave: Vec<_> = report.cases.iter().filter(|c| c.tier != Tier::Note).collect();
    let blocking = report.cases.iter().filter(|c| c.tier == Tier::Block).count();
    let exposed = report.exposures.iter().any(|e| report.fails_on_exposure(e.severity));
    let colour = if blocking > 0 || exposed {
        RED
    } else if grave.is_empty() {
        GREEN
    } else {
        YELLOW
    };
    writeln!(out, "{colour}git-alibi{colour:#} {}: {}", checked_range(report), verdict(report))?;
    let failing = |f: &FindingLine| f.nature == Nature::Exposure && f.counts && report.fails_on_exposure(f.severity);
    let is_shown = |f: &&FindingLine| {
        style.all || failing(f) || f.counted_db > 0.0 && grave.iter().any(|c| c.contributor == f.contributor)
    };
    let mut found: Vec<&FindingLine> = report.findings.iter().filter(is_shown).collect();
    found.sort_by(|a, b| b.counted_db.total_cmp(&a.counted_db).then_with(|| a.id.cmp(&b.id)));
    for f in &found {
        let place = f.paths.first().map_or_else(|| "commit".to_owned(), sanitize);
        let line = f.line.map_or(String::new(), |line| format!(":{line}"));
        writeln!(out, "\n{colour}{place}{line}{colour:#}  {DIM}by {}{DIM:#}", sanitize(&f.contributor))?;
        finding_lines(f, "  ", if style.all { usize::MAX } else { 6 }, out)?;
        if let Some(h) = report.heuristics.iter().find(|h| h.id == f.heuristic) {
            writeln!(out, "    {DIM}why:{DIM:#} {}", one_line(&h.rationale))?;
            writeln!(out, "    {DIM}fix:{DIM:#} {}", one_line(&h.remediation))?;
        }
    }
    let aside = report.findings.iter().filter(|f| f.severity == Severity::High && !f.counts && !style.all);
    for f in aside.take(MAX_ASIDE) {
        let place = f.paths.first().map_or_else(|| "commit".to_owned(), sanitize);
        let line = f.line.map_or(String::new(), |line| format!(":{line}"));
        let why = not_counted(f);
        writeln!(out, "{YELLOW}note{YELLOW:#} {place}{line} {} {DIM}({why}){DIM:#}", f.heuristic)?;
    }
    for notice in report.all_notices() {
        writeln!(out, "{YELLOW}note{YELLOW:#} {}", sanitize(notice))?;
    }
    for stale in &report.stale {
        writeln!(
            out,
            "{YELLOW}note{YELLOW:#} {} ({}): {}",
            sanitize(&stale.finding),
            stale.by.name(),
            sanitize(&stale.why)
        )?;
    }
    // Without --verbose, exposures below the threshold are only counted.
    let others = report.exposures.iter().filter(|e| !report.fails_on_exposure(e.severity)).count();
    if others > 0 && !style.all {
        writeln!(
            out,
            "{YELLOW}note{YELLOW:#} {} below the --fail-on-exposure threshold (--verbose)",
            plural(others as u32, "exposure")
        )?;
    }
    let is_failed = !grave.is_empty() || report.findings.iter().any(&failing);
    if !found.is_empty() && is_failed && !report.pseudonymised {
        writeln!(
            out,
            "\nA finding is a question, not an accusation. To accept one, merge this into alibi.toml first (changes made by the range \
             itself are ignored):"
        )?;
        for f in found.iter().filter(|f| f.counted_db > 0.0 || failing(f)).take(MAX_HINTS) {
            let id = sanitize(&f.id);
            writeln!(out, "  [[suppress]]\n  finding = \"{id}\"\n  reason = \"why this is right\"")?;
        }
    }
    Ok(())
}

/// Returns the checked range, as passed on the command line.
pub(super) fn checked_range(report: &Report) -> String {
    report.options.range().map_or_else(|| "the history".into(), sanitize)
}

/// States the result in one clause, without any text from the repository.
pub(super) fn verdict(report: &Report) -> String {
    let in_scope: usize = report.repositories.iter().map(|r| r.in_scope.0).sum();
    if in_scope == 0 && report.unseen.is_empty() {
        return "no commits to check, the range is empty".into();
    }
    let commits = plural(in_scope as u32, "commit");
    let count = |tier: Tier| report.cases.iter().filter(|c| c.tier == tier).count() as u32;
    let open = report.findings.iter().filter(|f| f.suppressed.is_none()).count() as u32;
    let suppressed = report.findings.len() as u32 - open;
    let mut others = Vec::new();
    if count(Tier::Block) + count(Tier::Review) == 0 && open > 0 {
        others.push(format!("{} for information", plural(open, "finding")));
    }
    if suppressed > 0 {
        others.push(format!("{suppressed} suppressed"));
    }
    let exposed = report.exposures.iter().filter(|e| report.fails_on_exposure(e.severity)).count() as u32;
    let others = if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
    let message = match (count(Tier::Block), count(Tier::Review)) {
        (0, 0) if exposed > 0 => format!("fix {} before merging", plural(exposed, "exposure")),
        (0, 0) if !report.unseen.is_empty() => "INCOMPLETE, nothing to review in what could be read".to_owned(),
        (0, 0) => "nothing to review".to_owned(),
        (0, review) if report.options.is_gate() => {
            format!("{} to review before merging", plural(review, "contributor"))
        }
        (0, review) => format!("{} to review", plural(review, "contributor")),
        (block, _) => format!("block: review the changes by {}", plural(block, "contributor")),
    };
    format!("{commits} checked, {message}{others}")
}
