//! `agent-rule-runs-new-file`: a rule that coding agents always follow asks them to run a file that was added with it.

use crate::detectors::new_file::judge_new_files;
use crate::detectors::{DetectError, Facts, Needs, Sink};

coded!(AgentRuleRunsNewFile, Needs::HITS, []);

impl AgentRuleRunsNewFile {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        judge_new_files(&self.heuristic, facts, sink, |from, file| {
            format!("a rule in {from} asks agents to run {file}, and the file was added with it")
        })
    }
}
