//! Writes the catalogue of heuristics for a terminal.

use alibi_rules::heuristics::{Catalogue, Example, Heuristic, Nature, UNMEASURED_DB};
use anstyle::Style;
use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, Table};
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();

/// Writes all heuristics, one per line.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn heuristics_table(catalogue: &Catalogue, width: Option<u16>, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(NOTHING);
    // In a pipe, the width is unknown and titles do not wrap.
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table.set_header(["id", "family", "nature", "kind", "severity", "confidence", "weight", "title"]);
    for h in catalogue.iter() {
        table.add_row([
            h.id.clone(),
            h.family.to_string(),
            h.nature.to_string(),
            h.kind.name().to_owned(),
            h.severity.to_string(),
            h.confidence.to_string(),
            weight(h),
            h.title.clone(),
        ]);
    }
    // The columns exist only once rows have been added. Only titles may wrap: a wrapped id cannot be copied.
    for column in table.column_iter_mut().take(7) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    writeln!(out, "{table}")
}

/// Writes one heuristic in full.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn heuristic_page(h: &Heuristic, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{BOLD}{}{BOLD:#}  {}\n", h.id, h.title)?;
    writeln!(
        out,
        "family {}, nature {}, group {}, {} severity, {} confidence",
        h.family, h.nature, h.group, h.severity, h.confidence
    )?;
    writeln!(out, "{}", measured(h))?;
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
    writeln!(out, "\nExamples: {fires} that must fire, {} that must not", h.examples.len() - fires)
}

/// Describes the maximum weight of a finding in a few words.
pub(super) fn weight(h: &Heuristic) -> String {
    match h.nature {
        Nature::Exposure => "none".into(),
        _ if h.calibrated || h.measured.is_some() => format!("at most {}, measured", h.weight),
        _ if h.from_list => format!("{}, as listed", h.weight),
        _ => format!("at most {:.1} dB, not measured", h.weight.0.min(UNMEASURED_DB)),
    }
}

/// Describes how a heuristic was measured, and the resulting limits of its weight.
pub(super) fn measured(h: &Heuristic) -> String {
    let at_most = h.weight;
    if h.nature == Nature::Exposure {
        return "An exposure: listed to be fixed, without a weight, not part of a case.".into();
    }
    if h.calibrated {
        return format!("At most {at_most}, calibrated with scenarios (docs/calibration.md).");
    }
    if h.from_list {
        return "Depends on a list that you pass; not measured.".into();
    }
    let Some(measured) = &h.measured else {
        return format!("Not measured: at most {UNMEASURED_DB:.0} dB, never review or block on its own.");
    };
    let of = measured.measured_on.map_or_else(String::new, |commits| format!(", on {commits} commits"));
    format!(
        "At most {at_most}. At most {:.2} false positives per 100,000 commits of ordinary history (95 %{of}); detects {} of {} examples \
         on top of real histories or in sample repositories.",
        1e5 * measured.false_alarms_high,
        measured.power[0],
        measured.power[1]
    )
}
