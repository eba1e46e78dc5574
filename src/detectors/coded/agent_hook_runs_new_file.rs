//! `agent-hook-runs-new-file`: a coding-agent hook runs a file added with it.

use crate::detectors::new_file::judge_new_files;
use crate::detectors::{DetectError, Facts, Needs, Sink};

coded!(AgentHookRunsNewFile, Needs::HITS, []);

impl AgentHookRunsNewFile {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        judge_new_files(&self.heuristic, facts, sink, |from, file| {
            format!("a hook in {from} runs {file}, a file added with it")
        })
    }
}
