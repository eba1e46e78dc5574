//! Resolves identities (name and address) into contributors.
//!
//! The input is the facts and the mailmap. The output is the contributors with their identities.

mod address;
mod authorship;
mod blocking;
mod bots;
mod cluster;
mod contributor;
mod crossed;
mod frequency;
mod gaps;
mod keys;
mod likeness;
mod name;
mod profile;
mod query;
mod resolve;
mod usage;

pub use address::{NoReply, is_machine_email, is_role, noreply, normalise_email};
pub use authorship::{Trace, contradicted};
pub use contributor::{Contributor, ContributorId, LinkRow, LinkStatus, People};
pub use crossed::Crossed;
pub use keys::{KeyUse, Signed};
pub use likeness::{Reason, ReasonKind};
pub use name::{Name, names_related};
pub use query::{named, nearest, shown};
pub use resolve::compared_pairs;
pub use usage::{IdentityUse, uses};
