//! Writes the part of the terminal report about contributors to several repositories, with their identities in each.

use crate::model::{Contributor, Report};
use crate::sanitize::sanitize;
use anstyle::Style;
use std::collections::BTreeMap;
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Maximum number of contributors that are listed without `all`.
const SHOWN: usize = 10;

/// Writes the contributors whose identities differ between repositories; writes nothing if there is only one
/// repository.
///
/// # Errors
/// Returns an error if writing to `out` fails.
pub(super) fn cross_repo(report: &Report, all: bool, out: &mut dyn Write) -> io::Result<()> {
    if report.repositories.len() < 2 {
        return Ok(());
    }
    let identities_in = |c: &Contributor| {
        let mut seen: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for identity in &c.identities {
            for (number, repository) in report.repositories.iter().enumerate() {
                if identity.repositories.contains(&repository.id) {
                    seen.entry(number).or_default().push(format!("{} <{}>", identity.name, identity.email));
                }
            }
        }
        seen
    };
    let several: Vec<_> = report.contributors.iter().filter(|c| !c.bot).map(|c| (c, identities_in(c))).collect();
    let several: Vec<_> = several.into_iter().filter(|(_, seen)| seen.len() > 1).collect();
    let differ = |seen: &BTreeMap<usize, Vec<String>>| {
        let mut each = seen.values();
        each.next().is_some_and(|first| each.any(|other| other != first))
    };
    let mut differing: Vec<_> = several.iter().filter(|(_, seen)| differ(seen)).collect();
    if several.is_empty() {
        return writeln!(out, "No contributor was seen in more than one of these repositories.\n");
    }
    writeln!(
        out,
        "{BOLD}In more than one repository{BOLD:#}: {} contributor{}, {} of them with different identities",
        several.len(),
        if several.len() == 1 { "" } else { "s" },
        differing.len()
    )?;
    differing.sort_by_key(|(c, _)| std::cmp::Reverse(c.commits));
    let shown = if all { usize::MAX } else { SHOWN };
    for (contributor, seen) in differing.iter().take(shown) {
        writeln!(out, "  {}", sanitize(&contributor.name))?;
        for (number, identities) in seen {
            let path = sanitize(&report.repositories[*number].path);
            let identities: Vec<String> = identities.iter().map(sanitize).collect();
            writeln!(out, "    {DIM}{path}{DIM:#}  {}", identities.join(", "))?;
        }
    }
    if differing.len() > shown {
        writeln!(out, "  {DIM}and {} more (--verbose){DIM:#}", differing.len() - shown)?;
    }
    writeln!(out, "  {DIM}`git alibi who NAME PATH…` shows why these identities are linked.{DIM:#}\n")
}
