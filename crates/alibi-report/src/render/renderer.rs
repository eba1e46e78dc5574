//! The trait of a format.

use crate::model::Report;
use std::io::{self, Write};

/// Writes a report in one format.
pub trait Render: Sync {
    /// Writes the report.
    ///
    /// # Errors
    /// Returns an error if writing to `out` fails.
    fn render(&self, report: &Report, options: RenderOptions, out: &mut dyn Write) -> io::Result<()>;

    /// Whether the format draws charts, so that their data must be collected.
    fn needs_charts(&self) -> bool {
        false
    }
}

/// Options for the amount of detail in a report. Formats with a fixed layout ignore them.
#[derive(Clone, Copy, Default, Debug)]
pub struct RenderOptions {
    /// Show every case, finding and skipped object instead of the first few.
    pub all: bool,
    /// Show the dependency changes made by the commits in scope.
    pub dependencies: bool,
    /// Use the gate layout: the verdict in one line, the findings to block or review with their fixes, and notes.
    pub gate: bool,
    /// Width of the terminal in columns, if known.
    pub width: Option<u16>,
}

/// A format of the report.
pub struct Format {
    /// The name on the command line.
    pub name: &'static str,
    /// A description for the help text.
    pub help: &'static str,
    /// Writes reports in the format.
    pub renderer: &'static dyn Render,
}
