//! Reads Git repositories: the only crate that uses Git libraries. It returns plain types of what Git recorded.

pub mod fingerprint;
pub mod history;
pub mod intern;
pub mod repository;
