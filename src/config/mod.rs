//! What a team declares: `alibi.toml`, read strictly, and bound to the contributors of a run.
//!
//! In: a file's text. Out: a validated [`AlibiFile`], or errors with line, column and a suggestion; and a [`Roster`] of
//! what is declared about whom.

mod alibi;
mod roster;

pub use alibi::{AlibiFile, ConfigError, Declared, Hours, Period, Stay, Who};
pub use roster::{Roster, Undeclared};
