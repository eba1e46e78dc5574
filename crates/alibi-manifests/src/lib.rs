//! Parses manifests, lockfiles and advisories of malicious packages.

mod dependency;
mod ecosystem;
pub mod manifests;
pub mod osv;

pub use dependency::{Origin, Purpose, Stated};
pub use ecosystem::{Ecosystem, PopularNames};
