//! Analyses the facts: who the contributors are, what their dates and UTC offsets show, who had which access, and which
//! package names are new or resemble well-known ones. The analyses do not report findings.

pub mod access;
pub mod packages;
pub mod padding;
pub mod people;
pub mod roster;
pub mod since;
pub mod tenure;
pub mod time;
