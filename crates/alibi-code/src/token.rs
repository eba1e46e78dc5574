//! The tokens of source code.

use std::ops::Range;

/// A token.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Kind {
    /// A name or a keyword, with its sigil.
    Word(String),
    /// A string without interpolated code.
    Text(String),
    /// A string with interpolated code.
    Template(Vec<Piece>),
    /// A whole number.
    Number(i64),
    /// An operator or a bracket.
    Op(&'static str),
    /// The end of a line, where it can end a statement.
    Newline,
}

/// A part of a string.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Piece {
    /// Literal text.
    Text(String),
    /// Code, by its position.
    Code(Range<usize>),
}

/// A token with its position.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Token {
    pub kind: Kind,
    /// The position of its first byte.
    pub at: usize,
    /// The number of bytes before it on its line, for tokens that begin a line; otherwise `None`.
    pub column: Option<u32>,
    /// Whether white space precedes it.
    pub spaced: bool,
}
