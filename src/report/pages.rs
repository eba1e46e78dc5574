//! The catalogue as pages of Markdown, for `docs/heuristics`.

use super::catalogue::{measured, weight};
use crate::heuristics::{Catalogue, Example, Heuristic, Persona};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What stands at the head of a page, so that nobody mends it by hand.
pub const GENERATED: &str = "<!-- Written by `cargo run --example docs` from the heuristics and the command line. -->";

/// The pages by their files' names: one a heuristic, and a list of all.
pub fn heuristic_pages(catalogue: &Catalogue) -> BTreeMap<String, String> {
    let mut pages: BTreeMap<String, String> = catalogue.iter().map(|h| (format!("{}.md", h.id), page(h))).collect();
    pages.insert("README.md".into(), list(catalogue));
    pages
}

fn list(catalogue: &Catalogue) -> String {
    let mut text = format!(
        "{GENERATED}\n\n# What is looked for\n\n{} heuristics. `git alibi heuristics list` prints them, \
         `git alibi explain ID` one of them. Weights in decibans are the most that a finding may weigh.\n",
        catalogue.iter().count()
    );
    let mut family = None;
    for h in catalogue.iter() {
        if family != Some(h.family) {
            family = Some(h.family);
            let _ = write!(
                text,
                "\n## {}\n\n| heuristic | what it finds | nature | severity | confidence | weight |\n|---|---|---|---|---|---|\n",
                h.family
            );
        }
        let noisy = if h.persona == Persona::Auditor { " (auditors only)" } else { "" };
        let _ = writeln!(
            text,
            "| [{id}]({id}.md) | {}{noisy} | {} | {} | {} | {} |",
            cell(&h.title),
            h.nature,
            h.severity,
            h.confidence,
            weight(h),
            id = h.id
        );
    }
    text
}

fn page(h: &Heuristic) -> String {
    let mut text = format!(
        "{GENERATED}\n\n# {}\n\n`{}`: family {}, nature {}, group {}, {} severity, {} confidence. {}\n\n{}\n",
        h.title,
        h.id,
        h.family,
        h.nature,
        h.group,
        h.severity,
        h.confidence,
        measured(h),
        paragraph(&h.rationale)
    );
    if h.persona == Persona::Auditor {
        text += "\nIt runs with `--persona auditor` alone, and never in `gate`.\n";
    }
    text += "\n## What else explains it\n\n";
    for innocent in &h.innocent {
        let test =
            innocent.test.as_deref().map_or_else(|| "not testable from Git".into(), |t| format!("tested: `{t}`"));
        let _ = writeln!(text, "- {} ({test})", innocent.cause);
    }
    let _ = write!(text, "\n## What to do\n\n{}\n\n## Sources\n\n", paragraph(&h.remediation));
    for reference in &h.references {
        let _ = writeln!(text, "- <{reference}>");
    }
    for entry in h.attack.iter().chain(&h.cwe) {
        let _ = writeln!(text, "- {entry}");
    }
    let fires = h.examples.iter().filter(|e: &&Example| e.fires()).count();
    let _ = write!(
        text,
        "\nChecked with {fires} examples that fire and {} that must not (`git alibi heuristics check`).\n",
        h.examples.len() - fires
    );
    text
}

fn paragraph(text: &str) -> String {
    text.split("\n\n").map(|p| p.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("\n\n")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
