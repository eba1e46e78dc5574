//! Analyses of the facts: who the contributors are, what their clocks show, who had which access, and which packages
//! are well known. They do not report findings.

pub mod access;
pub mod packages;
pub mod padding;
pub mod people;
pub mod roster;
pub mod since;
pub mod tenure;
pub mod time;
