//! Matches atoms against values of configuration files.

use super::checks;
use super::hit::AtomHit;
use super::literals::Candidate;
use super::scan::{Found, Scanner, Selection};
use crate::document::{leaves, spelt_out};
use crate::heuristics::Format;
use alibi_git::fingerprint::fingerprint;

impl Scanner<'_> {
    /// Whether a configuration file contains, plain or escaped, one of the literals without which no value can match.
    pub(super) fn is_hinted(&self, text: &[u8], selection: &Selection, candidates: &[Candidate]) -> bool {
        let hints = |c: &Candidate| {
            self.rules.announces[usize::from(c.literal)].hints.iter().any(|atom| selection.atoms[usize::from(*atom)])
        };
        let hinted = |candidates: &[Candidate]| candidates.iter().any(hints);
        hinted(candidates)
            || spelt_out(text).is_some_and(|(plain, places)| hinted(&self.rules.literals.at(&plain, &places)))
    }

    /// Matches the atoms that apply to values of configuration files.
    pub(super) fn match_values(&self, format: Format, text: &[u8], selection: &Selection, found: &mut Found) {
        let Some(leaves) = leaves(format, text) else { return };
        let wanted: Vec<u16> = (0..self.rules.atoms.len() as u16)
            .filter(|a| selection.atoms[usize::from(*a)] && self.rules.atoms[usize::from(*a)].at.is_some())
            .collect();
        let starts: Vec<usize> = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|i| i + 1)).collect();
        let line_of = |line: u32| {
            let start = starts.get((line as usize).saturating_sub(1)).copied().unwrap_or(text.len());
            start..starts.get(line as usize).map_or(text.len(), |next| next - 1)
        };
        for leaf in &leaves {
            for &number in &wanted {
                let atom = &self.rules.atoms[usize::from(number)];
                if !atom.at.as_ref().is_some_and(|at| at.is_match(&leaf.keys)) {
                    continue;
                }
                let value = leaf.value.as_bytes();
                for (span, core) in atom.matches(value) {
                    if atom.check.is_some_and(|check| !checks::holds(check, value, &core)) {
                        continue;
                    }
                    let below = memchr::memchr_iter(b'\n', &value[..span.start]).count() as u32;
                    found.push(AtomHit {
                        atom: number,
                        core: fingerprint([&value[core]]),
                        span: line_of(leaf.line + below),
                        line: 0,
                        encoded: false,
                        keys: Some(leaf.keys.clone()),
                        group: 0,
                    });
                }
            }
        }
    }
}
