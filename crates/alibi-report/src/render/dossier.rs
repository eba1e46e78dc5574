//! Writes a contributor's dossier as text and as JSON.

use super::access::write_trust;
use super::dependencies::write_dependencies;
use super::time::write_clocks;
use crate::format::plural;
use crate::model::{AlibiLine, Dossier, LinkLine};
use crate::sanitize::sanitize;
use alibi_core::analysis::people::LinkStatus;
use anstyle::Style;
use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Maximum number of dependency changes that are listed; further ones are counted.
const MAX_DEPENDENCIES: usize = 100;

/// Writes a dossier as text.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn dossier(dossier: &Dossier, width: Option<u16>, out: &mut dyn Write) -> io::Result<()> {
    let c = &dossier.contributor;
    let day = |t: &Option<String>| t.as_deref().map_or_else(String::new, |t| t.chars().take(10).collect());
    writeln!(out, "{BOLD}{}{BOLD:#}{}", sanitize(&c.name), if c.bot { "  (a bot)" } else { "" })?;
    let (commits, days) = (plural(c.commits, "commit"), plural(c.active_days as u32, "day"));
    writeln!(out, "{commits} on {days}, {} to {}\n", day(&c.first), day(&c.last))?;

    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width.unwrap_or(110));
    table.set_header(["name", "address", "commits", "first", "last", "seen in"]);
    for i in &c.identities {
        table.add_row([
            sanitize(&i.name),
            sanitize(&i.email),
            i.commits.to_string(),
            day(&i.first),
            day(&i.last),
            i.repositories.join(", "),
        ]);
    }
    writeln!(out, "{}\n", table.trim_fmt())?;
    if dossier.repositories.len() > 1 {
        let legend: Vec<String> =
            dossier.repositories.iter().map(|r| format!("{} is {}", r.id, sanitize(&r.path))).collect();
        writeln!(out, "{DIM}{}{DIM:#}\n", legend.join(", "))?;
    }
    if !c.keys.is_empty() {
        writeln!(out, "{BOLD}Signing keys{BOLD:#}")?;
        for key in &c.keys {
            let checked: Vec<String> =
                key.checked.iter().map(|(v, n)| format!("{n} {}", describe_validity(v))).collect();
            let service = if key.service { "; a service key that signs for many people" } else { "" };
            let span =
                key.first.as_ref().map_or_else(String::new, |_| format!(", {} to {}", day(&key.first), day(&key.last)));
            let owner = key.owner.as_ref().map_or_else(String::new, |o| format!(", owned by {}", sanitize(o)));
            let checked = checked.join(", ");
            let count = plural(key.commits, "commit");
            writeln!(out, "  {}{owner}  {DIM}{count}{span}: {checked}{service}{DIM:#}", sanitize(&key.id))?;
        }
        writeln!(out)?;
    }
    if let Some(alibi) = &c.alibi {
        write_alibi(alibi, out)?;
    }
    if let Some(trust) = &dossier.trust {
        write_trust(trust, out)?;
    }
    if let Some(clocks) = &dossier.clocks {
        write_clocks(clocks, out)?;
    }
    for (status, title) in [
        (LinkStatus::Linked, "Why these identities are linked"),
        (LinkStatus::Possible, "Possibly the same person, not linked"),
        (LinkStatus::Refused, "Similar, but kept separate"),
    ] {
        let links: Vec<&LinkLine> = dossier.links.iter().filter(|l| l.status == status).collect();
        if !links.is_empty() {
            writeln!(out, "{BOLD}{title}{BOLD:#}")?;
        }
        for link in links {
            writeln!(out, "  {:>5.1} bits  {}  =  {}", link.bits, sanitize(&link.a), sanitize(&link.b))?;
            for r in &link.reasons {
                writeln!(out, "  {DIM}{:>+5.1}{DIM:#}       {}", r.bits, sanitize(r.detail.as_bytes()))?;
            }
        }
    }
    if let Some(case) = &dossier.case {
        writeln!(out, "\n{BOLD}The case{BOLD:#}: {}, {:.1} dB", case.tier, case.total_db)?;
    }
    for f in &dossier.findings {
        writeln!(out, "  {:>5.1} dB  {}  {DIM}{}{DIM:#}", f.counted_db, sanitize(&f.summary), f.id)?;
    }
    if !dossier.named_in.is_empty() {
        writeln!(out, "\n{BOLD}Named in findings about others{BOLD:#}")?;
    }
    for f in &dossier.named_in {
        writeln!(out, "  {}  {}  {DIM}{}{DIM:#}", sanitize(&f.contributor), sanitize(&f.summary), f.id)?;
    }
    if dossier.case.is_none() {
        writeln!(out, "\n{DIM}No findings about this contributor.{DIM:#}")?;
    }
    if !dossier.dependencies.is_empty() {
        writeln!(out, "\n{BOLD}Dependencies{BOLD:#}")?;
        write_dependencies(&dossier.dependencies, false, MAX_DEPENDENCIES, out)?;
    }
    Ok(())
}

/// Describes the result of a signature check.
fn describe_validity(validity: &str) -> &str {
    match validity {
        "good" => "good",
        "bad" => "BAD",
        "expired" => "by an expired or revoked key",
        "unknown_key" => "by a key not passed with --keys",
        _ => "not checked (check them with --keys FILE)",
    }
}

/// Writes a dossier as JSON.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn dossier_json(dossier: &Dossier, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, dossier).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Writes the comparison of a declared alibi with the history as text.
fn write_alibi(alibi: &AlibiLine, out: &mut dyn Write) -> io::Result<()> {
    let clocks = plural(alibi.by_another_clock.len() as u32, "commit");
    let (days, outside) = (plural(alibi.days as u32, "day"), plural(alibi.days_outside_hours as u32, "day"));
    writeln!(
        out,
        "{BOLD}Alibi{BOLD:#} {}: {days} tested, {clocks} with another offset, {outside} outside the declared hours",
        alibi.verdict.word()
    )?;
    for what in &alibi.undeclared {
        writeln!(out, "  {}", sanitize(what))?;
    }
    writeln!(out)
}
