//! Reads a team's files: `alibi.toml`, which also contains suppressions; baselines; lists of indicators; and the
//! snapshot of an earlier scan.
//!
//! Files are validated strictly, and errors have a line and a column. An [`AlibiFile`] is the validated configuration;
//! a [`Snapshot`] records where references pointed.

mod alibi;
mod indicators;
mod snapshot;
mod source;
mod suppressions;

/// The name of a team's configuration file.
pub const ALIBI_FILE: &str = "alibi.toml";

/// The name of a team's baseline file.
pub const BASELINE_FILE: &str = "alibi-baseline.toml";

pub use alibi::{AlibiFile, Declared, Hours, Period, Sensitive, Stay, Who};
pub use indicators::Indicators;
pub(crate) use snapshot::{NamedCommit, SCHEMA, SeenContributor, real_path};
pub use snapshot::{SeenRepository, Snapshot, SnapshotError};
pub use source::{ConfigError, Source};
pub use suppressions::{Baseline, inline_suppression};
