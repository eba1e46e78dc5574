//! The adapter of text heuristics: a finding for each text, about whoever introduced it first.

use super::{DetectError, Detector, Facts, Needs, Sink, literal};
use crate::decibans::Decibans;
use crate::finding::{Draft, Place};
use crate::heuristics::{Brought, Confidence, Heuristic, Nature, TextRule};
use crate::ledger::{Introduction, PathId};
use crate::people::ContributorId;
use std::collections::{BTreeMap, BTreeSet};

/// One step less certain.
fn lower(confidence: Confidence) -> Confidence {
    match confidence {
        Confidence::High => Confidence::Medium,
        Confidence::Medium | Confidence::Low => Confidence::Low,
    }
}

/// Places where what is found is more often a program's or a stranger's: confidence is one step lower there, and
/// the weight half.
const LESS_CERTAIN: [&str; 2] = ["generated", "vendored"];

pub struct TextDetector {
    heuristic: Heuristic,
    brought: Option<Brought>,
}

impl TextDetector {
    pub fn new(heuristic: Heuristic, rule: &TextRule) -> TextDetector {
        TextDetector { heuristic, brought: rule.brought }
    }

    fn counts(&self, introduction: &Introduction) -> bool {
        match self.brought {
            None => true,
            Some(Brought::NewFile) => !introduction.existed,
            Some(Brought::ExistingFile) => introduction.existed,
            Some(Brought::Addition) => !introduction.replaces,
            Some(Brought::Replacement) => introduction.replaces,
        }
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
        // A copy of what stood elsewhere before a range is the range's own, and no decision about the other covers it.
        let mut texts: BTreeMap<(u16, u64, bool, bool), Vec<&Introduction>> = BTreeMap::new();
        for introduction in facts.text.introduced.iter().filter(|i| i.hit.rule == rule && self.counts(i)) {
            let repository = facts.ledger.commit(introduction.commit).repository;
            let guarded = sink.is_guarded(&self.heuristic, introduction.path);
            let text = (repository, introduction.hit.text, guarded, introduction.copied);
            texts.entry(text).or_default().push(introduction);
        }
        // Who added a match of the rule to each file first, among the judged commits.
        let mut first_by: BTreeMap<(u16, PathId), ContributorId> = BTreeMap::new();
        for introduction in facts.text.introduced.iter().filter(|i| i.hit.rule == rule && self.counts(i)) {
            let repository = facts.ledger.commit(introduction.commit).repository;
            first_by.entry((repository, introduction.path)).or_insert_with(|| facts.author_of(introduction.commit));
        }
        // Each text is its own finding, so that accepting one accepts no other.
        for ((repository, text, guarded, _), places) in texts {
            let first = places[0];
            let path = facts.ledger.path(first.path).to_vec();
            let paths: BTreeSet<PathId> = places.iter().map(|i| i.path).collect();
            let more = if paths.len() > 1 { format!(" and {} more", paths.len() - 1) } else { String::new() };
            let summary = format!("{} in {}{more}", self.heuristic.title, String::from_utf8_lossy(&path));
            let mut key = vec![text.to_le_bytes().to_vec(), if guarded { b"guarded".to_vec() } else { Vec::new() }];
            if first.copied {
                key.push(path.clone());
            }
            let mut draft = Draft::new(&self.heuristic, facts.author_of(first.commit), repository, key, summary);
            if first.copied {
                draft.saw("the same stood before in", "another file");
            }
            // The writer of an attack chooses the first lines of a file, and can call a folder `dist`: neither makes it less certain. A
            // large file without line breaks, and a folder of other people's code, are another matter.
            let is_claimed = self.heuristic.nature != Nature::Attack;
            let sets = if is_claimed { &LESS_CERTAIN[..] } else { &LESS_CERTAIN[1..] };
            let set = sets.iter().find(|set| paths.iter().all(|path| sink.is_in(set, *path)));
            let is_program = |i: &&Introduction| i.hit.minified || is_claimed && i.hit.says_generated;
            let machine = places.iter().all(is_program).then_some(&"written by a program");
            if let Some(kind) = set.or(machine) {
                draft.confidence = lower(self.heuristic.confidence);
                draft.weight = Decibans(self.heuristic.weight.0 / 2.0);
                draft.saw("less certain, since the file looks", kind);
            }
            // An edit of what somebody else added, and is charged with, is a repair more often than not. What stood there before
            // the judged commits lowers nothing: it may have been excused.
            let is_by_other =
                |i: &&Introduction| first_by.get(&(repository, i.path)) != Some(&facts.author_of(i.commit));
            let is_edit =
                self.brought != Some(Brought::Replacement) && places.iter().all(|i| i.replaces && is_by_other(i));
            if is_edit {
                draft.confidence = lower(draft.confidence);
                draft.weight = Decibans(self.heuristic.weight.0 / 2.0);
                draft.saw("edits", "what the file had before");
            }
            draft.commits = places.iter().map(|i| i.commit).collect();
            draft.places = places.iter().map(|i| Place { path: i.path, line: i.hit.line }).collect();
            draft.places.sort_unstable();
            draft.places.dedup();
            // The first place first: the line is in it.
            draft.paths = std::iter::once(first.path).chain(paths.into_iter().filter(|p| *p != first.path)).collect();
            draft.line = Some(first.hit.line);
            let standing = places.iter().any(|i| facts.text.in_head(repository, &i.hit));
            draft.in_head = Some(standing);
            draft.removed_in = facts.text.removed_in(repository, &first.hit).filter(|_| !standing);
            draft.quote = Some((first.blob, first.hit));
            let oid = facts.oid(first.commit);
            draft.saw("introduced by", &oid);
            draft.reproduce([b"show", oid.as_bytes(), b"--", &literal(&path)]);
            sink.push(draft)?;
        }
        Ok(())
    }
}
