//! Dependency changes as text.

use crate::model::{DependencyLine, FileRole, StatedLine};
use crate::sanitize::sanitize;
use alibi_core::facts::DependencyChange;
use anstyle::Style;
use std::io::{self, Write};

const DIM: Style = Style::new().dimmed();

impl DependencyLine {
    /// The change in a few words, with old and new value.
    fn words(&self) -> String {
        let side = |side: &Option<StatedLine>| {
            side.as_ref().map(|s| {
                // A requirement that is an address is printed once.
                let version =
                    if s.source.contains("://") && s.version.contains("://") { "" } else { s.version.as_str() };
                let hash = if matches!(self.change, DependencyChange::Rehashed | DependencyChange::Unhashed) {
                    s.hash.as_str()
                } else {
                    ""
                };
                let hash: String = hash.chars().take(20).collect();
                let words = [version, s.source.as_str(), hash.as_str()];
                words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
            })
        };
        let word = |side: Option<String>| side.filter(|s| !s.is_empty()).unwrap_or_else(|| "(any)".into());
        let (from, to) = (side(&self.from), side(&self.to));
        let moved = match self.change {
            DependencyChange::Added => to.unwrap_or_default(),
            DependencyChange::Removed => from.unwrap_or_default(),
            _ => format!("{} -> {}", word(from), word(to)),
        };
        format!("{:<9} {:<10} {} {moved}", self.change.name(), self.ecosystem, self.name).trim_end().to_owned()
    }

    /// Whether the change is a lockfile update or less: these outnumber the others by hundreds.
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

/// Writes dependency changes in order, with the contributor if `who` is set. Lockfile entries that only follow from
/// other changes are counted.
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
        let asked = if line.file == FileRole::Lockfile && !line.direct { ", transitive" } else { "" };
        let (words, path) = (sanitize(line.words()), sanitize(&line.path));
        writeln!(out, "  {day} {repository}{commit}  {words}{by}  {DIM}{path}{asked}{DIM:#}")?;
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
