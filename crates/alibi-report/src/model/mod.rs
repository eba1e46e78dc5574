//! The model of a report, built once from a run. It contains everything that the formats show. Only this module reads
//! an [`Audit`](alibi_scan::pipeline::Audit); the formats read only the model.

mod access;
mod alibi;
mod build;
mod chart;
mod charts;
mod dependencies;
mod difference;
mod dossier;
mod evidence;
mod exposures;
mod ids;
mod mask;
mod options;
mod queries;
mod read;
mod roster;
mod schema;
mod time;

pub(super) use access::TrustLines;
pub(super) use alibi::AlibiLine;
pub(super) use chart::Chart;
pub(super) use dependencies::{DependencyLine, FileRole, StatedLine};
pub use difference::{Difference, difference};
pub use dossier::{Dossier, Found};
pub use mask::{MaskKey, MaskKeyError};
pub use options::ReportOptions;
pub use queries::GateVerdict;
pub use read::read_json;
pub use roster::{Drafted, MIN_COMMITS, drafted, is_contradicted};
pub use schema::Report;
pub(super) use schema::{CaseLine, Contributor, FindingLine, LinkLine, RecordLine, SuppressedLine};
pub(super) use time::{ClockLines, EpisodeLine};
