//! `task-runs-new-file`: a task that runs when the folder is opened starts a file added with it.

use crate::shared::new_file::find_new_files;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;

coded!(TaskRunsNewFile, FactSet::HITS, []);

impl TaskRunsNewFile {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        find_new_files(&self.heuristic, view, sink, |from, file| {
            format!("a task in {from} runs {file}, a file added with it, when the folder is opened")
        })
    }
}
