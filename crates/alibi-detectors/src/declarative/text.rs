//! Detects the text that text heuristics define. There is one finding for each distinct match, about the author who
//! introduced it first.

use crate::shared::pathspec::literal;
use alibi_core::analysis::people::ContributorId;
use alibi_core::detection::{DetectError, Detector, Sink, View};
use alibi_core::facts::{FactSet, Introduction, PathId, RepositoryIdx};
use alibi_core::finding::{Draft, Place, Value};
use alibi_rules::decibans::Decibans;
use alibi_rules::heuristics::{Confidence, Heuristic, IntroducedBy, Nature, TextRule};
use std::collections::{BTreeMap, BTreeSet};

/// Returns the next lower confidence.
fn lower(confidence: Confidence) -> Confidence {
    match confidence {
        Confidence::High => Confidence::Medium,
        Confidence::Medium | Confidence::Low => Confidence::Low,
    }
}

/// Path sets in which matches are often generated or third-party code. For these, confidence is one step lower and the
/// weight is halved.
const LESS_CERTAIN: [&str; 2] = ["generated", "vendored"];

pub(crate) struct TextDetector {
    heuristic: Heuristic,
    introduced_by: Option<IntroducedBy>,
}

impl TextDetector {
    pub(crate) fn new(heuristic: Heuristic, rule: &TextRule) -> TextDetector {
        TextDetector { heuristic, introduced_by: rule.introduced_by }
    }

    fn counts(&self, introduction: &Introduction) -> bool {
        match self.introduced_by {
            None => true,
            Some(IntroducedBy::NewFile) => !introduction.existed,
            Some(IntroducedBy::ExistingFile) => introduction.existed,
            Some(IntroducedBy::Addition) => !introduction.replaces,
            Some(IntroducedBy::Replacement) => introduction.replaces,
        }
    }
}

impl Detector for TextDetector {
    fn heuristic(&self) -> &Heuristic {
        &self.heuristic
    }

    fn needs(&self) -> FactSet {
        FactSet::HITS
    }

    fn detect(&self, view: &View<'_>, sink: &mut Sink<'_>) -> Result<(), DetectError> {
        let Some(&rule) = view.facts.text_rules.get(&self.heuristic.id) else { return Ok(()) };
        // Text that is introduced again (by a copy, a cherry-pick or a rebased branch) is not another finding, since
        // the new author did not write it. But an author who moves text from a guarded path, such as a test or a
        // translation, into running code is responsible for the move. Text copied from a file that existed before the
        // range is a separate finding, which a suppression of the original does not cover.
        let mut texts: BTreeMap<(RepositoryIdx, u64, bool, bool), Vec<&Introduction>> = BTreeMap::new();
        for introduction in view.facts.text.introduced.iter().filter(|i| i.hit.rule == rule && self.counts(i)) {
            let repository = view.facts.commit(introduction.commit).repository;
            let guarded = !introduction.hit.is_whole && sink.is_guarded(&self.heuristic, introduction.path);
            let text = (repository, introduction.hit.text, guarded, introduction.copied);
            texts.entry(text).or_default().push(introduction);
        }
        // The contributor who, within the scope, first added a match of the rule to each file.
        let mut first_by: BTreeMap<(RepositoryIdx, PathId), ContributorId> = BTreeMap::new();
        for introduction in view.facts.text.introduced.iter().filter(|i| i.hit.rule == rule && self.counts(i)) {
            let repository = view.facts.commit(introduction.commit).repository;
            first_by.entry((repository, introduction.path)).or_insert_with(|| view.author_of(introduction.commit));
        }
        // Each distinct match is a separate finding, so that accepting one does not accept another.
        for ((repository, text, guarded, _), places) in texts {
            let first = places[0];
            let path = view.facts.path(first.path).to_vec();
            let paths: BTreeSet<PathId> = places.iter().map(|i| i.path).collect();
            let more = if paths.len() > 1 { format!(" and {} more", paths.len() - 1) } else { String::new() };
            let summary = format!("{} in {}{more}", self.heuristic.title, String::from_utf8_lossy(&path));
            let mut key = vec![text.to_le_bytes().to_vec(), if guarded { b"guarded".to_vec() } else { Vec::new() }];
            if first.copied {
                key.push(path.clone());
            }
            let mut draft = Draft::new(&self.heuristic, view.author_of(first.commit), repository, key, summary);
            if first.copied {
                draft.saw("already present in", "another file");
            }
            // An attacker can add a generated-code notice or name a folder `dist`, so neither lowers confidence in an
            // attack. A minified file or a folder of third-party code does.
            let trusts_claims = self.heuristic.nature != Nature::Attack;
            let sets = if trusts_claims { &LESS_CERTAIN[..] } else { &LESS_CERTAIN[1..] };
            let set = sets.iter().find(|set| paths.iter().all(|path| sink.is_in(set, *path)));
            let is_program = |i: &&Introduction| i.hit.minified || trusts_claims && i.hit.has_generated_notice;
            let machine = places.iter().all(is_program).then_some(&"generated by a program");
            draft.is_whole = places.iter().any(|i| i.hit.is_whole);
            if let Some(kind) = set.or(machine).filter(|_| !draft.is_whole) {
                draft.confidence = lower(self.heuristic.confidence);
                draft.weight = Decibans(self.heuristic.weight.0 / 2.0);
                draft.saw("lower confidence: the file looks", *kind);
            }
            // An edit to another author's reported text is usually a repair. An edit to text from before the scope does
            // not lower confidence, since that text may have been accepted.
            let is_by_other =
                |i: &&Introduction| first_by.get(&(repository, i.path)) != Some(&view.author_of(i.commit));
            let is_edit = self.introduced_by != Some(IntroducedBy::Replacement)
                && places.iter().all(|i| i.replaces && is_by_other(i));
            if is_edit {
                draft.confidence = lower(draft.confidence);
                draft.weight = Decibans(self.heuristic.weight.0 / 2.0);
                draft.saw("edits", "existing text of the file");
            }
            draft.commits = places.iter().map(|i| i.commit).collect();
            draft.places = places.iter().map(|i| Place { path: i.path, line: i.hit.line }).collect();
            draft.places.sort_unstable();
            draft.places.dedup();
            // The first path is the one that the line refers to.
            draft.paths = std::iter::once(first.path).chain(paths.into_iter().filter(|p| *p != first.path)).collect();
            draft.line = Some(first.hit.line);
            let is_in_head = places.iter().any(|i| view.facts.text.in_head(repository, &i.hit));
            draft.in_head = Some(is_in_head);
            draft.removed_in = view.facts.text.removed_in(repository, &first.hit).filter(|_| !is_in_head);
            draft.source = Some((first.blob, first.hit));
            let oid = view.oid(first.commit);
            if first.hit.source_line > 0 && first.hit.source_line != first.hit.line {
                draft.saw("comes from", Value::words(format!("line {}", first.hit.source_line)));
            }
            if first.hit.member > 0 {
                draft.saw("in the archive", Value::words(format!("file {} of it", first.hit.member)));
            }
            draft.saw("introduced by", Value::Commit(first.commit));
            draft.reproduce([b"show", oid.as_bytes(), b"--", &literal(&path)]);
            sink.push(draft)?;
        }
        Ok(())
    }
}
