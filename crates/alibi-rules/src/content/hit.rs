//! Matches of atoms, and the hits of rules.

use std::ops::Range;
use std::sync::Arc;

/// A place where a rule's atoms match near each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hit {
    /// The rule's index in `TextRules`.
    pub rule: u16,
    /// The 1-based line of the first atom's match.
    pub line: u32,
    /// The start of the first atom's match, in bytes.
    pub start: u32,
    /// The length of that match, in bytes.
    pub len: u32,
    /// A hash of the first atom's match: of the first group of its pattern, or of the whole match.
    pub matched: u64,
    /// A hash of the atoms' lines, trimmed: equal for equal text, regardless of its position.
    pub text: u64,
    /// Whether one of the atoms matched in decoded text.
    pub encoded: bool,
    /// For a flow, the line of its source, starting at 1; otherwise 0.
    pub source_line: u32,
    /// If the file is an archive, the number of the member that has the match, starting at 1; otherwise 0. The line and
    /// the position are then those of the archive's beginning.
    pub member: u16,
    /// Whether it is a flow that no path excuses.
    pub is_whole: bool,
    /// Whether the rule reads the file because of its content, not its path.
    pub by_content: bool,
    /// Whether the file has a notice that it is generated.
    pub has_generated_notice: bool,
    /// Whether the file is large and has hardly any line breaks, as is typical of generated files.
    pub minified: bool,
}

/// A match of one atom.
#[derive(Clone, Debug)]
pub(super) struct AtomHit {
    /// The atom's number in `TextRules`.
    pub atom: u16,
    /// The position of the matched bytes; in decoded text, of the encoded stretch.
    pub span: Range<usize>,
    /// The 1-based line that the match starts on; 0 until lines are counted.
    pub line: u32,
    /// A hash of the part that distinguishes the match: the first group of the pattern, or the whole match.
    pub core: u64,
    /// Whether the match is in decoded text.
    pub encoded: bool,
    /// In a configuration file, the key path of the matched value.
    pub keys: Option<Arc<str>>,
    /// A hash of the leading keys that a rule's atoms must share; set when the atoms are joined.
    pub group: u64,
}
