//! Coded heuristics of the surface family: one file for each. Written by `cargo run --example docs`.

mod agent_hook_runs_new_file;
mod agent_rule_runs_new_file;
mod autorun_runs_new_file;
mod task_runs_new_file;

use alibi_core::detection::Build;

/// The detectors, by their heuristics' ids.
pub(super) const DETECTORS: &[(&str, Build)] = &[
    ("agent-hook-runs-new-file", agent_hook_runs_new_file::build),
    ("agent-rule-runs-new-file", agent_rule_runs_new_file::build),
    ("autorun-runs-new-file", autorun_runs_new_file::build),
    ("task-runs-new-file", task_runs_new_file::build),
];
