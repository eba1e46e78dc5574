//! The catalogue for a terminal.

use crate::heuristics::{Catalogue, Example, Heuristic};
use anstyle::Style;
use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, Table};
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();

/// Writes all heuristics, a line each.
///
/// # Errors
/// Whatever `out` returns.
pub fn heuristics_table(catalogue: &Catalogue, width: Option<u16>, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(NOTHING);
    // In a pipe a line is a heuristic.
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table.set_header(["id", "family", "kind", "severity", "confidence", "weight", "title"]);
    for h in catalogue.iter() {
        table.add_row([
            h.id.clone(),
            h.family.to_string(),
            h.kind.name().to_owned(),
            h.severity.to_string(),
            h.confidence.to_string(),
            format!("{} {}", h.weight, if h.calibrated { "calibrated" } else { "assigned" }),
            h.title.clone(),
        ]);
    }
    // There are no columns before there are rows. An id that is broken over two lines cannot be copied; only titles may be.
    for column in table.column_iter_mut().take(6) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    writeln!(out, "{table}")
}

/// Writes everything about one heuristic.
///
/// # Errors
/// Whatever `out` returns.
pub fn heuristic_page(h: &Heuristic, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{BOLD}{}{BOLD:#}  {}\n", h.id, h.title)?;
    let measured = if h.calibrated { "calibrated" } else { "assigned" };
    writeln!(
        out,
        "family {}, group {}, {} severity, {} confidence, {} {measured}",
        h.family, h.group, h.severity, h.confidence, h.weight
    )?;
    writeln!(out, "\n{}\n", h.rationale.trim())?;
    writeln!(out, "{BOLD}Innocent causes{BOLD:#}")?;
    for i in &h.innocent {
        let test = i.test.as_deref().map_or_else(|| "not testable from Git".into(), |t| format!("tested: {t}"));
        writeln!(out, "  - {} ({test})", i.cause)?;
    }
    writeln!(out, "\n{BOLD}What to do{BOLD:#}\n  {}", h.remediation.trim())?;
    if !h.attack.is_empty() || !h.cwe.is_empty() {
        writeln!(out, "\n{BOLD}Catalogued as{BOLD:#}\n  {}", [h.attack.as_slice(), &h.cwe].concat().join(", "))?;
    }
    writeln!(out, "\n{BOLD}Sources{BOLD:#}")?;
    for reference in &h.references {
        writeln!(out, "  {reference}")?;
    }
    let fires = h.examples.iter().filter(|e: &&Example| e.fires()).count();
    writeln!(out, "\nchecked with {fires} examples that fire and {} that must not", h.examples.len() - fires)
}
