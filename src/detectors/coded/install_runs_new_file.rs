//! `install-runs-new-file`: a script that runs while a package is installed starts a file that the same commit adds.

use crate::detectors::{DetectError, Facts, Needs, Sink, literal};
use crate::finding::{Draft, Place};
use crate::fingerprint::fingerprint;

coded!(InstallRunsNewFile, Needs::HITS, []);

impl InstallRunsNewFile {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let Some(&rule) = facts.rules.get(&self.heuristic.id) else { return Ok(()) };
        for line in facts.text.introduced.iter().filter(|i| i.hit.rule == rule && !i.replaces) {
            let manifest = facts.ledger.path(line.path);
            let folder = manifest.iter().rposition(|b| *b == b'/').map_or(&b""[..], |at| &manifest[..=at]);
            // The rule keeps a hash of the file's name alone: it is compared with that of each file that the commit adds.
            let is_run =
                |path: &[u8]| path.strip_prefix(folder).is_some_and(|name| fingerprint([name]) == line.hit.matched);
            let added = facts.ledger.changes_of(line.commit).iter().filter(|c| c.old.is_none() && c.new.is_some());
            let Some(file) = added.map(|c| c.path).find(|path| is_run(facts.ledger.path(*path))) else { continue };
            let name = String::from_utf8_lossy(facts.ledger.path(file)).into_owned();
            let summary = format!(
                "{} runs {name} while it is installed, and the same commit adds that file",
                String::from_utf8_lossy(manifest)
            );
            let commit = facts.ledger.commit(line.commit);
            let key = [manifest.to_vec(), facts.ledger.path(file).to_vec()];
            let mut draft = Draft::new(&self.heuristic, facts.author_of(line.commit), commit.repository, key, summary);
            let oid = facts.oid(line.commit);
            draft.saw("runs", &name).saw("introduced by", &oid);
            draft.reproduce([b"show", oid.as_bytes(), b"--", &literal(manifest), &literal(facts.ledger.path(file))]);
            draft.commits = vec![line.commit];
            draft.paths = vec![line.path, file];
            draft.line = Some(line.hit.line);
            draft.places = vec![Place { path: line.path, line: line.hit.line }];
            draft.in_head = Some(facts.text.in_head(commit.repository, &line.hit));
            draft.quote = Some((line.blob, line.hit));
            sink.push(draft)?;
        }
        Ok(())
    }
}
