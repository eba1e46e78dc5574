//! Extracts facts from messages, changes and blobs as they stream by.
//!
//! In: borrowed views of what `repository/` decodes, and the patterns of the selected heuristics. Out: notes that the
//! ledger sorts. The input is dropped at once, and no conclusions are drawn.

mod changes;
mod commits;
pub mod content;
pub mod dependencies;
mod document;
pub mod imports;
mod messages;
pub mod osv;
mod owners;
pub mod signatures;

pub use changes::{ChangeNotes, NotedChange};
pub use commits::{CommitNotes, CommitObserver, NotedCommit};
pub use messages::{MessagePattern, MessagePatterns, PatternError};
pub use owners::{Owners, owned_globs};
