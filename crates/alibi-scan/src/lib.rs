//! Runs a scan: collects the facts, calls the detectors, and decides which findings count.

pub mod check;
mod collect;
pub mod pipeline;
pub mod progress;
mod sarif;
pub mod testkit;
