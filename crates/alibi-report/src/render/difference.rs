//! Writes the difference between two reports as text and as JSON.

use crate::model::Difference;
use crate::sanitize::sanitize;
use alibi_core::scoring::Tier;
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const GREEN: Style = AnsiColor::Green.on_default();

/// Writes a difference as text.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn difference_table(d: &Difference, out: &mut dyn Write) -> io::Result<()> {
    for note in &d.notes {
        writeln!(out, "{YELLOW}note{YELLOW:#} {note}")?;
    }
    if d.new.is_empty() && d.gone.is_empty() && d.changed.is_empty() && d.cases.is_empty() {
        return writeln!(out, "No differences in findings and cases.");
    }
    for (title, sign, style, findings) in [("New", '+', RED, &d.new), ("Removed", '-', GREEN, &d.gone)] {
        if !findings.is_empty() {
            writeln!(out, "{BOLD}{title}: {}{BOLD:#}", findings.len())?;
        }
        for f in findings {
            writeln!(out, "  {style}{sign}{style:#} {:>5.1} dB  {}", f.counted_db, sanitize(&f.summary))?;
            writeln!(out, "             {DIM}{}  {}{DIM:#}", sanitize(&f.contributor), sanitize(&f.id))?;
        }
    }
    if !d.changed.is_empty() {
        writeln!(out, "{BOLD}Changed weight: {}{BOLD:#}", d.changed.len())?;
    }
    for c in &d.changed {
        let f = &c.finding;
        writeln!(
            out,
            "    {:.1} to {:.1} dB  {}  {DIM}{}{DIM:#}",
            c.from_db,
            c.to_db,
            sanitize(&f.summary),
            sanitize(&f.id)
        )?;
    }
    if !d.cases.is_empty() {
        writeln!(out, "{BOLD}Changed cases: {}{BOLD:#}", d.cases.len())?;
    }
    for c in &d.cases {
        let tier = |tier: Option<Tier>| tier.map_or_else(|| "none".to_owned(), |tier| tier.to_string());
        let (from, to) = (tier(c.from), tier(c.to));
        writeln!(out, "    {from} {:.1} dB to {to} {:.1} dB  {}", c.from_db, c.to_db, sanitize(&c.contributor))?;
    }
    Ok(())
}

/// Writes a difference as JSON.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn difference_json(d: &Difference, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, d).map_err(io::Error::from)?;
    out.write_all(b"\n")
}
