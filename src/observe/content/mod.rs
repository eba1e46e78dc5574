//! Text rules over blobs: each unique blob is searched once, by literals first and by regular expressions only on
//! the lines where a literal stands.
//!
//! In: the text rules of the selected heuristics, and blobs while they stream by. Out: where a rule's atoms meet.

mod rules;
mod scan;

pub use rules::{RuleBits, RuleError, TextRules};
pub use scan::{Hit, Searchers};
