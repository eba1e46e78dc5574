//! Reads a team's files: `alibi.toml`, validated strictly and bound to the contributors of a run; suppressions and
//! baselines; indicators; and the snapshot of an earlier scan.
//!
//! In: the text of a file. Out: a validated [`AlibiFile`], or errors with line, column and a suggestion; a [`Roster`]
//! of what is declared about each contributor; and a [`Snapshot`] of where references pointed.

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
pub use suppressions::{Baseline, DecidedIn, Suppression, inline_suppression};
