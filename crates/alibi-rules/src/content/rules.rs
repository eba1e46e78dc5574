//! Compiles text rules and selects those that apply to a path.

use super::encoded::{Marker, markers};
use super::flow_rule::FlowRule;
use super::literals::Literals;
use crate::heuristics::{Atom, Check, Format, Join, PathFilter, TextRule};
use crate::vocabulary::vocabulary;
use alibi_code::Anchor;
use regex::bytes::Regex;
use std::ops::Range;
use thiserror::Error;

/// A set of text rules, by their indexes in [`TextRules`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Debug)]
pub struct RuleBits([u64; 4]);

impl RuleBits {
    /// Maximum number of rules in one run.
    pub const CAPACITY: usize = 256;

    /// Adds a rule.
    pub fn insert(&mut self, rule: usize) {
        self.0[rule / 64] |= 1 << (rule % 64);
    }

    /// Whether the rule is in the set.
    pub fn contains(&self, rule: usize) -> bool {
        self.0[rule / 64] & 1 << (rule % 64) != 0
    }

    /// Adds all rules of another set.
    pub fn merge(&mut self, other: &RuleBits) {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a |= b);
    }

    /// The rules that are in either set.
    #[must_use]
    pub fn union(&self, other: &RuleBits) -> RuleBits {
        let mut bits = *self;
        bits.merge(other);
        bits
    }

    /// The rules that are in both sets.
    #[must_use]
    pub fn intersection(&self, other: &RuleBits) -> RuleBits {
        let mut bits = *self;
        bits.0.iter_mut().zip(other.0).for_each(|(a, b)| *a &= b);
        bits
    }

    /// Removes all rules of another set.
    pub fn remove(&mut self, other: &RuleBits) {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a &= !b);
    }

    /// Whether no rule is in the set.
    pub fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }
}

/// Why text rules cannot be compiled.
#[derive(Debug, Error)]
pub enum RuleError {
    /// An atom's pattern is not a valid regular expression.
    #[error("the atom '{0}' cannot be used: {1}")]
    Regex(String, regex::Error),
    /// An atom's keys are not a valid glob.
    #[error("the keys of the atom '{0}' cannot be used: {1}")]
    Keys(String, globset::Error),
    /// There are more rules than a set can hold.
    #[error("{0} text rules are too many, since one run can hold {max}: select fewer heuristics", max = RuleBits::CAPACITY)]
    TooMany(usize),
    /// There are more atoms or literals than one run can hold.
    #[error("the text rules have too many literals for one run: select fewer heuristics")]
    TooManyLiterals,
}

/// A compiled atom, shared by the rules that use the same one.
pub(super) struct CompiledAtom {
    pub regex: Regex,
    pub at: Option<PathFilter>,
    pub encoded: bool,
    pub check: Option<Check>,
    /// Whether literals announce the atom, or it applies to values of configuration files. Other atoms are matched only
    /// near matches of such atoms.
    pub is_announced: bool,
}

impl CompiledAtom {
    /// Finds the atom's matches in the text. Returns the span of each match, and the span of the part that
    /// distinguishes it: the first group of the pattern, or the whole match.
    pub(super) fn matches<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = (Range<usize>, Range<usize>)> + 't {
        self.regex.captures_iter(text).filter_map(|groups| {
            let all = groups.get(0)?.range();
            Some((all.clone(), groups.get(1).map_or(all, |core| core.range())))
        })
    }
}

pub(super) struct CompiledRule {
    /// Whether matches in comments and printed strings count.
    pub comments: bool,
    /// The rule's atoms, by their numbers in [`TextRules`].
    pub atoms: Vec<u16>,
    pub join: Join,
    /// Sets of atoms, by their indexes in the rule; one atom of each set must match.
    pub clauses: Vec<Vec<usize>>,
    pub format: Option<Format>,
    /// Whether every configuration file that the rule can hit contains one of its literals.
    pub only_hinted: bool,
}

/// The possible matches that a literal announces.
#[derive(Default)]
pub(super) struct Announces {
    /// Atoms that may match near the literal; a case-sensitive atom has the exact spelling of the literal.
    pub atoms: Vec<(u16, Option<Vec<u8>>)>,
    /// Atoms that apply to values of configuration files, and may match a value that contains the literal.
    pub hints: Vec<u16>,
    /// The literal's marker, if it announces encoded text.
    pub form: Option<Marker>,
    /// The words of flows that end with the literal.
    pub flows: Vec<Anchor>,
}

