//! Reads Git repositories, and writes synthetic ones: the only crate that uses Git libraries. Recorded data is returned
//! as plain types.

pub mod fingerprint;
pub mod history;
pub mod intern;
pub mod repository;
