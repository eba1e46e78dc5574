//! Reads Git history as evidence: what is unusual, how much weight it has, which innocent causes were tested, and the
//! Git command with which anyone can check it.
//!
//! The modules follow the data flow:
//!
//! ```text
//! heuristics (what to look for) ─────────────────────────┐
//! repository → history → observe → ledger → people ─┬→ detectors → finding → scoring → report
//!                                  config ──────────┴→ timeline ┘
//! ```
//!
//! Dependencies point one way, left to right. Only [`repository`] uses Git, and only [`report`] formats output;
//! [`audit`] runs the whole. `check` runs the heuristics' own examples through it, on repositories that `testkit`
//! builds, and `cli` is the command line.

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
