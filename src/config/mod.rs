//! What a team declares and keeps: `alibi.toml`, read strictly and bound to the contributors of a run, and the snapshot
//! of an earlier scan; what it decided about findings.
//!
//! In: a file's text. Out: a validated [`AlibiFile`], or errors with line, column and a suggestion; a [`Roster`] of
//! what is declared about whom; and a [`Snapshot`] of where references led.

mod alibi;
mod indicators;
mod roster;
mod snapshot;
mod source;
mod suppressions;

pub use alibi::{AlibiFile, Declared, Hours, Period, Sensitive, Stay, Who};
pub use indicators::Indicators;
pub use roster::{Roster, Undeclared};
pub use snapshot::{SeenRepository, Snapshot, SnapshotError};
pub use source::{ConfigError, Source};
pub use suppressions::{Baseline, DecidedIn, Suppression, inline_suppression};
