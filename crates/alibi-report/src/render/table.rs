//! Writes the terminal report: a short summary, followed by the cases.

use super::cross_repo::cross_repo;
use super::dependencies::write_dependencies;
use super::exposures::write_exposures;
use super::finding::{finding_lines, record_in_words, source};
use super::gate::gate_table;
use super::renderer::{Render, RenderOptions};
use crate::format::{decibans, grouped, s_of};
use crate::model::{CaseLine, FindingLine, Report};
use crate::sanitize::sanitize;
use alibi_core::scoring::Tier;
use alibi_rules::heuristics::{Nature, Severity};
use anstyle::{AnsiColor, Style};
use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use std::io::{self, Write};

/// Maximum numbers without `all`: of cases, exposures and stale decisions; of findings per case and lines of evidence;
/// and of skipped objects per repository.
const SHOWN: (usize, usize, usize) = (10, 3, 3);

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default().bold();

/// Renders reports as text. Colours are ANSI escape sequences, which the caller strips if necessary.
pub(super) struct TextTable;

impl Render for TextTable {
    fn render(&self, report: &Report, options: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        if options.gate { gate_table(report, options, out) } else { table(report, options, out) }
    }
}

fn table(report: &Report, style: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    repositories(report, style, out)?;
    provenance(report, style, out)?;
    counts(report, out)?;
    cross_repo(report, style.all, out)?;
    verdict(report, out)?;
    if !report.cases.is_empty() {
        overview(report, style, out)?;
    } else if !report.exposures.is_empty() {
        writeln!(out)?;
    }
    // Cases of tier note appear only in the overview, unless --verbose is set.
    let is_shown = |case: &CaseLine| style.all || case.tier != Tier::Note;
    let shown = if style.all { usize::MAX } else { SHOWN.0 };
    for (i, case) in report.cases.iter().enumerate().filter(|(_, c)| is_shown(c)).take(shown) {
        write_case(i + 1, case, report, style, out)?;
    }
    if !style.all && (report.cases.len() > shown || report.cases.iter().any(|c| !is_shown(c))) {
        writeln!(
            out,
            "{DIM}--verbose prints every case in full, with its evidence and the commands that reproduce it.{DIM:#}"
        )?;
    }
    write_exposures(report, if style.all { usize::MAX } else { SHOWN.0 }, out)?;
    if report.cases.is_empty() && report.exposures.is_empty() && !style.dependencies {
        return Ok(());
    }
    if style.dependencies {
        writeln!(out, "\n{BOLD}Dependencies{BOLD:#}")?;
        write_dependencies(&report.dependencies, true, usize::MAX, out)?;
        writeln!(out)?;
    }
    writeln!(
        out,
        "{DIM}A finding is a question, not an accusation: ask before you conclude. `git alibi explain HEURISTIC` explains the rule.{DIM:#}"
    )
}

/// Writes the repositories, with their notices and the objects that could not be read.
fn repositories(report: &Report, style: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    for notice in &report.notices {
        writeln!(out, "{YELLOW}note{YELLOW:#} {}", sanitize(notice))?;
    }
    for r in &report.repositories {
        let day =
            |t: &Option<String>| t.as_deref().map_or_else(String::new, |t| t.chars().take(10).collect::<String>());
        let range = if r.commits == 0 { String::new() } else { format!(", {} to {}", day(&r.first), day(&r.last)) };
        let scope =
            if r.in_scope.0 == r.commits { String::new() } else { format!(" ({} in scope)", grouped(r.in_scope.0)) };
        writeln!(out, "{BOLD}{}{BOLD:#}  {} commits{scope}{range}", sanitize(&r.path), grouped(r.commits))?;
        for notice in &r.notices {
            writeln!(out, "  {YELLOW}note{YELLOW:#} {}", sanitize(notice))?;
        }
        if r.skipped_count > 0 {
            let (few, s) = (if style.all { usize::MAX } else { SHOWN.2 }, s_of(r.skipped_count));
            writeln!(
                out,
                "  {YELLOW}skipped{YELLOW:#} {} object{s} that could not be read completely:",
                grouped(r.skipped_count)
            )?;
            for s in r.skipped.iter().take(few) {
                writeln!(out, "    {} {}", sanitize(&s.object), sanitize(&s.reason))?;
            }
            if r.skipped.len() > few {
                writeln!(out, "    {DIM}and {} more{DIM:#}", grouped(r.skipped_count - few))?;
            }
        }
    }
    Ok(())
}

/// Writes which files decisions came from, and which decisions had no effect.
fn provenance(report: &Report, style: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    if let Some(file) = report.options.config() {
        writeln!(out, "{DIM}configuration from {}{DIM:#}", sanitize(file))?;
    }
    if let Some(file) = report.options.baseline() {
        writeln!(out, "{DIM}baseline from {}{DIM:#}", sanitize(file))?;
    }
    if report.pseudonymised {
        writeln!(
            out,
            "{DIM}names, addresses, paths and texts are hidden; commit ids can still identify people{DIM:#}"
        )?;
    }
    for stale in report.stale.iter().take(if style.all { usize::MAX } else { SHOWN.0 }) {
        let (finding, by) = (sanitize(&stale.finding), source(stale.by));
        writeln!(out, "{YELLOW}stale{YELLOW:#} {finding} in {by}: {}", sanitize(&stale.why))?;
    }
    if report.stale.len() > SHOWN.0 && !style.all {
        writeln!(out, "{DIM}and {} more{DIM:#}", grouped(report.stale.len() - SHOWN.0))?;
    }
    Ok(())
}

