//! `imported-secret`: a secret reported by another scanner, attributed to the author who added it.

use crate::detectors::{DetectError, Facts, Needs, Sink, literal};
use crate::finding::Draft;

coded!(ImportedSecret, Needs::IMPORTED, []);

impl ImportedSecret {
    fn judge(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for found in facts.imported.iter().filter(|i| facts.ledger.commit(i.commit).judged) {
            let path = facts.ledger.path(found.path);
            let repository = facts.ledger.commit(found.commit).repository;
            let summary = format!("{} reports {} in {}", found.tool, found.rule, String::from_utf8_lossy(path));
            let line = found.line.map_or(String::new(), |line| line.to_string());
            let key = [found.tool.as_bytes(), found.rule.as_bytes(), path, line.as_bytes()];
            let mut draft = Draft::new(&self.heuristic, facts.author_of(found.commit), repository, key, summary);
            let oid = facts.oid(found.commit);
            draft.saw("introduced by", &oid).saw("as known from", found.attributed_by);
            draft.reproduce([b"show", oid.as_bytes(), b"--", &literal(path)]);
            draft.commits = vec![found.commit];
            draft.paths = vec![found.path];
            draft.line = found.line;
            sink.push(draft)?;
        }
        Ok(())
    }
}
