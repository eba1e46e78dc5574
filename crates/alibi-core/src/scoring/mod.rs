//! Applies suppressions, and computes the weights of findings, their sums and the resulting tiers.
//!
//! Findings become cases, one per suspect, in a total order. Weights are likelihood ratios in decibans. Observations
//! with a common cause (a group) count once, a family cannot add more than its cap, and families add up.

mod cases;
mod suppress;
mod weigh;

pub use cases::{Case, MIN_GROUPS, Rules, Suspect, Tier, cases};
pub use suppress::{Scope, Stale, suppress};
pub use weigh::weigh;
