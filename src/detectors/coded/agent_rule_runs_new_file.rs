//! `agent-rule-runs-new-file`: an always-applied rule tells coding agents to run a file added with it.

use crate::detectors::new_file::judge_new_files;
use crate::detectors::{DetectError, Facts, Needs, Sink};

coded!(AgentRuleRunsNewFile, Needs::HITS, []);

impl AgentRuleRunsNewFile {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        judge_new_files(&self.heuristic, facts, sink, |from, file| {
            format!("a rule in {from} tells agents to run {file}, a file added with it")
        })
    }
}
