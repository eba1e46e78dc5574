//! The state of the lexer.

use crate::language::Language;
use crate::token::{Kind, Token};

/// The state of the lexer.
pub(crate) struct Lexer<'t> {
    pub text: &'t [u8],
    pub language: Language,
    pub at: usize,
    pub end: usize,
    pub tokens: Vec<Token>,
    /// The open brackets.
    pub open: Vec<u8>,
    pub line_start: usize,
    pub begins_line: bool,
    pub spaced: bool,
}

impl Lexer<'_> {
    /// The bytes that are still to be read.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.text[self.at.min(self.end)..self.end]
    }

    /// Whether a value may begin here, so that a slash begins a regular expression.
    pub(crate) fn expects_value(&self) -> bool {
        const BEFORE_VALUES: [&str; 12] =
            ["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "and"];
        match self.tokens.last().map(|t| &t.kind) {
            None | Some(Kind::Newline) => true,
            Some(Kind::Op(op)) => !matches!(*op, ")" | "]" | "}"),
            Some(Kind::Word(word)) => BEFORE_VALUES.contains(&word.as_str()),
            _ => false,
        }
    }
}
