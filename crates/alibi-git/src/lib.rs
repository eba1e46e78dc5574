//! Reads Git repositories: the only crate that uses Git libraries. It returns the recorded data as plain types.

pub mod fingerprint;
pub mod history;
pub mod intern;
pub mod repository;
