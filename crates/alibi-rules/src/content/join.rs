//! Finds the places where all atoms of a rule match near each other.

use super::hit::{AtomHit, Hit};
use super::pieces::around;
use super::rules::CompiledRule;
use alibi_git::fingerprint::fingerprint;
use std::ops::Range;

/// A hit on a long line is represented by its text and this many bytes on each side.
const CONTEXT: usize = 120;

/// Maximum distance between the matches of a rule's atoms, in bytes. This limit matters on long lines.
const NEAR: usize = 400;
/// The same limit for each line that the rule allows, if the total is larger.
const NEAR_A_LINE: usize = 160;

/// The matches of a rule's atoms in order of position, ready to be joined.
pub(super) struct RuleMatches<'m> {
    rule: &'m CompiledRule,
    /// The matches of each of the rule's atoms, by the atom's index in the rule, in order of position.
    by_atom: Vec<Vec<&'m AtomHit>>,
}

impl<'m> RuleMatches<'m> {
    /// Groups matches by the rule's atoms. The matches must have line numbers.
    pub(super) fn new(rule: &'m CompiledRule, hits: &'m mut [AtomHit]) -> RuleMatches<'m> {
        if let Some(count) = rule.join.same_keys {
            for hit in hits.iter_mut() {
                hit.group = hit.keys.as_ref().map_or(0, |keys| fingerprint(keys.split('/').take(count)));
            }
        }
        let hits: &'m [AtomHit] = hits;
        let of = |atom: &u16| {
            let mut of: Vec<&AtomHit> = hits.iter().filter(|hit| hit.atom == *atom).collect();
            of.sort_by_key(|hit| (hit.span.start, hit.span.end));
            of
        };
        RuleMatches { rule, by_atom: rule.atoms.iter().map(of).collect() }
    }

    fn near(&self, a: &AtomHit, b: &AtomHit) -> bool {
        if self.rule.join.same_keys.is_some() && a.keys.is_some() && b.keys.is_some() {
            return a.group == b.group;
        }
        let Some(lines) = self.rule.join.within_lines else { return true };
        let bytes = a.span.start.max(b.span.start).saturating_sub(a.span.end.min(b.span.end));
        a.line.abs_diff(b.line) <= lines && bytes <= NEAR.max(NEAR_A_LINE * (lines as usize + 1))
    }

    /// The nearest match of any of these atoms, if it is near enough.
    fn nearest(&self, to: &AtomHit, wanted: &[usize]) -> Option<&'m AtomHit> {
        let candidates = wanted.iter().flat_map(|&atom| {
            let of = &self.by_atom[atom];
            // The nearest match by position is also the nearest by line. If keys must be shared, any match can be the
            // nearest with the same keys.
            let at = of.partition_point(|hit| hit.span.start < to.span.start);
            let range = match self.rule.join.same_keys {
                Some(_) => 0..of.len(),
                None if self.rule.join.in_order => at..of.len().min(at + 1),
                None => at.saturating_sub(1)..of.len().min(at + 1),
            };
            of[range].iter().copied()
        });
        let in_order = |hit: &&AtomHit| !self.rule.join.in_order || hit.span.start >= to.span.start;
        candidates.filter(in_order).filter(|hit| self.near(to, hit)).min_by_key(|hit| {
            (hit.line.abs_diff(to.line), hit.span.start.abs_diff(to.span.start), hit.span.start, hit.span.end)
        })
    }

    /// The matches that a rule starts from, in order of position.
    fn primaries(&self) -> Vec<&'m AtomHit> {
        let first = self.rule.join.first(self.by_atom.len());
        let mut primaries: Vec<&AtomHit> = first.iter().flat_map(|&atom| self.by_atom[atom].iter().copied()).collect();
        primaries.sort_by_key(|hit| (hit.span.start, hit.span.end, hit.atom));
        primaries
    }

    /// Returns a match and the other matches that the rule requires near it; `None` if one of these is missing.
    fn required_near(&self, primary: &'m AtomHit) -> Option<Vec<&'m AtomHit>> {
        let join = &self.rule.join;
        let mut matches = vec![primary];
        for choice in join.all.iter().skip(1) {
            // If the order matters, each match must follow the previous one.
            let from = if join.in_order { matches[matches.len() - 1] } else { primary };
            matches.push(self.nearest(from, choice)?);
        }
        if !join.any.is_empty() && !join.all.is_empty() {
            matches.push(self.nearest(primary, &join.any)?);
        }
        Some(matches)
    }

    /// Whether the required atoms match near each other anywhere, regardless of exclusions.
    pub(super) fn may_hit(&self) -> bool {
        self.primaries().into_iter().any(|primary| self.required_near(primary).is_some())
    }

    /// Adds a hit for each place where the atoms match near each other.
    pub(super) fn join(&self, text: &[u8], number: u16, hits: &mut Vec<Hit>) {
        for primary in self.primaries() {
            let Some(matches) = self.required_near(primary) else { continue };
            if self.nearest(primary, &self.rule.join.none).is_some() {
                continue;
            }
            let hit = Hit {
                rule: number,
                line: primary.line,
                start: u32::try_from(primary.span.start).unwrap_or(u32::MAX),
                len: u32::try_from(primary.span.len()).unwrap_or(u32::MAX),
                matched: primary.core,
                text: fingerprint(matches.iter().map(|hit| context(text, &hit.span))),
                encoded: matches.iter().any(|hit| hit.encoded),
                source_line: 0,
                member: 0,
                is_whole: false,
                by_content: false,
                has_generated_notice: false,
                minified: false,
            };
            // Several matches on one line are one hit.
            if hits.last().is_none_or(|last| (last.rule, last.line, last.text) != (hit.rule, hit.line, hit.text)) {
                hits.push(hit);
            }
        }
    }
}

/// The text that represents a hit: its trimmed line, or the part near the hit if the line is very long.
fn context<'b>(text: &'b [u8], span: &Range<usize>) -> &'b [u8] {
    let near = span.start.saturating_sub(CONTEXT)..text.len().min(span.end.saturating_add(CONTEXT));
    let line = around(&text[near.clone()], &(span.start - near.start..span.end - near.start), 0);
    let line = near.start + line.start..near.start + line.end;
    text[line].trim_ascii()
}
