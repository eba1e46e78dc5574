//! Parsers: of files, messages, signatures, advisories and other scanners' reports. They take bytes and return values; no
//! parser reads a repository.

pub mod content;
mod document;
pub mod imports;
pub mod manifests;
mod messages;
pub mod osv;
mod owners;
pub mod signatures;

pub use messages::{MessagePattern, MessagePatterns, PatternError, subject_hash};
pub use owners::{Owners, owned_globs};
