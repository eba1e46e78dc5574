//! The data that Git recorded, as plain types that do not depend on Git libraries.
//!
//! The `repository` module decodes this data, and all later stages use it. Names, addresses and messages stay bytes,
//! decoded as Git does, until a report prints them.

mod change;
mod commit;
mod copied;
mod digest;
mod mailmap;
mod message_style;
mod oid;
mod signature;
mod stamp;
mod trailer;

pub use change::{Change, EntryKind, FileMode, LineCounts};
pub use commit::{CommitIdx, CommitView, Defects, PersonView, SignedView, is_revert_message, pull_request, subject};
pub use copied::Copied;
pub use digest::{Digest, OF_FILE, digests, is_other_content, is_weakened};
pub use mailmap::MailmapEntry;
pub use message_style::MessageStyle;
pub use oid::Oid;
pub use signature::{SignatureKind, Validity, signature_kind};
pub use stamp::{DAY, FIRST_GIT_COMMIT, Offset, Stamp};
pub use trailer::{Trailer, TrailerKind, trailers};