/// The compiled text rules of a run; a rule is identified by its index.
pub struct TextRules {
    pub(super) rules: Vec<CompiledRule>,
    /// The rules that apply to the paths of each filter. Many rules share a filter.
    filters: Vec<(PathFilter, RuleBits)>,
    pub(super) atoms: Vec<CompiledAtom>,
    pub(super) literals: Literals,
    /// The possible matches that each literal announces, by the literal's number.
    pub(super) announces: Vec<Announces>,
    /// The flows of the rules that have any. Each is a rule of its own, since it reads more files than the patterns.
    pub(super) flows: Vec<FlowRule>,
}

impl TextRules {
    /// Compiles rules.
    ///
    /// # Errors
    /// [`RuleError`]
    pub fn new<'a>(rules: impl IntoIterator<Item = &'a TextRule>) -> Result<TextRules, RuleError> {
        let mut distinct: Vec<&Atom> = Vec::new();
        let mut compiled = Vec::new();
        let mut filters: Vec<(PathFilter, Vec<usize>)> = Vec::new();
        let rules: Vec<&TextRule> = rules.into_iter().collect();
        for rule in &rules {
            let mut numbers = Vec::new();
            for atom in &rule.atoms {
                let same = |a: &&Atom| {
                    (&a.pattern, &a.anchors, &a.at, a.encoded, a.check)
                        == (&atom.pattern, &atom.anchors, &atom.at, atom.encoded, atom.check)
                };
                let number = distinct.iter().position(same).unwrap_or_else(|| {
                    distinct.push(atom);
                    distinct.len() - 1
                });
                numbers.push(u16::try_from(number).map_err(|_| RuleError::TooManyLiterals)?);
            }
            let place = filters.iter().position(|(filter, _)| filter.is_same(&rule.paths)).unwrap_or_else(|| {
                filters.push((rule.paths.clone(), Vec::new()));
                filters.len() - 1
            });
            filters[place].1.push(compiled.len());
            let hinted = |atom: &usize| !rule.atoms[*atom].anchors.is_empty();
            compiled.push(CompiledRule {
                comments: rule.comments,
                atoms: numbers,
                join: rule.join.clone(),
                clauses: rule.join.clauses(rule.atoms.len()),
                format: rule.format,
                only_hinted: rule.join.clauses(rule.atoms.len()).iter().any(|atoms| atoms.iter().all(hinted)),
            });
        }
        let flows = flow_rules(&rules);
        if compiled.len() + flows.len() > RuleBits::CAPACITY {
            return Err(RuleError::TooMany(compiled.len() + flows.len()));
        }
        let atoms: Vec<CompiledAtom> = distinct.iter().map(|atom| compile(atom)).collect::<Result<_, _>>()?;
        let mut all: Vec<(Vec<u8>, Announces)> = Vec::new();
        for (number, atom) in distinct.iter().enumerate() {
            for anchor in &atom.anchors {
                let anchor = announcing(anchor);
                let mut announces = Announces::default();
                if atom.at.is_some() {
                    announces.hints.push(number as u16);
                } else {
                    let spelling = (!atom.pattern.contains("(?i")).then(|| anchor.to_vec());
                    announces.atoms.push((number as u16, spelling));
                }
                all.push((anchor.to_ascii_lowercase(), announces));
            }
        }
        if let (false, Ok(vocabulary)) = (flows.is_empty(), vocabulary()) {
            for anchor in vocabulary.anchors() {
                let literal = announcing(anchor.word.as_bytes()).to_vec();
                all.push((literal, Announces { flows: vec![anchor.clone()], ..Announces::default() }));
            }
        }
        if !all.is_empty() {
            for marker in markers() {
                let literal = marker.literal[..marker.literal.len().min(MAX_LITERAL)].to_vec();
                let lower = literal.to_ascii_lowercase();
                all.push((lower, Announces { form: Some(Marker { literal, ..marker }), ..Announces::default() }));
            }
        }
        all.sort_by(|a, b| a.0.cmp(&b.0));
        let (mut literals, mut announces): (Vec<Vec<u8>>, Vec<Announces>) = Default::default();
        for (literal, new) in all {
            match announces.last_mut() {
                // Spellings of a marker that differ only in case remain separate literals.
                Some(last) if literals.last() == Some(&literal) && (last.form.is_none() || new.form.is_none()) => {
                    last.atoms.extend(new.atoms);
                    last.hints.extend(new.hints);
                    last.flows.extend(new.flows);
                    last.form = last.form.take().or(new.form);
                }
                _ => {
                    literals.push(literal);
                    announces.push(new);
                }
            }
        }
        let literals = Literals::new(&literals).ok_or(RuleError::TooManyLiterals)?;
        let bits = |rules: Vec<usize>| {
            let mut bits = RuleBits::default();
            rules.into_iter().for_each(|rule| bits.insert(rule));
            bits
        };
        let filters = filters.into_iter().map(|(filter, rules)| (filter, bits(rules))).collect();
        Ok(TextRules { rules: compiled, filters, atoms, literals, announces, flows })
    }

    /// The number of rules.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are no rules.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rules that read the file at this path.
    pub fn for_path(&self, path: &[u8]) -> RuleBits {
        let path = String::from_utf8_lossy(path);
        let mut bits = RuleBits::default();
        self.filters.iter().filter(|(filter, _)| filter.is_match(&path)).for_each(|(_, rules)| bits.merge(rules));
        self.flows
            .iter()
            .filter(|flow| flow.exclude.as_ref().is_none_or(|exclude| !exclude.is_match(&path)))
            .for_each(|flow| bits.insert(flow.rule.into()));
        bits
    }

    /// The rule that reports the hits of a rule: for the rule of a flow, the one that has the flow.
    pub fn reported(&self, rule: u16) -> u16 {
        let flow = usize::from(rule).checked_sub(self.rules.len()).and_then(|place| self.flows.get(place));
        flow.map_or(rule, |flow| flow.of)
    }

    /// The set of the rules of flows.
    pub fn flow_bits(&self) -> RuleBits {
        let mut bits = RuleBits::default();
        self.flows.iter().for_each(|flow| bits.insert(flow.rule.into()));
        bits
    }

    /// The rules of flows, each with the rule that reports it.
    pub fn flow_rules(&self) -> impl Iterator<Item = (usize, u16)> + '_ {
        self.flows.iter().map(|flow| (usize::from(flow.rule), flow.of))
    }
}

