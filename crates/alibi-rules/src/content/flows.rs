//! Matches flows: values that come from a source and reach a sink, in code of any language.

use super::embedded::{Code, code_in};
use super::flow_rule::FlowRule;
use super::hit::Hit;
use super::literals::Candidate;
use super::pieces::around;
use super::rules::RuleBits;
use super::scan::Scanner;
use crate::document::spelt_out;
use crate::heuristics::Flow;
use crate::vocabulary::vocabulary;
use alibi_code::{Analysis, Event, Language, Reading, Vocabulary, analyse, analyse_parts};
use alibi_git::fingerprint::fingerprint;
use std::ops::Range;

/// Maximum size of a file that is searched for flows, in bytes.
const MAX_SIZE: usize = 8 << 20;

/// Maximum size of a configuration file that is evaluated because it has escapes, in bytes.
const MAX_ESCAPED: usize = 64 << 10;

/// Number of lines around a match of the same rule's patterns in which a flow is not reported again.
const NEAR: u32 = 12;

/// The labels of functions that are named by text or in unusual letters: the second and the fifth of the built-in ones.
const BY_TEXT: u64 = 1 << 1 | 1 << 4;

impl Scanner<'_> {
    /// Finds the flows in a file, and adds the hits of the rules that have them. Returns whether a part was not read.
    pub(super) fn match_flows(
        &self,
        text: &[u8],
        (bits, reading): (&RuleBits, Reading),
        candidates: &[Candidate],
        hits: &mut Vec<Hit>,
    ) -> bool {
        let rules: Vec<&FlowRule> = self.rules.flows.iter().filter(|rule| bits.contains(rule.rule.into())).collect();
        if rules.is_empty() {
            return false;
        }
        let Ok(vocabulary) = vocabulary() else { return false };
        let (of_file, holder);
        let languages: &[Language] = match (reading.language(text), reading) {
            // Flows in C are not followed: its calls say too little about where a value comes from.
            (Some(Language::C), _) => return false,
            (Some(language), _) => {
                (of_file, holder) = ([language], None);
                &of_file
            }
            (None, Reading::Holds(format)) => {
                holder = Some(format);
                format.languages()
            }
            (None, _) => return false,
        };
        // In configuration, a word may be written with escapes.
        let has_escapes = holder.is_some() && text.len() <= MAX_ESCAPED && spelt_out(text).is_some();
        let labels = if self.exhaustive || has_escapes {
            u64::MAX
        } else {
            languages.iter().fold(1, |labels, language| labels | self.announced(text, candidates, *language))
        };
        let flows = || rules.iter().flat_map(|rule| &rule.flows).filter(|flow| is_announced(flow, labels));
        let wanted = flows().fold(0, |bits, flow| bits | flow.to);
        if wanted == 0 {
            return false;
        }
        // A file that names functions by text has no words for its sinks.
        let sinks_in = |language: &Language| vocabulary.sinks_in(text, *language, wanted);
        let sinks = if labels & BY_TEXT != 0 { u64::MAX } else { languages.iter().map(sinks_in).fold(0, |a, b| a | b) };
        if !flows().any(|flow| flow.to & sinks != 0) {
            return false;
        }
        if text.len() > MAX_SIZE {
            return true;
        }
        let Analysis { events, cut_short } = match (holder, languages) {
            (Some(holder), _) => in_parts(text, &code_in(holder, text), vocabulary),
            (None, [language, ..]) => analyse(text, *language, vocabulary),
            (None, []) => return false,
        };
        for rule in rules {
            for event in rule.flows.iter().flat_map(|flow| found(flow, &events).map(move |event| (flow, event))) {
                let (flow, event) = event;
                let hit = Hit { is_whole: flow.anywhere, ..self.flow_hit(text, rule.rule, event) };
                let is_near = |other: &&mut Hit| {
                    (other.rule == rule.rule || other.rule == rule.of) && other.line.abs_diff(hit.line) <= NEAR
                };
                match hits.iter_mut().find(is_near) {
                    Some(other) => other.is_whole |= hit.is_whole,
                    None => hits.push(hit),
                }
            }
        }
        cut_short
    }

    /// The labels that a file may have, by the words in it.
    fn announced(&self, text: &[u8], candidates: &[Candidate], language: Language) -> u64 {
        let mut labels = 1;
        for candidate in candidates {
            let end = self.rules.literals.end(candidate);
            for anchor in &self.rules.announces[usize::from(candidate.literal)].flows {
                let word = end.checked_sub(anchor.word.len()).and_then(|start| text.get(start..end));
                let is_word = word.is_some_and(|word| word.eq_ignore_ascii_case(anchor.word.as_bytes()));
                if is_word && anchor.is_of(language) {
                    labels |= anchor.labels;
                }
            }
        }
        labels
    }

    fn flow_hit(&self, text: &[u8], rule: u16, event: &Event) -> Hit {
        let line_of = |at: usize| 1 + memchr::memchr_iter(b'\n', &text[..at.min(text.len())]).count() as u32;
        let at = event.at.min(text.len());
        let line = around(text, &(at..at), 0);
        let own = event.sources.iter().filter(|(label, _)| *label != 0);
        let source = own.clone().map(|(_, at)| *at as usize).min();
        let parts: Vec<&[u8]> = own.map(|(_, at)| trimmed(text, *at as usize)).chain([trimmed(text, at)]).collect();
        Hit {
            rule,
            line: line_of(at),
            start: u32::try_from(at).unwrap_or(u32::MAX),
            len: u32::try_from(line.end.saturating_sub(at)).unwrap_or(u32::MAX),
            matched: fingerprint([trimmed(text, at)]),
            text: fingerprint(parts),
            encoded: false,
            source_line: source.map_or(0, line_of),
            member: 0,
            is_whole: false,
            by_content: false,
            has_generated_notice: false,
            minified: false,
        }
    }
}

