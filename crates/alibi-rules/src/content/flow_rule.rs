//! The flows of a text rule, as a rule of their own.

use crate::heuristics::{Flow, PathFilter};

/// The flows of a rule.
pub(super) struct FlowRule {
    /// The number of the rule.
    pub rule: u16,
    /// The number of the text rule that has the flows, which reports them.
    pub of: u16,
    /// The paths that it does not read.
    pub exclude: Option<PathFilter>,
    pub flows: Vec<Flow>,
}
