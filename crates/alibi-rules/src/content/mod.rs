//! Applies text rules to blobs. Each unique blob is searched once: first for literals, and then with regular
//! expressions near these literals. Text that a delta copies is not searched for literals again.
//!
//! The input is the text rules of the selected heuristics, and blobs as they are read. The output is the hits, which
//! are the places where a rule's atoms match near each other.

mod archive;
mod checks;
mod embedded;
mod encoded;
mod flow_rule;
mod flows;
mod hit;
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

pub use alibi_code::Reading;
pub use encoded::reveal;
pub use hit::Hit;
pub use inert::Syntax;
pub use kind::{opaque, text};
pub use redact::Redactor;
pub use rules::{RuleBits, RuleError, TextRules};
pub use scan::{Memo, Scanned, Scanner};
