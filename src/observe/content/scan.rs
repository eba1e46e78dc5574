use super::rules::{CompiledRule, RuleBits, TextRules};
use crate::fingerprint::fingerprint;
use aho_corasick::{AhoCorasick, MatchKind, packed};
use regex::bytes::Regex;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// How far a line is read on each side of a literal, in bytes: enough for any pattern, and a bound for the lines of
/// minified files. It hides nothing, since it moves with the literal.
const REACH: usize = 4096;

/// How much of a line stands for it, on each side of a hit, where the line is longer than that.
const CONTEXT: usize = 120;

/// How much of a file is looked at to tell whether it is binary, in bytes; as much as Git looks at.
const BINARY_PROBE: usize = 8000;

/// More distinct sets of rules than this share one searcher with all literals.
const MOST_SEARCHERS: usize = 256;

/// A place where a rule's atoms meet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hit {
    /// The rule's place in [`TextRules`].
    pub rule: u16,
    /// The line of the first atom, from 1.
    pub line: u32,
    /// Where the first atom's match starts, in bytes.
    pub start: u32,
    /// How long that match is, in bytes.
    pub len: u32,
    /// A hash of what the first atom matched.
    pub matched: u64,
    /// A hash of the lines that the atoms stand on, blanks around them left out: equal for equal text, wherever it is.
    pub text: u64,
}

/// Searchers for the literals of each set of rules that some blob needs.
pub struct Searchers<'r> {
    rules: &'r TextRules,
    by_bits: FxHashMap<RuleBits, Searcher>,
    all: Option<Searcher>,
}

struct Searcher {
    engine: Engine,
    /// For each literal: the atoms it announces, as (rule, atom).
    targets: Vec<Vec<(usize, usize)>>,
}

enum Engine {
    /// Vector instructions, for at most 64 literals of three bytes or more.
    Packed(packed::Searcher),
    Automaton(Box<AhoCorasick>),
    Nothing,
}

/// A match of one atom.
#[derive(Clone)]
struct AtomHit {
    atom: usize,
    line: u32,
    span: Range<usize>,
    /// The part that tells it from others: the first group of the pattern, or all of the match.
    core: Range<usize>,
}

