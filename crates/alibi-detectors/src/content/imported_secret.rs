//! `imported-secret`: a secret reported by another scanner, attributed to the author who added it.

use crate::shared::pathspec::literal;
use alibi_core::detection::{DetectError, Sink, View};
use alibi_core::facts::FactSet;
use alibi_core::finding::{Draft, Value};

coded!(ImportedSecret, FactSet::IMPORTED, []);

impl ImportedSecret {
    fn find(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        for found in view.facts.imported.iter().filter(|i| view.facts.commit(i.commit).in_scope) {
            let path = view.facts.path(found.path);
            let repository = view.facts.commit(found.commit).repository;
            let summary = format!("{} reports {} in {}", found.tool, found.rule, String::from_utf8_lossy(path));
            let line = found.line.map_or(String::new(), |line| line.to_string());
            let key = [found.tool.as_bytes(), found.rule.as_bytes(), path, line.as_bytes()];
            let mut draft = Draft::new(&self.heuristic, view.author_of(found.commit), repository, key, summary);
            let oid = view.oid(found.commit);
            draft.saw("introduced by", Value::Commit(found.commit)).saw("attributed by", found.attributed_by);
            draft.reproduce([b"show", oid.as_bytes(), b"--", &literal(path)]);
            draft.commits = vec![found.commit];
            draft.paths = vec![found.path];
            draft.line = found.line;
            sink.push(draft)?;
        }
        Ok(())
    }
}
