//! Searches blobs for matches of text rules.

use super::encoded::View;
use super::hit::{AtomHit, Hit};
use super::inert::{Syntax, covers, inert};
use super::join::RuleMatches;
use super::literals::Candidate;
use super::pieces::{Lines, around, lines_of, pieces};
use super::rules::{CompiledRule, RuleBits, TextRules};
use super::{archive, checks, kind};
use crate::heuristics::Format;
use alibi_code::Reading;
use alibi_git::fingerprint::fingerprint;
use alibi_git::history::Copied;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::ops::Range;

/// Maximum number of matches of one atom that are kept per file. A file with more was not judged in full.
const MAX_HITS: usize = 200_000;

/// Maximum number of literals in a blob that are kept for its deltas.
const MAX_KEPT: usize = 1 << 16;

/// The results for one blob.
#[derive(Default)]
pub struct Scanned {
    /// The hits, in order of rule and position.
    pub hits: Vec<Hit>,
    /// Whether a limit was reached, so that a part was not searched.
    pub cut_short: bool,
    /// The results to keep for the blob's deltas.
    pub memo: Memo,
}

/// The literals in a blob, if the blob is text, is not in UTF-16 and does not contain too many of them.
#[derive(Default)]
pub struct Memo(Option<Vec<Candidate>>);

impl Memo {
    /// The size of the memo, in bytes.
    pub fn weight(&self) -> usize {
        self.0.as_ref().map_or(0, |kept| kept.capacity() * size_of::<Candidate>())
    }
}

/// Searches blobs with the rules that read them.
pub struct Scanner<'r> {
    pub(super) rules: &'r TextRules,
    selections: FxHashMap<RuleBits, Selection>,
    /// The rules that read scripts, and any file whose first line names an interpreter.
    of_scripts: RuleBits,
    pub(super) exhaustive: bool,
}

/// The atoms and formats that a set of rules needs.
pub(super) struct Selection {
    /// The atoms, by number.
    pub atoms: Vec<bool>,
    /// The configuration formats to parse a blob as. The flag is set if this is necessary only for a blob that contains
    /// a hint.
    formats: Vec<(Format, bool)>,
}

/// The matches in one blob.
#[derive(Default)]
pub(super) struct Found {
    pub by_atom: BTreeMap<u16, Vec<AtomHit>>,
    pub cut_short: bool,
}

impl Found {
    /// Whether the limit on matches of an atom is reached.
    fn is_full(&mut self, atom: u16) -> bool {
        let full = self.by_atom.get(&atom).is_some_and(|of| of.len() >= MAX_HITS);
        self.cut_short |= full;
        full
    }

    pub(super) fn push(&mut self, hit: AtomHit) {
        let of = self.by_atom.entry(hit.atom).or_default();
        if of.len() < MAX_HITS {
            of.push(hit);
        } else {
            self.cut_short = true;
        }
    }
}

/// The text to search: that of a blob, or text decoded from a part of it.
#[derive(Clone, Copy)]
struct Source<'t> {
    text: &'t [u8],
    /// For decoded text, the encoded stretch in the blob.
    outer: Option<&'t Range<usize>>,
}

