//! `agent-hook-runs-new-file`: a coding-agent hook runs a file added with it.

use crate::shared::new_file::find_new_files;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;

coded!(AgentHookRunsNewFile, FactSet::HITS, []);

impl AgentHookRunsNewFile {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        find_new_files(&self.heuristic, view, sink, |from, file| {
            format!("a hook in {from} runs {file}, a file added with it")
        })
    }
}
