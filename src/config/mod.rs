//! What a team declares and keeps: `alibi.toml`, read strictly and bound to the contributors of a run, and the snapshot
//! of an earlier scan.
//!
//! In: a file's text. Out: a validated [`AlibiFile`], or errors with line, column and a suggestion; a [`Roster`] of
//! what is declared about whom; and a [`Snapshot`] of where references led.

mod alibi;
mod roster;
mod snapshot;

pub use alibi::{AlibiFile, ConfigError, Declared, Hours, Period, Sensitive, Stay, Who};
pub use roster::{Roster, Undeclared};
pub use snapshot::{SeenRepository, Snapshot, SnapshotError};
