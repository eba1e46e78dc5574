//! Reads Git repositories: the only module that uses `git2` or `gix`.
//!
//! Repositories are returned as the types of [`crate::history`]. Opening one never runs a hook, a filter or a
//! configured command, reads only the repository's own configuration, fetches nothing, and accepts a repository that
//! belongs to another user. Replace refs and grafts are reported and ignored. Objects that cannot be read are returned
//! as [`Skipped`] with the reason, and reading continues.
//!
//! `gix` reads objects and references; `git2` compares and merges lines, and writes synthetic repositories. Commits are
//! decoded, trees compared and deltas applied here.

mod blobs;
mod build;
mod decode;
mod delta;
mod diff;
mod error;
mod lines;
mod mailmap;
mod open;
mod quarantine;
mod select;
mod tree;
mod trusted;
mod unreachable;
mod walk;

pub use blobs::{BlobReader, BlobVisitor};
pub use build::{Build, BuildError, CommitDraft};
pub use diff::TreeDiff;
pub use error::{RepositoryError, Skipped};
pub use lines::{Merged, count_lines, merge, patch_hash};
pub use mailmap::{Mailmap, mailmap_entries};
pub use open::{Condition, Repository};
pub use quarantine::quarantine_of_push;
pub use select::{RefChoice, Reference, Selection};
pub use tree::TreeReader;
pub use unreachable::LoggedMove;
pub use walk::{TagObject, Walked};