/// The rules of flows. Their numbers follow those of the text rules.
fn flow_rules(rules: &[&TextRule]) -> Vec<FlowRule> {
    let with_flows = rules.iter().enumerate().filter(|(_, rule)| !rule.flows.is_empty());
    let numbered = (rules.len()..).zip(with_flows).map(|(number, (of, rule))| FlowRule {
        rule: number as u16,
        of: of as u16,
        exclude: rule.flow_exclude.clone(),
        flows: rule.flows.clone(),
    });
    numbered.collect()
}

/// Maximum length of a searched literal, in bytes. The area searched around a delta's additions grows with it.
const MAX_LITERAL: usize = 12;

/// The part of an anchor that is searched for: its end, since many anchors share their first words. Runs of one byte
/// are kept whole, since their length matters.
fn announcing(anchor: &[u8]) -> &[u8] {
    let is_run = anchor.windows(2).all(|pair| pair[0] == pair[1]);
    if is_run { anchor } else { &anchor[anchor.len().saturating_sub(MAX_LITERAL)..] }
}

/// Compiles an atom's pattern in the same way wherever it is used.
pub(super) fn expression(atom: &Atom) -> Result<Regex, RuleError> {
    /// Memory limits for one expression's compiled form and cache, in bytes. There are hundreds of expressions.
    const PROGRAM: usize = 4 << 20;
    const CACHE: usize = 32 << 20;
    // Unicode makes an expression much larger, so only patterns with non-ASCII characters use it.
    let ascii =
        atom.pattern.is_ascii() && !["\\u", "\\U", "\\x{", "\\p"].iter().any(|named| atom.pattern.contains(named));
    regex::bytes::RegexBuilder::new(&atom.pattern)
        .unicode(!ascii)
        .multi_line(true)
        .crlf(true)
        .size_limit(PROGRAM)
        .dfa_size_limit(CACHE)
        .build()
        .map_err(|e| RuleError::Regex(atom.name.clone(), e))
}

fn compile(atom: &Atom) -> Result<CompiledAtom, RuleError> {
    let regex = expression(atom)?;
    let at = |keys: &String| {
        PathFilter::new(std::slice::from_ref(keys), &[]).map_err(|e| RuleError::Keys(atom.name.clone(), e))
    };
    Ok(CompiledAtom {
        regex,
        at: atom.at.as_ref().map(at).transpose()?,
        encoded: atom.encoded,
        check: atom.check,
        is_announced: !atom.anchors.is_empty() || atom.at.is_some(),
    })
}
