//! The adapter of text heuristics: a finding for each text, about whoever introduced it first.

use super::{DetectError, Detector, Facts, Needs, Sink, literal};
use crate::finding::Draft;
use crate::heuristics::Heuristic;
use crate::ledger::{Introduction, PathId};
use std::collections::{BTreeMap, BTreeSet};

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
        // brings it again did not write it. But who takes it out of a test or a translation into code that runs did that.
        let mut texts: BTreeMap<(u16, u64, bool), Vec<&Introduction>> = BTreeMap::new();
        for introduction in facts.text.introduced.iter().filter(|i| i.hit.rule == rule) {
            let repository = facts.ledger.commit(introduction.commit).repository;
            let guarded = sink.is_guarded(&self.heuristic, introduction.path);
            texts.entry((repository, introduction.hit.text, guarded)).or_default().push(introduction);
        }
        for ((repository, text, guarded), places) in texts {
            let first = places[0];
            let path = facts.ledger.path(first.path).to_vec();
            let paths: BTreeSet<PathId> = places.iter().map(|i| i.path).collect();
            let more = if paths.len() > 1 { format!(" and {} more", paths.len() - 1) } else { String::new() };
            let summary = format!("{} in {}{more}", self.heuristic.title, String::from_utf8_lossy(&path));
            let key = [text.to_le_bytes().to_vec(), if guarded { b"guarded".to_vec() } else { Vec::new() }];
            let mut draft = Draft::new(&self.heuristic, facts.author_of(first.commit), repository, key, summary);
            draft.commits = places.iter().map(|i| i.commit).collect();
            // The first place first: the line is in it.
            draft.paths = std::iter::once(first.path).chain(paths.into_iter().filter(|p| *p != first.path)).collect();
            draft.line = Some(first.hit.line);
            draft.in_head = Some(facts.text.in_head(repository, &first.hit));
            draft.removed_in = facts.text.removed_in(repository, &first.hit);
            draft.quote = Some((first.blob, first.hit));
            let oid = facts.oid(first.commit);
            draft.saw("introduced by", &oid);
            draft.reproduce([b"show", oid.as_bytes(), b"--", &literal(&path)]);
            sink.push(draft)?;
        }
        Ok(())
    }
}
