//! Writes dependency changes as text.

use crate::model::{DependencyLine, FileRole, StatedLine};
use crate::sanitize::sanitize;
use alibi_core::facts::DependencyChange;
use anstyle::Style;
use std::io::{self, Write};

const DIM: Style = Style::new().dimmed();

impl DependencyLine {
    /// Describes the change in a few words, with the old and the new value.
    fn describe(&self) -> String {
        let side = |side: &Option<StatedLine>| {
            side.as_ref().map(|s| {
                // If the requirement is a URL, it equals the source: print it only once.
                let version =
                    if s.source.contains("://") && s.version.contains("://") { "" } else { s.version.as_str() };
                let hash = if matches!(self.change, DependencyChange::Rehashed | DependencyChange::Unhashed) {
                    s.hash.as_str()
                } else {
                    ""
                };
                let hash: String = hash.chars().take(20).collect();
                let parts = [version, s.source.as_str(), hash.as_str()];
                parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
            })
        };
        let or_any = |side: Option<String>| side.filter(|s| !s.is_empty()).unwrap_or_else(|| "(any)".into());
        let (from, to) = (side(&self.from), side(&self.to));
        let values = match self.change {
            DependencyChange::Added => to.unwrap_or_default(),
            DependencyChange::Removed => from.unwrap_or_default(),
            _ => format!("{} -> {}", or_any(from), or_any(to)),
        };
        format!("{:<9} {:<10} {} {values}", self.change.name(), self.ecosystem, self.name).trim_end().to_owned()
    }

    /// Whether the change is routine: an update of a lockfile, or an entry with the same source and version. Routine
    /// changes outnumber the other changes by far.
    fn is_routine(&self) -> bool {
        match self.change {
            DependencyChange::Restated => true,
            DependencyChange::Moved | DependencyChange::Added | DependencyChange::Removed => {
                self.file == FileRole::Lockfile && !self.new
            }
            _ => false,
        }
    }
}

/// Writes at most `most` dependency changes in order, with the contributor if `who` is set. Routine changes are only
/// counted.
pub(crate) fn write_dependencies(
    lines: &[DependencyLine],
    who: bool,
    most: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let shown: Vec<&DependencyLine> = lines.iter().filter(|line| !line.is_routine()).collect();
    let several = shown.windows(2).any(|pair| pair[0].repository != pair[1].repository);
    for line in shown.iter().take(most) {
        let day: String = line.date.chars().take(10).collect();
        let commit: String = line.commit.chars().take(10).collect();
        let repository = if several { format!("{} ", line.repository) } else { String::new() };
        let by = if who {
            format!("  {}", sanitize(line.contributor.split(" <").next().unwrap_or_default()))
        } else {
            String::new()
        };
        let transitive = if line.file == FileRole::Lockfile && !line.direct { ", transitive" } else { "" };
        let (change, path) = (sanitize(line.describe()), sanitize(&line.path));
        writeln!(out, "  {day} {repository}{commit}  {change}{by}  {DIM}{path}{transitive}{DIM:#}")?;
    }
    let (cut, routine) = (shown.len().saturating_sub(most), lines.len() - shown.len());
    if cut > 0 {
        writeln!(out, "  {DIM}and {cut} more{DIM:#}")?;
    }
    if routine > 0 {
        writeln!(
            out,
            "  {DIM}and {routine} routine changes: versions and lockfile entries; --format json lists all{DIM:#}"
        )?;
    }
    if lines.is_empty() {
        writeln!(out, "  {DIM}no changes{DIM:#}")?;
    }
    Ok(())
}
