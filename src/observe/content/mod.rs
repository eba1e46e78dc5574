//! Text rules over blobs: each unique blob is searched once, by literals first and by regular expressions only on the
//! lines where a literal stands; what a delta copies is not searched again.
//!
//! In: the text rules of the selected heuristics, and blobs while they stream by. Out: where a rule's atoms meet.

mod checks;
mod encoded;
mod inert;
mod join;
mod kind;
mod literals;
mod pieces;
mod redact;
mod rules;
mod scan;
mod values;
mod views;

pub use encoded::reveal;
pub use inert::Syntax;
pub use kind::{opaque, text};
pub use redact::Redactor;
pub use rules::{RuleBits, RuleError, TextRules};
pub use scan::{Hit, Memo, Scanned, Scanner};
