//! Runs a scan from end to end, as a list of stages, which `run` calls in order.
//!
//! ```text
//! select ─ heuristics, detectors and the facts that they need
//! inputs ─ the files passed to the run: keys, reports, advisories
//! open   ─ the repositories
//! derive ─ facts collected, contributors resolved, clocks and access analysed
//! detect ─ findings
//! decide ─ findings in scope, weighed and suppressed; cases
//! quotes ─ the lines that findings quote
//! ```

mod attribute;
mod audit;
mod clock;
mod coverage;
mod decide;
mod derive;
mod error;
mod gate;
mod inline;
mod inputs;
mod open;
mod options;
mod patterns;
mod quotes;
mod reported;
mod run;
mod scope;
mod select;

pub use audit::Audit;
pub use error::AuditError;
pub use gate::{GateError, TrustedConfig, trusted_config};
pub use options::AuditOptions;
pub use reported::{Enabled, ReportedOptions, RuleNames};
pub use run::audit;
pub use scope::{GateScope, Moment, Scope, SnapshotFile};
