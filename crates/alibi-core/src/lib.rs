//! Facts, what follows from them, findings and cases. It neither reads a repository nor writes a report.

pub mod analysis;
pub mod config;
pub mod detection;
pub mod facts;
pub mod finding;
pub mod imports;
pub mod owners;
pub mod scoring;
