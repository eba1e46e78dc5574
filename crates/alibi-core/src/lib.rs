//! The facts of a history, their analyses, findings and cases. This crate neither reads repositories nor writes
//! reports.

pub mod analysis;
pub mod config;
pub mod detection;
pub mod facts;
pub mod finding;
pub mod owners;
pub mod scoring;
