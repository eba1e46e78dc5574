//! Drafts an `alibi.toml` from the history, and writes how the declared alibis compare with the history.

use crate::model::{Drafted, Report};
use crate::sanitize::sanitize;
use alibi_core::analysis::time::Verdict;
use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();
const GREEN: Style = AnsiColor::Green.on_default().bold();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();

/// The comment at the start of a draft.
const INTRODUCTION: &str = "\
# The team's declarations about its contributors. This is a draft from the history: review it with the people it names.
#
# Set each zone to the one that the person declares, by its tz database name (Area/City). An empty zone is not checked.
# Never copy the zone from the history: the alibi is compared with the history.
#
# Addresses, keys and hours are commented out: they are checked only if set. An entry can have several consecutive
# alibis, and trips:
#
#   [[contributor.alibi]]
#   zone = \"Area/City\"
#   from = 2024-01-01
#   to = 2024-06-30
#   [[contributor.travel]]
#   zone = \"Area/City\"
#   from = 2024-03-04
#   to = 2024-03-15
";

/// Drafts an alibi file for these contributors.
pub fn roster_draft(drafted: &[Drafted<'_>]) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let list = |items: Vec<&str>| items.iter().map(|i| quoted(i)).collect::<Vec<_>>().join(", ");
    let mut out = String::from(INTRODUCTION);
    for Drafted { contributor: c, offsets } in drafted {
        let day = |t: &Option<String>| t.as_deref().unwrap_or("").chars().take(10).collect::<String>();
        let _ = writeln!(
            out,
            "\n# {}: {} commits on {} days, {} to {}",
            sanitize(&c.name),
            c.commits,
            c.active_days,
            day(&c.first),
            day(&c.last)
        );
        for line in offsets {
            let _ = writeln!(out, "# {line}");
        }
        let mut addresses: Vec<&str> = c.identities.iter().map(|i| i.email.as_str()).collect();
        addresses.sort_unstable();
        addresses.dedup();
        let keys = c.keys.iter().filter(|k| !k.service).map(|k| k.id.as_str()).collect();
        let _ = writeln!(out, "[[contributor]]\nwho = {}", quoted(&c.id));
        let _ = writeln!(out, "# addresses = [{}]\n# keys = [{}]", list(addresses), list(keys));
        let _ = writeln!(out, "[[contributor.alibi]]\nzone = \"\"\n# hours = \"09:00-18:00\"");
    }
    out
}

/// Maximum number of contradicting commits that are listed per contributor.
const SHOWN: usize = 5;

/// Writes how each declared alibi compares with the history.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub fn roster_table(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut declared = 0;
    for c in &report.contributors {
        let Some(alibi) = &c.alibi else { continue };
        declared += 1;
        let colour = match alibi.verdict {
            Verdict::Supported => GREEN,
            Verdict::Contradicted => RED,
            Verdict::Insufficient => YELLOW,
        };
        write!(out, "{colour}{:<12}{colour:#} {BOLD}{}{BOLD:#}", alibi.verdict.word(), sanitize(&c.id))?;
        let thin = if alibi.verdict == Verdict::Insufficient { ": too few" } else { "" };
        writeln!(out, "  {} days with commits on the author's own clock in the declared period{thin}", alibi.days)?;
        let clocks = alibi.by_another_clock.len();
        if clocks > 0 {
            for e in alibi.by_another_clock.iter().take(SHOWN) {
                let id: String = e.commit.chars().take(12).collect();
                writeln!(out, "             {id}  {}  declared {}, shown {}", e.at, e.declared, e.shown)?;
            }
            if clocks > SHOWN {
                writeln!(out, "             and {} more commits with another offset", clocks - SHOWN)?;
            }
        }
        if alibi.days_outside_hours > 0 {
            writeln!(out, "             {} days entirely outside the declared hours", alibi.days_outside_hours)?;
        }
        for what in &alibi.undeclared {
            writeln!(out, "             {}", sanitize(what))?;
        }
    }
    if declared == 0 {
        writeln!(out, "Nothing is declared: fill in the time zones of a draft (`git alibi roster init`).")?;
    }
    Ok(())
}
