//! Finds the literals that announce possible matches, all in one pass. In a blob that is stored as a delta, only the
//! bytes that the delta adds are searched, since the copied bytes were already searched.

use aho_corasick::automaton::Automaton;
use aho_corasick::{Anchored, MatchKind, dfa};
use alibi_git::history::Copied;
use std::ops::Range;

/// Maximum length of a literal in the automaton, in bytes. Longer literals would widen the area to search around a
/// delta's additions. They must be runs of one byte, which are found by checking only every n-th byte, where n is their
/// length.
const LONG: usize = 16;

/// An occurrence of a literal, regardless of case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Candidate {
    /// The position of its first byte.
    pub at: u32,
    /// The literal's number.
    pub literal: u16,
}

/// A searcher for numbered literals.
pub(super) struct Literals {
    automaton: Option<dfa::DFA>,
    /// Long runs of one byte: the number of the literal, the byte, and the length.
    runs: Vec<(u16, u8, usize)>,
    /// The numbers of the literals in the automaton.
    short: Vec<u16>,
    lengths: Vec<usize>,
    longest: usize,
}

impl Literals {
    /// Creates a searcher for these literals, numbered by index; `None` if there are too many of them.
    pub(super) fn new(literals: &[Vec<u8>]) -> Option<Literals> {
        u16::try_from(literals.len()).ok()?;
        let lengths: Vec<usize> = literals.iter().map(Vec::len).collect();
        let longest = lengths.iter().filter(|len| **len <= LONG).max().copied().unwrap_or(0);
        let is_long = |literal: &[u8]| literal.len() > LONG;
        let numbered = || literals.iter().enumerate().map(|(i, literal)| (i as u16, literal));
        let runs = numbered().filter(|(_, l)| is_long(l)).map(|(i, l)| (i, l[0], l.len())).collect();
        let short: Vec<u16> = numbered().filter(|(_, l)| !is_long(l)).map(|(i, _)| i).collect();
        let build = || {
            dfa::Builder::new()
                .match_kind(MatchKind::Standard)
                .ascii_case_insensitive(true)
                .build(short.iter().map(|i| &literals[usize::from(*i)]))
                .ok()
        };
        let automaton = if short.is_empty() { None } else { Some(build()?) };
        Some(Literals { automaton, runs, short, lengths, longest })
    }

    /// All occurrences in the text, including overlapping ones, in order.
    pub(super) fn find(&self, text: &[u8]) -> Vec<Candidate> {
        let mut found = Vec::new();
        self.search(text, 0..text.len(), &mut found);
        self.search_runs(text, &mut found);
        found.sort_unstable();
        found
    }

    /// Like [`Literals::find`], for text that copies the stretches `copied` from a base. Reuses the occurrences found
    /// in the base.
    ///
    /// A literal inside a copied stretch is also in the base. Any other literal has a byte outside of the copied
    /// stretches, or spans the boundary of two stretches. To find these literals, the bytes between the stretches are
    /// searched, along with as many bytes around them as the longest literal can reach.
    pub(super) fn carry(&self, text: &[u8], base: &[Candidate], copied: &[Copied]) -> Vec<Candidate> {
        let reach = self.longest.saturating_sub(1);
        let mut found = Vec::with_capacity(base.len() + 16);
        let mut searched_to = 0;
        let mut between = |part: Range<usize>, found: &mut Vec<Candidate>| {
            let start = part.start.saturating_sub(reach).max(searched_to);
            let end = part.end.saturating_add(reach).min(text.len());
            if start < end {
                self.search(text, start..end, found);
                // The next search starts early enough to find a literal that this one cut off.
                searched_to = end.saturating_sub(reach).max(searched_to);
            }
        };
        let mut at = 0;
        for run in copied {
            between(at..run.to, &mut found);
            let first = base.partition_point(|c| (c.at as usize) < run.from);
            let inside = |c: &&Candidate| self.end(c) <= run.from + run.len;
            let starting_inside = base[first..].iter().take_while(|c| (c.at as usize) < run.from + run.len);
            let short = |c: &&Candidate| self.lengths[usize::from(c.literal)] <= LONG;
            found.extend(
                starting_inside
                    .filter(short)
                    .filter(inside)
                    .map(|c| Candidate { at: (c.at as usize - run.from + run.to) as u32, literal: c.literal }),
            );
            at = run.to + run.len;
        }
        between(at..text.len(), &mut found);
        self.search_runs(text, &mut found);
        found.sort();
        found.dedup();
        found
    }

