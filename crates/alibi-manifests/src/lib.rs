//! Parses manifests, lockfiles and advisories of malicious packages.

pub mod manifests;
pub mod osv;
