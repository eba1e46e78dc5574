//! `task-runs-new-file`: a task that runs when the folder is opened starts a file added with it.

use crate::detectors::new_file::judge_new_files;
use crate::detectors::{DetectError, Facts, Needs, Sink};

coded!(TaskRunsNewFile, Needs::HITS, []);

impl TaskRunsNewFile {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        judge_new_files(&self.heuristic, facts, sink, |from, file| {
            format!("a task in {from} runs {file}, a file added with it, when the folder is opened")
        })
    }
}