/// What reaches the sinks of the code in a file of another format, with positions in that file.
fn in_parts(text: &[u8], code: &Code, vocabulary: &Vocabulary) -> Analysis {
    let mut analysis = analyse_parts(&code.text, &code.parts, vocabulary);
    let place = |at: usize| code.place(at).min(text.len());
    for event in &mut analysis.events {
        event.at = place(event.at);
        event.sources.iter_mut().for_each(|(_, at)| *at = place(*at as usize) as u32);
    }
    analysis.cut_short |= code.cut_short;
    analysis
}

/// The line at a position, without white space around it, and at most 200 bytes of it.
fn trimmed(text: &[u8], at: usize) -> &[u8] {
    let at = at.min(text.len());
    let line = around(text, &(at..at), 0);
    let line: Range<usize> = line.start.max(at.saturating_sub(100))..line.end.min(at.saturating_add(100));
    text[line].trim_ascii()
}

/// Whether a file with these labels may have a flow.
fn is_announced(flow: &Flow, labels: u64) -> bool {
    flow.from & labels != 0 && flow.also & !labels == 0 && flow.with.iter().all(|other| is_announced(other, labels))
}

/// The events of a flow, if the file has the other flows that it needs.
fn found<'e>(flow: &'e Flow, events: &'e [Event]) -> impl Iterator<Item = &'e Event> {
    let has_others = flow.with.iter().all(|other| events.iter().any(|event| is_event(other, event)));
    events.iter().filter(move |event| has_others && is_event(flow, event))
}

fn is_event(flow: &Flow, event: &Event) -> bool {
    let reaches = match event.sink {
        Some(sink) => flow.to & 1 << sink != 0,
        None => flow.to == 0,
    };
    reaches && flow.from & event.labels != 0 && flow.also & !event.labels == 0 && flow.unless & event.labels == 0
}
