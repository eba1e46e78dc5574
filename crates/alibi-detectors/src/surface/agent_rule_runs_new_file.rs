//! `agent-rule-runs-new-file`: an always-applied rule tells coding agents to run a file added with it.

use crate::shared::new_file::find_new_files;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;

coded!(AgentRuleRunsNewFile, FactSet::HITS, []);

impl AgentRuleRunsNewFile {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        find_new_files(&self.heuristic, view, sink, |from, file| {
            format!("a rule in {from} tells agents to run {file}, a file added with it")
        })
    }
}
