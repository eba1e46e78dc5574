//! Facts, made while messages, changes and blobs stream by.
//!
//! In: borrowed views of what `repository/` decodes, and the patterns of the selected heuristics. Out: notes that the
//! ledger puts in order. What was read is dropped at once; nothing is judged.

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
