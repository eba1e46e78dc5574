//! `autorun-runs-new-file`: settings that run by themselves start a file added with them.

use crate::shared::new_file::find_new_files;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;

coded!(AutorunRunsNewFile, FactSet::HITS, []);

impl AutorunRunsNewFile {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        find_new_files(&self.heuristic, view, sink, |from, file| {
            format!("{from} starts {file}, a file added with it, without being asked")
        })
    }
}
