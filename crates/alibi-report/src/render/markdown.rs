//! Writes the report as Markdown for a pull-request comment: a short summary, followed by folded details.

use super::exposures::lines_in_words;
use super::finding::{source, weight_in_words};
use super::gate::{checked_range, verdict};
use super::renderer::{Render, RenderOptions};
use crate::format::{decibans, one_line, plural};
use crate::model::{CaseLine, FindingLine, Report};
use crate::sanitize::sanitize;
use alibi_core::scoring::Tier;
use alibi_rules::heuristics::{Heuristic, Nature};
use std::fmt::Write as _;
use std::io::{self, Write};

/// The first line of a comment, by which a workflow finds and updates its earlier comment.
const MARK: &str = "<!-- git-alibi -->";

/// Maximum length of a report before its notes, in characters. Forges accept comments of up to 65,536 characters.
const MAX_CHARACTERS: usize = 60_000;

/// Maximum length of a single string, in characters; longer strings are cut.
const MAX_OF_TEXT: usize = 400;

/// Renders reports as Markdown.
pub(super) struct Markdown;

impl Render for Markdown {
    fn render(&self, report: &Report, _: RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(markdown(report).as_bytes())
    }
}

fn markdown(report: &Report) -> String {
    let mut text = format!("{MARK}\n### git-alibi: {}\n\n{}\n\n", verdict(report), code(&checked_range(report)));
    let (grave, notes): (Vec<&CaseLine>, Vec<&CaseLine>) = report.cases.iter().partition(|c| c.tier != Tier::Note);
    if !grave.is_empty() {
        text += "| tier | weight | contributor | evidence |\n|---|---|---|---|\n";
    }
    for case in grave.iter().take(20) {
        let families: Vec<String> = case.families.iter().map(|(f, db)| format!("{f} {}", decibans(*db))).collect();
        let _ = writeln!(
            text,
            "| **{}** | {:.1} dB | {} | {} |",
            case.tier,
            case.total_db,
            code(&case.contributor).replace('|', "\\|"),
            families.join(", ")
        );
    }
    text += "\n";
    let mut left = 0;
    for case in &grave {
        for finding in case.findings.iter().filter_map(|id| report.findings.iter().find(|f| f.id == *id)) {
            let section = finding_text(finding, &report.heuristics);
            if text.chars().count() + section.chars().count() > MAX_CHARACTERS {
                left += 1;
            } else {
                text += &section;
            }
        }
    }
    let failing = |f: &&FindingLine| f.nature == Nature::Exposure && f.counts && report.fails_on_exposure(f.severity);
    for finding in report.findings.iter().filter(failing) {
        let section = finding_text(finding, &report.heuristics);
        if text.chars().count() + section.chars().count() > MAX_CHARACTERS {
            left += 1;
        } else {
            text += &section;
        }
    }
    if left > 0 {
        let _ = writeln!(text, "\n…and {left} more findings: see the other reports of this run.\n");
    }
    let mut rest = String::new();
    for line in report.exposures.iter().filter(|e| !report.fails_on_exposure(e.severity)).take(20) {
        let place = code(&format!("{}{}", line.path, lines_in_words(&line.lines)));
        let _ = writeln!(rest, "- to fix ({}): {} in {place}", line.severity, shown(&line.title));
    }
    if !notes.is_empty() {
        let _ =
            writeln!(rest, "- {} with notes that are too weak for a review", plural(notes.len() as u32, "contributor"));
    }
    for notice in report.all_notices().take(20) {
        let _ = writeln!(rest, "- {}", code(notice));
    }
    for stale in report.stale.iter().take(20) {
        let _ = writeln!(rest, "- decision on {} ({}): {}", code(&stale.finding), source(stale.by), code(&stale.why));
    }
    let skipped: usize = report.repositories.iter().map(|r| r.skipped_count).sum();
    if skipped > 0 {
        let _ = writeln!(rest, "- {} could not be read completely", plural(skipped as u32, "object"));
    }
    if !rest.is_empty() {
        let _ = writeln!(text, "<details><summary>Notes</summary>\n\n{rest}\n</details>\n");
    }
    if report.pseudonymised {
        text += "Names, addresses, paths and texts are hidden; commit ids can still identify people.\n\n";
    }
    text += "A finding is a question, not an accusation: ask before you conclude.\n";
    text
}

fn finding_text(f: &FindingLine, heuristics: &[Heuristic]) -> String {
    let place = f.paths.first().map_or(String::new(), |path| {
        let line = f.line.map_or(String::new(), |line| format!(":{line}"));
        format!(" in {}", shown(&format!("{path}{line}")))
    });
    let counted = weight_in_words(f);
    let title = heuristics.iter().find(|h| h.id == f.heuristic).map_or(f.heuristic.as_str(), |h| h.title.as_str());
    let mut text = format!(
        "<details><summary><b>{}</b> {}{place} ({}, {counted})</summary>\n\n",
        f.severity,
        shown(title),
        shown(&f.contributor)
    );
    let _ = writeln!(text, "{}\n", code(&f.summary));
    if let Some(s) = &f.suppressed {
        let _ = writeln!(text, "Reason: {}\n", code(&s.reason));
    }
    for e in f.evidence.iter().take(10) {
        let _ = writeln!(text, "- {}: {}", code(&e.label), code(&e.value));
    }
    for c in &f.innocent {
        let state = match (c.tested, c.excluded) {
            (true, true) => "excluded",
            (true, false) => "not excluded",
            _ => "not testable",
        };
        let _ = writeln!(text, "- or: {} ({state})", c.cause);
    }
    if let Some(h) = heuristics.iter().find(|h| h.id == f.heuristic) {
        let _ = writeln!(text, "\n**Why** {}\n\n**What to do** {}", one_line(&h.rationale), one_line(&h.remediation));
    }
    let _ = writeln!(
        text,
        "\n**To reproduce** {}\n\n**To accept**, add to `alibi.toml` on the target branch:\n\n```toml\n[[suppress]]\nfinding = \"{}\"\nreason = \"why this is right\"\n```\n\n</details>\n",
        code(&f.reproduce),
        sanitize(&f.id)
    );
    text
}

fn cut(text: &str) -> String {
    let text = sanitize(text);
    match text.char_indices().nth(MAX_OF_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Writes text as an HTML code element, in which forges create no links or mentions.
fn shown(text: &str) -> String {
    let safe = cut(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('`', "&#96;");
    format!("<code>{safe}</code>")
}

/// Writes text as a Markdown code span, whose fence is longer than any run of backticks in the text.
fn code(text: &str) -> String {
    let text = cut(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untrusted_text_is_always_in_code_spans() {
        assert_eq!(shown("<img src=x> `b` & @team"), "<code>&lt;img src=x&gt; &#96;b&#96; &amp; @team</code>");
        assert_eq!(code("@team #1 https://x.example www.x.example"), "`@team #1 https://x.example www.x.example`");
        assert_eq!(code("a ``b`` c"), "```a ``b`` c```");
        assert_eq!(code("`"), "`` ` ``");
        assert!(code("a\n\n<b>").starts_with("`a\\u{a}"), "{}", code("a\n\n<b>"));
        assert_eq!(code(&"x".repeat(500)).chars().count(), MAX_OF_TEXT + 3);
    }
}
