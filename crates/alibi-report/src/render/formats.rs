//! The table of formats.

use super::html::Html;
use super::json::Json;
use super::markdown::Markdown;
use super::renderer::Render;
use super::sarif::SarifFormat;
use super::table::TextTable;

/// A format of the report.
pub struct Format {
    /// The name on the command line.
    pub name: &'static str,
    /// A description for the help text.
    pub help: &'static str,
    /// Writes reports in the format.
    pub renderer: &'static dyn Render,
}

/// All formats. The first one is the default.
pub const FORMATS: [Format; 5] = [
    Format { name: "table", help: "Text for a terminal", renderer: &TextTable },
    Format {
        name: "json",
        help: "The complete report for programs; the schema is docs/report.schema.json",
        renderer: &Json,
    },
    Format { name: "sarif", help: "SARIF 2.1.0, for code scanning", renderer: &SarifFormat },
    Format { name: "html", help: "A single page that needs no network", renderer: &Html },
    Format { name: "markdown", help: "A pull-request comment", renderer: &Markdown },
];
