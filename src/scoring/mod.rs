//! What a finding weighs, what findings weigh together, and which tier follows.
//!
//! In: findings. Out: cases, one a suspect, in a total order. Weights are decibans of a likelihood ratio; observations that share
//! a cause (a group) count once, a family cannot count for more than its cap, and families add.

mod cases;
mod suppress;
mod weigh;

pub use cases::{Case, LEAST_GROUPS, Rules, Suspect, Tier, cases};
pub use suppress::{Scope, Stale, suppress};
pub use weigh::weigh;
