//! Stores the facts of one or more histories in compact rows and interned strings. This module draws no conclusions.
//!
//! Collectors record facts while they read commits, trees and blobs. The rows are stored in one canonical order:
//! repositories in the order passed and, in each repository, parents before children and older commits before newer
//! ones. All results are therefore independent of the number of threads.
//!
//! Each kind of fact has a row type here, a field in [`Facts`] and a constant in [`FactSet`].

mod add_changes;
mod add_commits;
mod add_refs;
mod ancestry;
mod change_notes;
mod changes;
mod commit_notes;
mod commits;
mod dependencies;
mod dependency_history;
mod edits;
mod fact_set;
mod identity;
mod imported;
mod order;
mod refs;
mod repository;
mod store;
mod text;
mod text_history;

pub use change_notes::ChangeNotes;
pub use changes::{BlobId, BlobRow, ChangeRow, OpaqueBlob, PathId};
pub use commit_notes::{CommitNotes, CommitObserver};
pub use commits::{CommitFacts, CommitRow, CommitScope, KeyId, SignatureRow, TrailerRow};
pub use dependencies::{Dependencies, DependencyChange, DependencyRow};
pub use edits::{MergeEdit, PolicyEdit};
pub use fact_set::FactSet;
pub use identity::IdentityId;
pub use imported::ImportedFinding;
pub use refs::{RefMove, RefRow, SeenRef, TagRow, short_name};
pub use repository::{RepositoryIdx, RepositoryRow};
pub use store::Facts;
pub use text::{Introduction, TextFacts};
pub use text_history::TextEvidence;

pub use alibi_git::history::CommitIdx;
