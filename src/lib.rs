//! Git history, read as evidence: what does not fit, how much that weighs, which innocent causes were tested, and the
//! Git command with which anybody can check it.
//!
//! The flow of data is the layout:
//!
//! ```text
//! heuristics (what to look for) ─────────────────────────┐
//! repository → history → observe → ledger → people ─┬→ detectors → finding → scoring → report
//!                                  config ──────────┴→ timeline ┘
//! ```
//!
//! Dependencies point one way, left to right. [`repository`] alone knows Git, [`report`] alone knows formats;
//! [`audit`] runs the whole. `check` runs the heuristics' own examples through it, on repositories that `testkit`
//! builds, and `cli` is what users see.

pub mod audit;
pub mod calibrate;
pub mod check;
pub mod cli;
pub mod config;
pub mod decibans;
pub mod detectors;

pub mod finding;
pub mod fingerprint;
pub mod heuristics;
pub mod history;
pub mod intern;
pub mod ledger;
pub mod observe;
pub mod people;
pub mod report;
pub mod repository;
pub mod scoring;
pub mod testkit;
pub mod timeline;
