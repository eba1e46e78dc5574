//! `install-runs-new-file`: a script that runs while a package is installed starts a file that was added with it.

use crate::detectors::new_file::judge_new_files;
use crate::detectors::{DetectError, Facts, Needs, Sink};

coded!(InstallRunsNewFile, Needs::HITS, []);

impl InstallRunsNewFile {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        judge_new_files(&self.heuristic, facts, sink, |from, file| {
            format!("{from} runs {file} while it is installed, and the file was added with it")
        })
    }
}