impl<'r> Scanner<'r> {
    /// Creates a scanner for blobs that these sets of rules read. An exhaustive scanner matches every atom against
    /// every line. It is slow but finds the same matches, so that tests can compare the fast scanner with it.
    pub fn new(rules: &'r TextRules, sets: impl IntoIterator<Item = RuleBits>, exhaustive: bool) -> Scanner<'r> {
        let mut of_scripts = rules.for_path(b"bin/script");
        of_scripts.remove(&rules.flow_bits());
        let mut selections = FxHashMap::default();
        for bits in sets {
            for bits in [bits, bits.union(&of_scripts)] {
                selections.entry(bits).or_insert_with(|| Selection::new(rules, &bits));
            }
        }
        Scanner { rules, selections, of_scripts, exhaustive }
    }

    /// Searches a blob with the rules in `bits`; if there are none, only for the literals that its deltas need. `base`
    /// is the memo of the blob's delta base, if it was kept, and the stretches copied from that base. `syntax`
    /// distinguishes comments from code, and `reading` says which language the code is in.
    pub fn scan(
        &self,
        bytes: &[u8],
        bits: Option<&RuleBits>,
        (syntax, reading): (Syntax, Reading),
        base: Option<(&Memo, &[Copied])>,
    ) -> Scanned {
        let Some(text) = kind::text(bytes, matches!(reading, Reading::As(_))) else {
            return if bits.is_some() { self.scan_members(bytes) } else { Scanned::default() };
        };
        let as_it_is = matches!(text, std::borrow::Cow::Borrowed(_));
        let candidates = match base.and_then(|(memo, copied)| Some((memo.0.as_ref()?, copied))) {
            _ if self.exhaustive => Vec::new(),
            Some((known, copied)) if as_it_is => self.rules.literals.carry(&text, known, copied),
            _ => self.rules.literals.find(&text),
        };
        let all = bits.filter(|_| text.starts_with(b"#!")).map(|bits| bits.union(&self.of_scripts));
        let selection = all.as_ref().or(bits).and_then(|bits| Some((bits, self.selections.get(bits)?)));
        let mut scanned = match selection {
            Some((selected, selection)) => {
                let mut scanned = self.search(&text, (selected, selection), syntax, &candidates);
                scanned.cut_short |= self.match_flows(&text, (selected, reading), &candidates, &mut scanned.hits);
                let by_path = |hit: &Hit| bits.is_none_or(|bits| bits.contains(hit.rule.into()));
                scanned.hits.iter_mut().for_each(|hit| hit.by_content = !by_path(hit));
                scanned
            }
            None => Scanned::default(),
        };
        if as_it_is && !self.exhaustive && candidates.len() <= MAX_KEPT {
            scanned.memo = Memo(Some(candidates));
        }
        scanned
    }

    /// Searches the members of an archive, each with the rules that read its name.
    fn scan_members(&self, bytes: &[u8]) -> Scanned {
        let Some(opened) = archive::open(bytes) else { return Scanned::default() };
        let mut scanned = Scanned { cut_short: opened.cut_short, ..Scanned::default() };
        for (number, (name, content)) in opened.members.iter().enumerate() {
            let reading = Reading::of(name);
            let Some(text) = kind::text(content, matches!(reading, Reading::As(_))) else { continue };
            let bits = self.rules.for_path(name.as_bytes()).union(&self.of_scripts);
            let selection = Selection::new(self.rules, &bits);
            let candidates = if self.exhaustive { Vec::new() } else { self.rules.literals.find(&text) };
            let syntax = Syntax::of(name.as_bytes());
            let mut of_member = self.search(&text, (&bits, &selection), syntax, &candidates);
            of_member.cut_short |= self.match_flows(&text, (&bits, reading), &candidates, &mut of_member.hits);
            scanned.cut_short |= of_member.cut_short;
            let member = u16::try_from(number + 1).unwrap_or(u16::MAX);
            let hits = of_member.hits.into_iter();
            scanned.hits.extend(hits.map(|hit| Hit {
                member,
                by_content: true,
                line: 1,
                start: 0,
                len: 0,
                source_line: 0,
                ..hit
            }));
        }
        scanned
    }

    fn search(
        &self,
        text: &[u8],
        (bits, selection): (&RuleBits, &Selection),
        syntax: Syntax,
        candidates: &[Candidate],
    ) -> Scanned {
        let mut found = Found::default();
        let whole = Source { text, outer: None };
        self.match_announced(whole, selection, candidates, &mut found);
        let views = self.views(text, candidates, &mut found.cut_short);
        for view in &views {
            let inner = Source { text: &view.text, outer: Some(&view.span) };
            let candidates = if self.exhaustive { Vec::new() } else { self.rules.literals.find(&view.text) };
            self.match_announced(inner, selection, &candidates, &mut found);
        }
        for &(format, only_hinted) in &selection.formats {
            if self.exhaustive || !only_hinted || self.is_hinted(text, selection, candidates) {
                self.match_values(format, text, selection, &mut found);
            }
        }
        if found.by_atom.is_empty() {
            return Scanned { cut_short: found.cut_short, ..Scanned::default() };
        }
        let mut hits = Vec::new();
        let mut stretches: Option<Vec<Range<usize>>> = None;
        for (number, rule) in self.rules.rules.iter().enumerate().filter(|(number, _)| bits.contains(*number)) {
            let mut matches: Vec<AtomHit> =
                rule.atoms.iter().filter_map(|atom| found.by_atom.get(atom)).flatten().cloned().collect();
            if matches.is_empty() || !self.match_unannounced(text, &views, number, &mut matches, &mut found.cut_short) {
                continue;
            }
            number_lines(text, &mut matches);
            if !rule.comments && syntax != Syntax::Unknown {
                // Comments are searched for only if they can matter, since that takes a pass over the whole text.
                if !RuleMatches::new(rule, &mut matches).may_hit() {
                    continue;
                }
                let stretches = stretches.get_or_insert_with(|| inert(text, syntax));
                matches.retain(|hit| !covers(stretches, &hit.span));
            }
            RuleMatches::new(rule, &mut matches).join(text, number as u16, &mut hits);
        }
        if !hits.is_empty() {
            let (has_generated_notice, minified) = (kind::has_generated_notice(text), kind::is_minified(text));
            for hit in &mut hits {
                (hit.has_generated_notice, hit.minified) = (has_generated_notice, minified);
            }
        }
        Scanned { hits, cut_short: found.cut_short, memo: Memo::default() }
    }

    /// Matches the atoms that literals announce, in the pieces of lines that contain the literals.
    fn match_announced(&self, source: Source<'_>, selection: &Selection, candidates: &[Candidate], found: &mut Found) {
        if self.exhaustive {
            for (number, atom) in self.rules.atoms.iter().enumerate() {
                if selection.atoms[number] && atom.is_announced && atom.at.is_none() {
                    self.match_lines(source, 0..source.text.len(), number as u16, found);
                }
            }
            return;
        }
        let mut lines = Lines::new(source.text);
        // For each atom, the start of the last piece that it was matched against.
        let mut done: FxHashMap<u16, usize> = FxHashMap::default();
        for candidate in candidates {
            let literal = candidate.at as usize..self.rules.literals.end(candidate);
            let announced = &self.rules.announces[usize::from(candidate.literal)].atoms;
            let wanted = |(atom, spelling): &&(u16, Option<Vec<u8>>)| {
                selection.atoms[usize::from(*atom)]
                    && spelling.as_ref().is_none_or(|spelling| source.text[literal.clone()] == spelling[..])
            };
            let mut announced = announced.iter().filter(wanted).map(|(atom, _)| *atom).peekable();
            if announced.peek().is_none() {
                continue;
            }
            let line = lines.at(literal.start);
            for atom in announced {
                for piece in pieces(&line, &literal) {
                    if done.get(&atom).is_none_or(|last| *last < piece.span.start) {
                        done.insert(atom, piece.span.start);
                        self.match_piece(source, &piece.span, piece.owned_to, atom, found);
                    }
                }
            }
        }
    }

    /// Matches the unannounced atoms of a rule near the matches of its announced atoms. Returns `false` if the rule
    /// cannot hit.
    fn match_unannounced(
        &self,
        text: &[u8],
        views: &[View],
        number: usize,
        matches: &mut Vec<AtomHit>,
        cut_short: &mut bool,
    ) -> bool {
        let rule = &self.rules.rules[number];
        let is_silent = |atom: &u16| !self.rules.atoms[usize::from(*atom)].is_announced;
        let parts = if rule.atoms.iter().any(is_silent) { self.parts_near(text, rule, matches) } else { Vec::new() };
        let mut done: Vec<u16> = Vec::new();
        let last = std::iter::once(&rule.join.none);
        for (clause, atoms) in rule.clauses.iter().chain(last).enumerate() {
            let atoms = || atoms.iter().map(|&atom| rule.atoms[atom]);
            for atom in atoms().filter(is_silent) {
                if done.contains(&atom) {
                    continue;
                }
                done.push(atom);
                let mut found = Found::default();
                for part in &parts {
                    self.match_lines(Source { text, outer: None }, part.clone(), atom, &mut found);
                }
                for view in views {
                    let inner = Source { text: &view.text, outer: Some(&view.span) };
                    self.match_lines(inner, 0..view.text.len(), atom, &mut found);
                }
                *cut_short |= found.cut_short;
                matches.extend(found.by_atom.into_values().flatten());
            }
            if clause < rule.clauses.len() && !matches.iter().any(|hit| atoms().any(|atom| atom == hit.atom)) {
                return false;
            }
        }
        true
    }

    /// The parts of the text near a rule's matches; the whole text if the rule does not limit their distance.
    fn parts_near(&self, text: &[u8], rule: &CompiledRule, matches: &[AtomHit]) -> Vec<Range<usize>> {
        let (Some(count), false) = (rule.join.within_lines, self.exhaustive) else {
            return std::iter::once(0..text.len()).collect();
        };
        let mut spans: Vec<Range<usize>> = matches.iter().map(|hit| hit.span.clone()).collect();
        spans.sort_by_key(|span| (span.start, span.end));
        let mut parts: Vec<Range<usize>> = Vec::new();
        let mut last_line = usize::MAX..usize::MAX;
        for span in &spans {
            // Many matches on one long line have the same lines around them.
            if last_line.start <= span.start && span.end <= last_line.end {
                continue;
            }
            last_line = around(text, span, 0);
            let part = around(text, span, count);
            match parts.last_mut() {
                Some(last) if part.start <= last.end => last.end = last.end.max(part.end),
                _ => parts.push(part),
            }
        }
        parts
    }

    fn match_lines(&self, source: Source<'_>, part: Range<usize>, atom: u16, found: &mut Found) {
        for line in lines_of(source.text, part) {
            for piece in pieces(&line, &line) {
                self.match_piece(source, &piece.span, piece.owned_to, atom, found);
            }
        }
    }

    fn match_piece(&self, source: Source<'_>, piece: &Range<usize>, owned_to: usize, number: u16, found: &mut Found) {
        let atom = &self.rules.atoms[usize::from(number)];
        // Most pieces have no match, and checking for one needs no groups.
        if atom.encoded && source.outer.is_none() || !atom.regex.is_match(&source.text[piece.clone()]) {
            return;
        }
        for (span, core) in atom.matches(&source.text[piece.clone()]) {
            let at = |r: Range<usize>| piece.start + r.start..piece.start + r.end;
            let (span, core) = (at(span), at(core));
            if found.is_full(number) {
                return;
            }
            if span.start >= owned_to || atom.check.is_some_and(|check| !checks::holds(check, source.text, &core)) {
                continue;
            }
            found.push(AtomHit {
                atom: number,
                core: fingerprint([&source.text[core]]),
                span: source.outer.cloned().unwrap_or(span),
                line: 0,
                encoded: source.outer.is_some(),
                keys: None,
                group: 0,
            });
        }
    }
}

impl Selection {
    fn new(rules: &TextRules, bits: &RuleBits) -> Selection {
        let mut selection = Selection { atoms: vec![false; rules.atoms.len()], formats: Vec::new() };
        for rule in rules.rules.iter().enumerate().filter(|(i, _)| bits.contains(*i)).map(|(_, rule)| rule) {
            rule.atoms.iter().for_each(|atom| selection.atoms[usize::from(*atom)] = true);
            selection.formats.extend(rule.format.map(|format| (format, rule.only_hinted)));
        }
        // Formats that are always parsed come first.
        selection.formats.sort_unstable();
        selection.formats.dedup_by_key(|(format, _)| *format);
        selection
    }
}

/// Sets the line numbers of matches. Each newline up to the last match is counted once.
fn number_lines(text: &[u8], hits: &mut [AtomHit]) {
    hits.sort_by_key(|hit| hit.span.start);
    let (mut at, mut line) = (0, 1u32);
    for hit in hits {
        line += memchr::memchr_iter(b'\n', &text[at..hit.span.start]).count() as u32;
        at = hit.span.start;
        hit.line = line;
    }
}
