use crate::heuristics::{Join, PathFilter, TextRule};
use regex::bytes::Regex;
use thiserror::Error;

/// A set of text rules, by their places in [`TextRules`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Debug)]
pub struct RuleBits([u64; 4]);

impl RuleBits {
    /// How many rules one run can hold.
    pub const CAPACITY: usize = 256;

    /// Adds a rule.
    pub fn insert(&mut self, rule: usize) {
        self.0[rule / 64] |= 1 << (rule % 64);
    }

    /// Whether the rule is in the set.
    pub fn contains(&self, rule: usize) -> bool {
        self.0[rule / 64] & 1 << (rule % 64) != 0
    }

    /// Adds all of another set.
    pub fn merge(&mut self, other: &RuleBits) {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a |= b);
    }

    /// Whether no rule is in the set.
    pub fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }
}

/// Text rules that cannot be compiled.
#[derive(Debug, Error)]
pub enum RuleError {
    /// An atom's pattern is no regular expression.
    #[error("the atom '{0}' cannot be used: {1}")]
    Regex(String, regex::Error),
    /// More rules than a set can hold.
    #[error("{0} text rules are more than the {max} that one run can hold: select fewer heuristics", max = RuleBits::CAPACITY)]
    TooMany(usize),
}

pub(super) struct CompiledAtom {
    pub regex: Regex,
    pub anchors: Vec<Vec<u8>>,
}

pub(super) struct CompiledRule {
    pub paths: PathFilter,
    pub atoms: Vec<CompiledAtom>,
    pub join: Join,
}

/// The text rules of a run, compiled; a rule is named by its place.
pub struct TextRules {
    pub(super) rules: Vec<CompiledRule>,
}

impl TextRules {
    /// Compiles rules.
    ///
    /// # Errors
    /// [`RuleError`]
    pub fn new<'a>(rules: impl IntoIterator<Item = &'a TextRule>) -> Result<TextRules, RuleError> {
        let rules: Vec<CompiledRule> = rules.into_iter().map(compile).collect::<Result<_, _>>()?;
        if rules.len() > RuleBits::CAPACITY {
            return Err(RuleError::TooMany(rules.len()));
        }
        Ok(TextRules { rules })
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rules that read files at this path.
    pub fn for_path(&self, path: &[u8]) -> RuleBits {
        let path = String::from_utf8_lossy(path);
        let mut bits = RuleBits::default();
        for (i, rule) in self.rules.iter().enumerate() {
            if rule.paths.is_match(&path) {
                bits.insert(i);
            }
        }
        bits
    }
}

fn compile(rule: &TextRule) -> Result<CompiledRule, RuleError> {
    let atoms = rule
        .atoms
        .iter()
        .map(|atom| {
            let regex = regex::bytes::RegexBuilder::new(&atom.pattern)
                .multi_line(true)
                .build()
                .map_err(|e| RuleError::Regex(atom.name.clone(), e))?;
            Ok(CompiledAtom { regex, anchors: atom.anchors.clone() })
        })
        .collect::<Result<_, _>>()?;
    Ok(CompiledRule { paths: rule.paths.clone(), atoms, join: rule.join.clone() })
}