    /// Finds the occurrences near these positions, which must be in ascending order; long runs are left out.
    pub(super) fn at(&self, text: &[u8], places: &[usize]) -> Vec<Candidate> {
        let mut found = Vec::new();
        for place in places {
            self.search(text, place.saturating_sub(self.longest)..text.len().min(place + self.longest), &mut found);
        }
        found
    }

    /// The end of an occurrence.
    pub(super) fn end(&self, candidate: &Candidate) -> usize {
        candidate.at as usize + self.lengths[usize::from(candidate.literal)]
    }

    fn search(&self, text: &[u8], part: Range<usize>, found: &mut Vec<Candidate>) {
        let Some(automaton) = &self.automaton else { return };
        let Ok(mut state) = automaton.start_state(Anchored::No) else { return };
        // The automaton is stepped directly, since deltas have many short stretches and starting a search costs time.
        for at in part {
            state = automaton.next_state(Anchored::No, state, text[at]);
            if automaton.is_special(state) && automaton.is_match(state) {
                for i in 0..automaton.match_len(state) {
                    let literal = self.short[automaton.match_pattern(state, i).as_usize()];
                    found.push(Candidate { at: (at + 1 - self.lengths[usize::from(literal)]) as u32, literal });
                }
            }
        }
    }

    /// Finds the long runs in the whole text.
    fn search_runs(&self, text: &[u8], found: &mut Vec<Candidate>) {
        for &(literal, byte, length) in &self.runs {
            // Every run of this length covers at least one of these positions.
            let mut place = length - 1;
            while place < text.len() {
                if text[place] != byte {
                    place += length;
                    continue;
                }
                let start = text[..place].iter().rposition(|b| *b != byte).map_or(0, |i| i + 1);
                let end = text[place..].iter().position(|b| *b != byte).map_or(text.len(), |i| place + i);
                // A long run yields several adjacent occurrences, so that the text after the run is near one of them.
                let starts = (start..end).step_by(length).take_while(|at| at + length <= end);
                found.extend(starts.map(|at| Candidate { at: at as u32, literal }));
                place = end + length;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn searcher() -> Literals {
        let literals: Vec<Vec<u8>> = ["ab", "abc", "bca", "aaaa", "cab", "aaaaaaaaaaaaaaaaaaaaaa"]
            .iter()
            .map(|l| l.as_bytes().to_vec())
            .collect();
        Literals::new(&literals).unwrap()
    }

    #[test]
    fn literals_match_case_insensitively_and_may_overlap() {
        let found: Vec<u32> = searcher().find(b"xABCab").iter().map(|c| c.at).collect();
        assert_eq!(found, [1, 1, 2, 3, 4]);
    }

    proptest! {
        #[test]
        fn carried_matches_equal_those_of_a_fresh_search(
            base in "[abc]{0,400}",
            pieces in proptest::collection::vec((any::<bool>(), 0usize..400, 0usize..200, "[abc]{0,30}"), 0..8),
        ) {
            let literals = searcher();
            let (mut text, mut copied) = (Vec::new(), Vec::new());
            for (copies, from, len, inserted) in pieces {
                if copies && from < base.len() {
                    let len = len.min(base.len() - from);
                    copied.push(Copied { from, to: text.len(), len });
                    text.extend_from_slice(&base.as_bytes()[from..from + len]);
                } else {
                    text.extend_from_slice(inserted.as_bytes());
                }
            }
            let carried = literals.carry(&text, &literals.find(base.as_bytes()), &copied);
            prop_assert_eq!(carried, literals.find(&text));
        }
    }
}
