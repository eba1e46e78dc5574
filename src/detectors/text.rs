//! The adapter of text heuristics: a finding for each text, about whoever introduced it first.

use super::{DetectError, Detector, Facts, Needs, Sink};
use crate::finding::Draft;
use crate::heuristics::Heuristic;
use crate::ledger::Introduction;
use std::collections::BTreeMap;

pub struct TextDetector {
    heuristic: Heuristic,
}

impl TextDetector {
    pub fn new(heuristic: Heuristic) -> TextDetector {
        TextDetector { heuristic }
    }
}

impl Detector for TextDetector {
    fn heuristic(&self) -> &Heuristic {
        &self.heuristic
    }

    fn needs(&self) -> Needs {
        Needs::HITS
    }

    fn detect(&self, facts: &Facts<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let Some(&rule) = facts.rules.get(&self.heuristic.id) else { return Ok(()) };
        // The same text brought again (a copy, a cherry-pick, a rebased branch) is not another finding, and whoever
        // brings it again did not write it.
        let mut texts: BTreeMap<(u16, u64), Vec<&Introduction>> = BTreeMap::new();
        for introduction in facts.text.introduced.iter().filter(|i| i.hit.rule == rule) {
            let repository = facts.ledger.commit(introduction.commit).repository;
            texts.entry((repository, introduction.hit.text)).or_default().push(introduction);
        }
        for ((repository, text), places) in texts {
            let first = places[0];
            let path = facts.ledger.path(first.path).to_vec();
            let more = places.iter().map(|i| i.path).collect::<std::collections::BTreeSet<_>>().len() - 1;
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let summary = format!("{} in {}{more}", self.heuristic.title, String::from_utf8_lossy(&path));
            let mut draft =
                Draft::new(&self.heuristic, facts.author_of(first.commit), repository, [text.to_le_bytes()], summary);
            draft.commits = places.iter().map(|i| i.commit).collect();
            draft.paths = places.iter().map(|i| i.path).collect();
            draft.paths.dedup();
            draft.line = Some(first.hit.line);
            draft.in_head = Some(facts.text.in_head(&first.hit));
            draft.removed_in = facts.text.removed_in(&first.hit);
            draft.quote = Some((first.blob, first.hit));
            let oid = facts.oid(first.commit);
            draft.saw("introduced by", &oid);
            draft.reproduce([b"show", oid.as_bytes(), b"--", &path]);
            sink.push(draft)?;
        }
        Ok(())
    }
}
