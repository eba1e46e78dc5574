//! Writes a finding as text: its evidence, the innocent causes, and how the weight of its case is computed.

use super::exposures::lines_in_words;
use crate::format::{decibans, grouped, s_of};
use crate::model::{CaseLine, FindingLine, RecordLine, Report};
use crate::sanitize::sanitize;
use alibi_core::finding::DecidedIn;
use alibi_core::scoring::Tier;
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{BLOCK_RATE, Nature, REVIEW_RATE};
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();

/// States how many reviewed cases of the same tier were real problems.
pub(super) fn record_in_words(tier: Tier, record: &RecordLine) -> String {
    let all = format!(
        "{} of {} in {} public repositories ({} contributors)",
        record.problems,
        record.read,
        record.repositories,
        grouped(record.contributors)
    );
    match record.first_look {
        Some([problems, cases]) => format!(
            "{problems} of {cases} {tier} cases in previously unseen repositories were real problems; {all} that were used to tune the rules"
        ),
        None => format!("{tier} cases that were real problems, reviewed by hand: {all}"),
    }
}

/// Writes a finding with at most `evidence` lines of evidence.
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

/// States a finding's weight, or why it does not count.
pub(super) fn weight_in_words(f: &FindingLine) -> String {
    if !f.counts {
        not_counted(f)
    } else if f.nature == Nature::Exposure {
        "exposure: to fix, not part of a case".into()
    } else {
        format!("{} dB {}", decibans(f.counted_db), if f.calibrated { "measured" } else { "not measured" })
    }
}

/// States why a finding does not count.
pub(super) fn not_counted(f: &FindingLine) -> String {
    match &f.suppressed {
        Some(s) if s.disputed => "not counted: disputed".into(),
        Some(s) => format!("not counted: suppressed by {}", source(s.by)),
        None => {
            let left = f.innocent.iter().find(|c| c.tested && !c.excluded);
            let cause = left.map_or(String::new(), |c| format!(": {}", sanitize(&c.cause)));
            format!("not counted, innocent cause not excluded{cause}")
        }
    }
}

/// Describes where a decision was made.
pub(super) fn source(by: DecidedIn) -> &'static str {
    match by {
        DecidedIn::File => "the alibi file",
        DecidedIn::Baseline => "the baseline",
        DecidedIn::Inline => "an inline comment",
    }
}

/// Writes one finding in full; returns `false` if the report does not contain it.
///
/// # Errors
/// Returns an error if writing to `out` fails.
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
        Some(record) => writeln!(out, "{}.", record_in_words(case.tier, record))?,
        None => writeln!(
            out,
            "The share of such cases that are real problems is unknown: not all weights are measured, or none was reviewed."
        )?,
    }
    let people = report.testable.max(report.cases.len());
    let subject = if case.survives_fdr { "It stands out" } else { "It does not stand out" };
    writeln!(out, "{subject} among {} contributor{} at a false-discovery rate of 5 %.", grouped(people), s_of(people))?;
    writeln!(
        out,
        "A case reaches review with {:.1} dB or more in two groups, at least one weight measured, or with one attack finding of at \
         least medium severity and confidence from a heuristic with a false-positive rate of at most {:.0} per 100,000 commits. It reaches \
         block with one attack finding of high severity and confidence, and of {:.1} dB or more in a scan, from a heuristic with \
         a false-positive rate of at most {:.0} per 100,000 commits, whose findings were mostly real problems; or with a named combination \
         of two findings.",
        report.review_db,
        REVIEW_RATE * 1e5,
        report.review_db,
        BLOCK_RATE * 1e5
    )
}
