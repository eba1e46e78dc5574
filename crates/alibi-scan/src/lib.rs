//! Runs a scan: collects the facts, calls the detectors, decides what counts.

pub mod check;
pub mod collect;
pub mod pipeline;
pub mod progress;
pub mod testkit;
