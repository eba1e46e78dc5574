//! The detectors, which produce findings. Each coded detector has a file in the folder of its family; each declarative
//! kind of heuristic has one detector.
//!
//! Input: a [`View`](alibi_core::detection::View) of the facts and analyses. Output: findings, and the tests that could
//! not be run. A detector never accesses Git; it declares the facts that it needs.

#[macro_use]
mod coded;

mod content;
mod declarative;
mod dependency;
mod identity;
mod integrity;
mod registry;
mod rhythm;
mod shared;
mod surface;
mod time;
mod trust;

pub use registry::detector_for;