impl<'r> Searchers<'r> {
    /// Builds a searcher for each distinct set of rules.
    pub fn new(rules: &'r TextRules, sets: impl IntoIterator<Item = RuleBits>) -> Searchers<'r> {
        let mut distinct: Vec<RuleBits> = sets.into_iter().collect();
        distinct.sort_unstable();
        distinct.dedup();
        let mut searchers = Searchers { rules, by_bits: FxHashMap::default(), all: None };
        if distinct.len() > MOST_SEARCHERS {
            let mut all = RuleBits::default();
            (0..rules.len()).for_each(|i| all.insert(i));
            searchers.all = Some(Searcher::new(rules, &all));
        } else {
            searchers.by_bits = distinct.into_iter().map(|bits| (bits, Searcher::new(rules, &bits))).collect();
        }
        searchers
    }

    /// Where the rules in `bits` hit in a blob, in order of rule and place; nothing in a binary.
    pub fn scan(&self, bytes: &[u8], bits: &RuleBits) -> Vec<Hit> {
        let Some(searcher) = self.by_bits.get(bits).or(self.all.as_ref()) else { return Vec::new() };
        // Most blobs have no literal at all; they cost one pass and nothing else.
        let mut found: Vec<(usize, AtomHit)> = Vec::new();
        let mut searched: FxHashMap<(usize, usize), usize> = FxHashMap::default();
        searcher.each(bytes, |literal, span| {
            for &(rule, atom) in &searcher.targets[literal] {
                // The window of an earlier literal may have covered this one.
                if !bits.contains(rule) || searched.get(&(rule, atom)).is_some_and(|&to| span.end <= to) {
                    continue;
                }
                let window = window(bytes, &span);
                let clipped = bytes.get(window.end).is_some_and(|&b| b != b'\n');
                searched.insert((rule, atom), if clipped { window.end - REACH / 2 } else { window.end });
                let regex = &self.rules.rules[rule].atoms[atom].regex;
                found.extend(matches(regex, bytes, window, atom).map(|hit| (rule, hit)));
            }
        });
        if found.is_empty() || is_binary(bytes) {
            return Vec::new();
        }
        found.sort_by_key(|(rule, hit)| (*rule, hit.atom, hit.span.start, hit.span.end));
        found.dedup_by(|a, b| a.0 == b.0 && a.1.atom == b.1.atom && a.1.span == b.1.span);
        let mut hits = Vec::new();
        for of_rule in found.chunk_by(|a, b| a.0 == b.0) {
            let number = of_rule[0].0;
            let rule = &self.rules.rules[number];
            let mut atoms: Vec<AtomHit> = of_rule.iter().map(|(_, hit)| hit.clone()).collect();
            for (i, atom) in rule.atoms.iter().enumerate().filter(|(_, atom)| atom.anchors.is_empty()) {
                atoms.extend(matches(&atom.regex, bytes, 0..bytes.len(), i));
            }
            number_lines(bytes, &mut atoms);
            join(rule, bytes, number as u16, &atoms, &mut hits);
        }
        hits
    }
}

impl Searcher {
    fn new(rules: &TextRules, bits: &RuleBits) -> Searcher {
        let mut literals: Vec<(&[u8], usize, usize)> = Vec::new();
        for (r, rule) in rules.rules.iter().enumerate().filter(|(r, _)| bits.contains(*r)) {
            for (a, atom) in rule.atoms.iter().enumerate() {
                literals.extend(atom.anchors.iter().map(|l| (l.as_slice(), r, a)));
            }
        }
        literals.sort_unstable();
        let mut distinct: Vec<&[u8]> = Vec::new();
        let mut targets: Vec<Vec<(usize, usize)>> = Vec::new();
        for (literal, rule, atom) in literals {
            if distinct.last() != Some(&literal) {
                distinct.push(literal);
                targets.push(Vec::new());
            }
            if let Some(last) = targets.last_mut() {
                last.push((rule, atom));
            }
        }
        // A literal that starts with another one would be shadowed by it in a search without overlaps.
        for i in 0..distinct.len() {
            for j in 0..distinct.len() {
                if i != j && distinct[j].starts_with(distinct[i]) {
                    let shorter = targets[i].clone();
                    targets[j].extend(shorter);
                }
            }
        }
        let engine = if distinct.is_empty() {
            Engine::Nothing
        } else if let Some(packed) =
            packed::Config::new().match_kind(packed::MatchKind::LeftmostLongest).builder().extend(&distinct).build()
        {
            Engine::Packed(packed)
        } else {
            match AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&distinct) {
                Ok(automaton) => Engine::Automaton(Box::new(automaton)),
                Err(_) => Engine::Nothing,
            }
        };
        Searcher { engine, targets }
    }

    fn each(&self, bytes: &[u8], mut visit: impl FnMut(usize, Range<usize>)) {
        let mut at = 0;
        loop {
            let rest = aho_corasick::Span { start: at, end: bytes.len() };
            let found = match &self.engine {
                Engine::Packed(packed) => packed.find_in(bytes, rest),
                Engine::Automaton(automaton) => automaton.find(aho_corasick::Input::new(bytes).span(rest)),
                Engine::Nothing => None,
            };
            let Some(m) = found else { return };
            visit(m.pattern().as_usize(), m.start()..m.end());
            // Not from its end: another literal may start inside this one.
            at = m.start() + 1;
        }
    }
}

/// The matches of an atom in a part of a file.
fn matches<'b>(
    regex: &'b Regex,
    bytes: &'b [u8],
    part: Range<usize>,
    atom: usize,
) -> impl Iterator<Item = AtomHit> + 'b {
    let start = part.start;
    regex.captures_iter(&bytes[part]).filter_map(move |groups| {
        let whole = groups.get(0)?;
        let core = groups.get(1).unwrap_or(whole);
        let at = |r: Range<usize>| start + r.start..start + r.end;
        Some(AtomHit { atom, line: 0, span: at(whole.range()), core: at(core.range()) })
    })
}

