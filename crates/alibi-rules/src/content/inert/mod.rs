//! Finds text that is never run: comments, docstrings and printed messages.
//!
//! A match in such text is not an attack, so attackers try to make their code look like such text. A stretch is
//! therefore inert only where the syntax leaves no doubt. Where the lexer cannot decide (an unclosed quote, a slash
//! that may divide or begin a regular expression), all text that follows counts as code.

mod braces;
mod find;
mod hash;
mod lexing;
mod printed;
mod python;
mod syntax;

pub(super) use find::{covers, inert};
pub use syntax::Syntax;
