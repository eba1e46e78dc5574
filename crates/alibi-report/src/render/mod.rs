//! The formats of a report: one file for each, and a table that lists them.

mod access;
mod cross_repo;
mod dependencies;
mod difference;
mod dossier;
mod exposures;
mod finding;
mod gate;
mod html;
mod json;
mod markdown;
mod renderer;
mod roster;
mod sarif;
mod table;
mod time;

pub use difference::{difference_json, difference_table};
pub use dossier::{dossier, dossier_json};
pub use finding::finding_page;
pub use renderer::{Format, Render, RenderOptions};
pub use roster::{roster_draft, roster_table};

/// All formats. The first one is the default.
pub const FORMATS: [Format; 5] = [
    Format { name: "table", help: "Text for a terminal", renderer: &table::TextTable },
    Format {
        name: "json",
        help: "The complete report for programs; the schema is docs/report.schema.json",
        renderer: &json::Json,
    },
    Format { name: "sarif", help: "SARIF 2.1.0, for code scanning", renderer: &sarif::SarifFormat },
    Format { name: "html", help: "A single page that needs no network", renderer: &html::Html },
    Format { name: "markdown", help: "A pull-request comment", renderer: &markdown::Markdown },
];