/// Whether a file is binary: it has a NUL early, as Git asks, and is no text in UTF-8 apart from that. A NUL alone would
/// be an easy way to hide a source file.
fn is_binary(bytes: &[u8]) -> bool {
    let probe = &bytes[..bytes.len().min(BINARY_PROBE)];
    memchr::memchr(0, probe).is_some() && std::str::from_utf8(probe).is_err_and(|e| e.error_len().is_some())
}

/// The line around a literal, at most [`REACH`] on each side.
fn window(bytes: &[u8], span: &Range<usize>) -> Range<usize> {
    let low = span.start.saturating_sub(REACH);
    let high = (span.end + REACH).min(bytes.len());
    let start = memchr::memrchr(b'\n', &bytes[low..span.start]).map_or(low, |i| low + i + 1);
    let end = memchr::memchr(b'\n', &bytes[span.end..high]).map_or(high, |i| span.end + i);
    start..end
}

/// Counts newlines once, from the first hit to the last.
fn number_lines(bytes: &[u8], hits: &mut [AtomHit]) {
    hits.sort_by_key(|h| h.span.start);
    let (mut at, mut line) = (0, 1u32);
    for hit in hits {
        line += memchr::memchr_iter(b'\n', &bytes[at..hit.span.start]).count() as u32;
        at = hit.span.start;
        hit.line = line;
    }
}

fn join(rule: &CompiledRule, bytes: &[u8], number: u16, atoms: &[AtomHit], hits: &mut Vec<Hit>) {
    let join = &rule.join;
    let near = |a: &AtomHit, b: &AtomHit| join.within_lines.is_none_or(|n| a.line.abs_diff(b.line) <= n);
    let nearest = |to: &AtomHit, wanted: &[usize]| {
        atoms
            .iter()
            .filter(|hit| wanted.contains(&hit.atom) && near(to, hit))
            .min_by_key(|hit| hit.line.abs_diff(to.line))
            .cloned()
    };
    let is_primary = |hit: &AtomHit| match join.all.first() {
        Some(first) => hit.atom == *first,
        None if !join.any.is_empty() => join.any.contains(&hit.atom),
        None => !join.none.contains(&hit.atom),
    };
    for primary in atoms.iter().filter(|hit| is_primary(hit)) {
        let mut met = vec![primary.clone()];
        let all_met = join.all.iter().skip(1).all(|&atom| nearest(primary, &[atom]).map(|h| met.push(h)).is_some());
        let any_met =
            join.any.is_empty() || join.all.is_empty() || nearest(primary, &join.any).map(|h| met.push(h)).is_some();
        if !all_met || !any_met || nearest(primary, &join.none).is_some() {
            continue;
        }
        let text = fingerprint(met.iter().map(|hit| context(bytes, &hit.span)));
        let hit = Hit {
            rule: number,
            line: primary.line,
            start: u32::try_from(primary.span.start).unwrap_or(u32::MAX),
            len: u32::try_from(primary.span.len()).unwrap_or(u32::MAX),
            matched: fingerprint([&bytes[primary.core.clone()]]),
            text,
        };
        // Several matches on one line are one observation.
        if hits.last().is_none_or(|last| (last.rule, last.line, last.text) != (hit.rule, hit.line, hit.text)) {
            hits.push(hit);
        }
    }
}

/// The text that stands for a hit: its line without the blanks around it, or the part near it of a very long line.
fn context<'b>(bytes: &'b [u8], span: &Range<usize>) -> &'b [u8] {
    let line = window(bytes, span);
    let line = if line.len() > 2 * CONTEXT + span.len() {
        line.start.max(span.start.saturating_sub(CONTEXT))..line.end.min(span.end + CONTEXT)
    } else {
        line
    };
    bytes[line].trim_ascii()
}
