//! Runs a scan from end to end, as a list of stages. Each stage is a file, with an input and an output type.
//!
//! ```text
//! select ─ heuristics, detectors and the facts that they need
//! inputs ─ the files passed to the run: keys, reports, indicators
//! open   ─ the repositories
//! derive ─ facts collected, contributors resolved, clocks and access analysed
//! detect ─ findings
//! decide ─ findings in scope, weighed and suppressed; cases
//! quote  ─ the lines that findings quote
//! ```

mod attribute;
mod audit;
mod clock;
mod coverage;
mod decide;
mod derive;
mod inline;
mod inputs;
mod open;
mod options;
mod patterns;
mod quotes;
mod run;
mod select;

pub use audit::Audit;
pub use options::{AuditError, AuditOptions};
pub use run::audit;
