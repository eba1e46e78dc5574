//! The terminal report: a ten-second summary first, then the cases.

use super::exposures::{lines_in_words, write_exposures};
use super::packages::write_dependencies;
use super::reuse::reuse;
use super::sanitize::sanitize;
use super::wire::{CaseLine, FindingLine, RecordLine, Report};
use super::words::decibans;
use crate::decibans::Decibans;
use crate::heuristics::{BLOCK_RATE, REVIEW_RATE};
use anstyle::{AnsiColor, Style};
use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use std::io::{self, Write};

/// How much a table shows.
#[derive(Clone, Copy, Default, Debug)]
pub struct TableStyle {
    /// Show every case, finding and skipped object instead of the first few.
    pub all: bool,
    /// Show the dependency changes made by the commits in scope.
    pub dependencies: bool,
    /// Use the gate layout: one line if nothing blocks, otherwise what blocks and how to fix it.
    pub gate: bool,
    /// Width of the terminal in columns, if known.
    pub width: Option<u16>,
}

/// Limits without `all`: cases, findings per case, skipped objects per repository.
const SHOWN: (usize, usize, usize) = (10, 3, 3);

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default().bold();

/// Writes a report as text. Colours are ANSI sequences; the caller strips them if they are not wanted.
///
/// # Errors
/// Any error of `out`.
pub fn table(report: &Report, style: TableStyle, out: &mut dyn Write) -> io::Result<()> {
    for r in &report.repositories {
        let day =
            |t: &Option<String>| t.as_deref().map_or_else(String::new, |t| t.chars().take(10).collect::<String>());
        let range = if r.commits == 0 { String::new() } else { format!(", {} to {}", day(&r.first), day(&r.last)) };
        let judged = if r.judged == r.commits { String::new() } else { format!(" ({} in scope)", grouped(r.judged)) };
        writeln!(out, "{BOLD}{}{BOLD:#}  {} commits{judged}{range}", sanitize(&r.path), grouped(r.commits))?;
        for notice in &r.notices {
            writeln!(out, "  {YELLOW}note{YELLOW:#} {}", sanitize(notice))?;
        }
        if r.skipped_count > 0 {
            let (few, s) = (if style.all { usize::MAX } else { SHOWN.2 }, plural(r.skipped_count));
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
    if let Some(file) = &report.options.config {
        writeln!(out, "{DIM}alibis and decisions from {}{DIM:#}", sanitize(file))?;
    }
    if let Some(file) = &report.options.baseline {
        writeln!(out, "{DIM}accepted findings from {}{DIM:#}", sanitize(file))?;
    }
    if report.pseudonymised {
        writeln!(
            out,
            "{DIM}names, addresses, paths and texts are hidden; commit ids can still identify people{DIM:#}"
        )?;
    }
    for stale in report.stale.iter().take(if style.all { usize::MAX } else { SHOWN.0 }) {
        let (finding, by) = (sanitize(&stale.finding), source(&stale.by));
        writeln!(out, "{YELLOW}stale{YELLOW:#} {finding} in {by}: {}", sanitize(&stale.why))?;
    }
    if report.stale.len() > SHOWN.0 && !style.all {
        writeln!(out, "{DIM}and {} more{DIM:#}", grouped(report.stale.len() - SHOWN.0))?;
    }
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
        plural(people),
        grouped(report.findings.len()),
        plural(report.findings.len())
    )?;
    reuse(report, style.all, out)?;
    verdict(report, out)?;
    if !report.cases.is_empty() {
        overview(report, style, out)?;
    } else if !report.exposures.is_empty() {
        writeln!(out)?;
    }
    // Notes appear in the overview only; --verbose prints them in full.
    let told = |case: &CaseLine| style.all || case.tier != "note";
    let shown = if style.all { usize::MAX } else { SHOWN.0 };
    for (i, case) in report.cases.iter().enumerate().filter(|(_, c)| told(c)).take(shown) {
        write_case(i + 1, case, report, style, out)?;
    }
    if !style.all && (report.cases.len() > shown || report.cases.iter().any(|c| !told(c))) {
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

/// The first sentence: whether there is anything to do.
fn verdict(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let count = |tier: &str| report.cases.iter().filter(|c| c.tier == tier && weighs(c)).count();
    let (block, review, note) = (count("block"), count("review"), count("note"));
    if report.repositories.iter().any(|r| r.skipped_count > 0) {
        writeln!(out, "{YELLOW}Incomplete:{YELLOW:#} objects that could not be read were not checked.")?;
    }
    if report.repositories.iter().all(|r| r.judged == 0) {
        return writeln!(
            out,
            "{YELLOW}Nothing was checked:{YELLOW:#} the selected references, range and dates contain no commits."
        );
    }
    if report.options.heuristics_run == 0 {
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
            format!("{} note{}, too weak for a review.", grouped(note), plural(note))
        };
        let grave = |f: &&FindingLine| f.severity == "high" && f.nature != "exposure" && f.counts;
        return match report.findings.iter().filter(grave).count() {
            0 => writeln!(out, "{GREEN}Nothing to review:{GREEN:#} {notes}"),
            n => writeln!(
                out,
                "{YELLOW}No case reaches review, but read this:{YELLOW:#} {} high-severity finding{}, each with a single kind of evidence.",
                grouped(n),
                plural(n)
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
        plural(block + review + note),
        parts.join(", ")
    )
}

/// Whether anything in a case counts. Contributors with zero-weight findings only are named with --verbose alone.
fn weighs(case: &CaseLine) -> bool {
    case.total_db > 0.0
}

fn overview(report: &Report, style: TableStyle, out: &mut dyn Write) -> io::Result<()> {
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
            case.tier.clone(),
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
        let s = plural(aside);
        writeln!(out, "{DIM}and {} contributor{s} with zero-weight findings only (--verbose){DIM:#}", grouped(aside))?;
    }
    writeln!(out)
}

fn write_case(
    number: usize,
    case: &CaseLine,
    report: &Report,
    style: TableStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    let colour = match case.tier.as_str() {
        "block" => RED,
        "review" => YELLOW,
        _ => BOLD,
    };
    writeln!(out, "{colour}{number}. {}{colour:#}  {}", sanitize(&case.contributor), case.tier)?;
    let stands = if case.survives_fdr { "; it stands out among all contributors" } else { "" };
    let combined = if case.combinations.is_empty() {
        String::new()
    } else {
        format!("; in combination: {}", case.combinations.join(", "))
    };
    writeln!(out, "   {:.1} dB, {}{stands}{combined}", case.total_db, case.verbal)?;
    if let Some(record) = &case.record {
        writeln!(out, "   {DIM}{}{DIM:#}", record_in_words(&case.tier, record))?;
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
        writeln!(out, "\n   {DIM}and {more} more finding{}{DIM:#}", plural(more))?;
    }
    writeln!(out)
}

/// The share of hand-reviewed cases of the same tier that were real problems.
pub(super) fn record_in_words(tier: &str, record: &RecordLine) -> String {
    let all = format!(
        "{} of {} in {} public repositories ({} contributors)",
        record.problems,
        record.read,
        record.repositories,
        grouped(record.contributors)
    );
    match record.first_look {
        Some([problems, cases]) => format!(
            "{problems} of {cases} {tier} cases in repositories new to the rules were real problems; {all}, after the rules were corrected"
        ),
        None => format!("{tier} cases that were real problems, reviewed by hand: {all}"),
    }
}

pub(super) fn finding_lines(f: &FindingLine, indent: &str, evidence: usize, out: &mut dyn Write) -> io::Result<()> {
    let weight = weight_in_words(f);
    writeln!(
        out,
        "{indent}{BOLD}{}{BOLD:#} ({} severity, {} confidence, {weight})",
        f.heuristic, f.severity, f.confidence
    )?;
    let first = f.paths.first();
    let lines: Vec<u32> = f.places.iter().filter(|p| Some(&p.path) == first).map(|p| p.line).collect();
    let line = match lines.len() {
        0 | 1 => f.line.map_or(String::new(), |l| format!(", line {l}")),
        _ => format!(", lines {}", lines_in_words(&lines).trim_start_matches(':')),
    };
    let fate = match (f.in_head, &f.removed_in) {
        (Some(true), _) => ", still in HEAD".to_owned(),
        (_, Some(commit)) => format!(", removed in {}", sanitize(commit.chars().take(12).collect::<String>())),
        _ => String::new(),
    };
    writeln!(out, "{indent}  {}{line}{fate}", sanitize(&f.summary))?;
    if let Some(s) = &f.suppressed {
        let owner = s.owner.as_ref().map_or(String::new(), |o| format!(", owner {}", sanitize(o)));
        let until = s.expires.as_ref().map_or(String::new(), |day| format!(", until {}", sanitize(day)));
        writeln!(out, "{indent}  {YELLOW}reason:{YELLOW:#} {}{owner}{until}", sanitize(&s.reason))?;
    }
    for e in f.evidence.iter().take(evidence) {
        writeln!(out, "{indent}  {DIM}{}:{DIM:#} {}", sanitize(&e.label), sanitize(&e.value))?;
    }
    if f.evidence.len() > evidence {
        writeln!(out, "{indent}  {DIM}and {} more{DIM:#}", f.evidence.len() - evidence)?;
    }
    for c in &f.innocent {
        let state = match (c.tested, c.excluded) {
            (true, true) => "excluded",
            (true, false) => "not excluded",
            _ => "not testable",
        };
        writeln!(out, "{indent}  {DIM}or:{DIM:#} {} {DIM}({state}){DIM:#}", sanitize(&c.cause))?;
    }
    writeln!(out, "{indent}  {DIM}see:{DIM:#} {}", sanitize(&f.reproduce))?;
    writeln!(out, "{indent}  {DIM}id:{DIM:#}  {}", sanitize(&f.id))
}

/// A finding's weight, or why it does not count.
pub(super) fn weight_in_words(f: &FindingLine) -> String {
    if !f.counts {
        not_counted(f)
    } else if f.nature == "exposure" {
        "exposure: to fix, not part of a case".into()
    } else {
        format!("{} dB {}", decibans(f.counted_db), if f.calibrated { "measured" } else { "not measured" })
    }
}

/// Why a finding does not count.
pub(super) fn not_counted(f: &FindingLine) -> String {
    match &f.suppressed {
        Some(s) if s.disputed => "not counted: disputed".into(),
        Some(s) => format!("not counted: suppressed by {}", source(&s.by)),
        None => {
            let left = f.innocent.iter().find(|c| c.tested && !c.excluded);
            let cause = left.map_or(String::new(), |c| format!(": {}", sanitize(&c.cause)));
            format!("not counted, innocent cause not excluded{cause}")
        }
    }
}

/// The source of a decision, in words.
pub(super) fn source(by: &str) -> &str {
    match by {
        "file" => "the alibi file",
        "baseline" => "the baseline",
        _ => "an inline comment",
    }
}

/// Writes one finding in full; returns `false` if the report does not contain it.
///
/// # Errors
/// Any error of `out`.
pub fn finding_page(report: &Report, id: &str, out: &mut dyn Write) -> io::Result<bool> {
    let Some(finding) = report.findings.iter().find(|f| f.id == id) else { return Ok(false) };
    writeln!(out, "{BOLD}{}{BOLD:#}", sanitize(&finding.id))?;
    writeln!(out, "about {}", sanitize(&finding.contributor))?;
    finding_lines(finding, "", usize::MAX, out)?;
    for commit in &finding.commits {
        writeln!(out, "  {DIM}commit:{DIM:#} {}", sanitize(commit))?;
    }
    if let Some(case) = report.cases.iter().find(|c| c.contributor == finding.contributor) {
        arithmetic(case, report, out)?;
    }
    Ok(true)
}

/// Writes how the weight of a case is computed and which tier follows.
fn arithmetic(case: &CaseLine, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\nThe case: {}, {:.1} dB ({})", case.tier, case.total_db, case.verbal)?;
    for other in report.findings.iter().filter(|f| case.findings.contains(&f.id)) {
        writeln!(out, "  {:>5.1} dB  {} {}, group {}", other.counted_db, other.family, other.heuristic, other.group)?;
    }
    writeln!(out, "The strongest finding of each group counts, each family is capped, and the families are added:")?;
    for (family, db) in &case.families {
        writeln!(out, "  {db:>5.1} dB  {family}")?;
    }
    let ratio = Decibans(case.total_db).ratio();
    writeln!(out, "{:.1} dB is a likelihood ratio of {ratio:.1}.", case.total_db)?;
    match &case.record {
        Some(record) => writeln!(out, "{}.", record_in_words(&case.tier, record))?,
        None => writeln!(
            out,
            "The share of such cases that are real problems is unknown: not all weights are measured, or none was reviewed."
        )?,
    }
    let people = report.testable.max(report.cases.len());
    let stands = if case.survives_fdr { "It stands out" } else { "It does not stand out" };
    writeln!(
        out,
        "{stands} among {} contributor{} at a false-discovery rate of 5 %.",
        grouped(people),
        plural(people)
    )?;
    writeln!(
        out,
        "A case reaches review with {:.1} dB or more in two groups, at least one weight measured, or with one attack finding of at \
         least medium severity and confidence from a heuristic with at most {:.0} false positives per 100,000 commits. It reaches \
         block with one attack finding of high severity and confidence, and of {:.1} dB or more in a scan, from a heuristic with \
         at most {:.0} false positives per 100,000 commits, whose findings were mostly real problems; or with a named combination \
         of two findings.",
        report.review_db,
        REVIEW_RATE * 1e5,
        report.review_db,
        BLOCK_RATE * 1e5
    )
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// A number with thousands separators.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, d) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(d);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_kept_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(super::grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
