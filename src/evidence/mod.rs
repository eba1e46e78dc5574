//! Weights: what a finding is worth, what findings are worth together, and what follows from it.
//!
//! In: findings. Out: cases, one a contributor, in a total order. Weights are decibans of a likelihood ratio; observations
//! that share a cause (a group) count once, a family cannot count for more than its cap, and families add.

mod cases;
mod suppress;

pub use cases::{Case, LEAST_GROUPS, Tier, cases};
pub use suppress::{Scope, Stale, suppress};
