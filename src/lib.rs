//! Reads Git history as evidence: what is unusual, how much weight it has, which innocent causes were tested, and the
//! Git command with which anyone can check it.
//!
//! The modules follow the data flow:
//!
//! ```text
//! heuristics, config (what to look for, and what the team declares)
//!     │
//! repository → history → parse → facts → analysis → detectors → finding → scoring → report
//!                           └ collect ┘
//! ```
//!
//! Dependencies point one way. Only [`repository`] uses Git, and only [`report`] formats output; [`pipeline`] runs the
//! stages in order. [`check`] runs the heuristics' own examples through it, on repositories that [`testkit`] builds,
//! [`calibrate`] measures heuristics on real repositories, and [`cli`] is the command line.

pub mod analysis;
pub mod calibrate;
pub mod check;
pub mod cli;
mod collect;
pub mod config;
pub mod decibans;
pub mod detectors;
pub mod facts;
pub mod finding;
pub mod fingerprint;
pub mod heuristics;
pub mod history;
pub mod intern;
pub mod parse;
pub mod pipeline;
pub mod progress;
pub mod report;
pub mod repository;
pub mod scoring;
pub mod testkit;
