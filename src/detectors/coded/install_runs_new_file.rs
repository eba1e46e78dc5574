//! `install-runs-new-file`: an install script runs a file added with it.

use crate::detectors::new_file::judge_new_files;
use crate::detectors::{DetectError, Facts, Needs, Sink};

coded!(InstallRunsNewFile, Needs::HITS, []);

impl InstallRunsNewFile {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        judge_new_files(&self.heuristic, facts, sink, |from, file| {
            format!("{from} runs {file}, a file added with it, during installation")
        })
    }
}