/// Writes the numbers of contributors and findings.
fn counts(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let people = report.contributors.len();
    let disputed = report.findings.iter().filter(|f| f.suppressed.as_ref().is_some_and(|s| s.disputed)).count();
    let decided = report.findings.iter().filter(|f| f.suppressed.is_some()).count() - disputed;
    let aside = [(decided, "suppressed"), (disputed, "disputed")];
    let aside: Vec<String> =
        aside.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{} {word}", grouped(*n))).collect();
    let aside = if aside.is_empty() { String::new() } else { format!(" ({})", aside.join(", ")) };
    writeln!(
        out,
        "{} contributor{}, {} finding{}{aside}\n",
        grouped(people),
        s_of(people),
        grouped(report.findings.len()),
        s_of(report.findings.len())
    )
}

/// Writes whether any contributor needs a review.
fn verdict(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let count = |tier: Tier| report.cases.iter().filter(|c| c.tier == tier && weighs(c)).count();
    let (block, review, note) = (count(Tier::Block), count(Tier::Review), count(Tier::Note));
    if report.repositories.iter().any(|r| r.skipped_count > 0) {
        writeln!(out, "{YELLOW}Incomplete:{YELLOW:#} objects that could not be read were not checked.")?;
    }
    if report.repositories.iter().all(|r| r.in_scope.0 == 0) {
        return writeln!(
            out,
            "{YELLOW}Nothing was checked:{YELLOW:#} the selected references, range and dates contain no commits."
        );
    }
    if report.options.heuristics_run() == 0 {
        return writeln!(
            out,
            "{YELLOW}Nothing was checked:{YELLOW:#} --only, --skip, --min-severity and --persona leave no heuristics to run."
        );
    }
    if block + review == 0 {
        let notes = if note == 0 && report.findings.is_empty() {
            "no findings.".into()
        } else if note == 0 {
            "no finding counts.".into()
        } else {
            format!("{} note{}, too weak for a review.", grouped(note), s_of(note))
        };
        let grave = |f: &&FindingLine| f.severity == Severity::High && f.nature != Nature::Exposure && f.counts;
        return match report.findings.iter().filter(grave).count() {
            0 => writeln!(out, "{GREEN}Nothing to review:{GREEN:#} {notes}"),
            n => writeln!(
                out,
                "{YELLOW}No case reaches review, but read this:{YELLOW:#} {} high-severity finding{}, each with a single kind of evidence.",
                grouped(n),
                s_of(n)
            ),
        };
    }
    let mut parts = Vec::new();
    for (n, words) in [(block, "to block"), (review, "to review"), (note, "for information")] {
        if n > 0 {
            parts.push(format!("{} {words}", grouped(n)));
        }
    }
    let colour = if block > 0 { RED } else { YELLOW };
    writeln!(
        out,
        "{colour}{} contributor{} with a case:{colour:#} {}.",
        grouped(block + review + note),
        s_of(block + review + note),
        parts.join(", ")
    )
}

/// Whether a finding of the case has weight. Contributors with only zero-weight findings are listed only with
/// --verbose.
fn weighs(case: &CaseLine) -> bool {
    case.total_db > 0.0
}

fn overview(report: &Report, style: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(style.width.unwrap_or(100));
    table.set_header(["#", "tier", "weight", "contributor", "evidence"]);
    let shown = if style.all { usize::MAX } else { SHOWN.0 };
    let named: Vec<&CaseLine> = report.cases.iter().filter(|c| style.all || weighs(c)).collect();
    for (i, case) in named.iter().take(shown).enumerate() {
        let families: Vec<String> = case.families.iter().map(|(f, db)| format!("{f} {}", decibans(*db))).collect();
        let families = if families.is_empty() { "none that counts".into() } else { families.join(", ") };
        table.add_row([
            (i + 1).to_string(),
            case.tier.to_string(),
            format!("{:.1} dB", case.total_db),
            sanitize(&case.contributor),
            families,
        ]);
    }
    writeln!(out, "\n{}", table.trim_fmt())?;
    if named.len() > shown {
        writeln!(out, "{DIM}and {} more{DIM:#}", grouped(named.len() - shown))?;
    }
    let aside = report.cases.len() - named.len();
    if aside > 0 {
        let s = s_of(aside);
        writeln!(out, "{DIM}and {} contributor{s} with zero-weight findings only (--verbose){DIM:#}", grouped(aside))?;
    }
    writeln!(out)
}

fn write_case(
    number: usize,
    case: &CaseLine,
    report: &Report,
    style: RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let colour = match case.tier {
        Tier::Block => RED,
        Tier::Review => YELLOW,
        Tier::Note => BOLD,
    };
    writeln!(out, "{colour}{number}. {}{colour:#}  {}", sanitize(&case.contributor), case.tier)?;
    let distinct = if case.survives_fdr { "; it stands out among all contributors" } else { "" };
    let combined = if case.combinations.is_empty() {
        String::new()
    } else {
        format!("; in combination: {}", case.combinations.join(", "))
    };
    writeln!(out, "   {:.1} dB, {}{distinct}{combined}", case.total_db, case.verbal)?;
    if let Some(record) = &case.record {
        writeln!(out, "   {DIM}{}{DIM:#}", record_in_words(case.tier, record))?;
    }
    let shown = if style.all { usize::MAX } else { SHOWN.1 };
    for id in case.findings.iter().take(shown) {
        if let Some(finding) = report.findings.iter().find(|f| f.id == *id) {
            writeln!(out)?;
            finding_lines(finding, "   ", if style.all { usize::MAX } else { SHOWN.1 }, out)?;
        }
    }
    if case.findings.len() > shown {
        let more = case.findings.len() - shown;
        writeln!(out, "\n   {DIM}and {more} more finding{}{DIM:#}", s_of(more))?;
    }
    writeln!(out)
}
