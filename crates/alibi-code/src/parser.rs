//! Parses tokens of any language. The parser accepts everything: it reads the forms that the languages share, and skips
//! what it does not know.

use crate::ast::{Expr, ExprKind, Stmt};
use crate::language::Language;
use crate::lexer::tokens;
use crate::token::{Kind, Token};
use std::ops::Range;

/// Maximum depth of nested expressions, blocks and interpolated code.
const MAX_DEPTH: usize = 60;

/// A parsed file.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub body: Vec<Stmt>,
    /// Whether a limit was reached, so that a part was not read.
    pub cut_short: bool,
}

/// The state of the parser.
pub(crate) struct Parser<'t> {
    pub text: &'t [u8],
    pub language: Language,
    pub tokens: Vec<Token>,
    pub place: usize,
    pub depth: usize,
    pub cut_short: bool,
}

/// Parses a part of a text.
pub(crate) fn parse(text: &[u8], part: Range<usize>, language: Language) -> Program {
    parse_nested(text, part, language, 0)
}

pub(crate) fn parse_nested(text: &[u8], part: Range<usize>, language: Language, depth: usize) -> Program {
    if depth >= MAX_DEPTH {
        return Program { body: Vec::new(), cut_short: true };
    }
    let (tokens, cut_short) = tokens(text, part, language);
    let mut parser = Parser { text, language, tokens, place: 0, depth, cut_short };
    let mut body = Vec::new();
    while parser.place < parser.tokens.len() {
        let before = parser.place;
        parser.statement(&mut body);
        if parser.place == before {
            parser.place += 1;
        }
    }
    Program { body, cut_short: parser.cut_short }
}

impl Parser<'_> {
    /// The token at the place plus `ahead`.
    pub(crate) fn peek_at(&self, ahead: usize) -> Option<&Kind> {
        self.tokens.get(self.place + ahead).map(|token| &token.kind)
    }

    pub(crate) fn peek(&self) -> Option<&Kind> {
        self.peek_at(0)
    }

    /// The position of the next token.
    pub(crate) fn at(&self) -> usize {
        self.tokens.get(self.place).map_or(self.text.len(), |token| token.at)
    }

    pub(crate) fn is_op(&self, op: &str) -> bool {
        matches!(self.peek(), Some(Kind::Op(found)) if *found == op)
    }

    pub(crate) fn is_op_at(&self, ahead: usize, op: &str) -> bool {
        matches!(self.peek_at(ahead), Some(Kind::Op(found)) if *found == op)
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Kind::Word(found)) if found == word)
    }

    pub(crate) fn word(&self) -> Option<&str> {
        match self.peek() {
            Some(Kind::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// Skips the operator, if it is next.
    pub(crate) fn take(&mut self, op: &str) -> bool {
        let is = self.is_op(op);
        self.place += usize::from(is);
        is
    }

    /// Skips the word, if it is next.
    pub(crate) fn take_word(&mut self, word: &str) -> bool {
        let is = self.is_word(word);
        self.place += usize::from(is);
        is
    }

    /// Returns the next word, and skips it.
    pub(crate) fn name(&mut self) -> Option<String> {
        let word = self.word()?.to_owned();
        self.place += 1;
        Some(word)
    }

    pub(crate) fn skip_newlines(&mut self) {
        while matches!(self.peek(), Some(Kind::Newline)) {
            self.place += 1;
        }
    }

    /// Calls `read` one level deeper; skips a token instead at the limit.
    pub(crate) fn deeper<T>(&mut self, otherwise: T, read: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= MAX_DEPTH {
            self.cut_short = true;
            self.place += 1;
            return otherwise;
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// The place after the bracket that closes the one at `place`.
    pub(crate) fn after_bracket(&self, place: usize) -> usize {
        let mut depth = 0usize;
        for (index, token) in self.tokens.iter().enumerate().skip(place) {
            match token.kind {
                Kind::Op("(" | "[" | "{") => depth += 1,
                Kind::Op(")" | "]" | "}") => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return index + 1;
                    }
                }
                _ => {}
            }
        }
        self.tokens.len()
    }

    /// Reads parameters in parentheses or between bars, up to the closing token.
    pub(crate) fn parameters(&mut self, close: &str) -> Vec<(String, Option<Expr>)> {
        let mut parameters = Vec::new();
        while self.place < self.tokens.len() && !self.is_op(close) {
            let before = self.place;
            if let Some(parameter) = self.parameter(close) {
                parameters.push(parameter);
            }
            self.take(",");
            self.skip_newlines();
            if self.place == before {
                self.place += 1;
            }
        }
        self.take(close);
        parameters
    }

    /// Reads one parameter: its name is the word before a colon or an equals sign; otherwise the first word in Go, and
    /// the last word elsewhere.
    fn parameter(&mut self, close: &str) -> Option<(String, Option<Expr>)> {
        let (mut name, mut is_named, mut default): (Option<String>, bool, Option<Expr>) = (None, false, None);
        while self.place < self.tokens.len() && !self.is_op(close) && !self.is_op(",") {
            match self.peek() {
                Some(Kind::Word(word)) if !is_named => {
                    let word = word.trim_start_matches('&').to_owned();
                    if name.is_none() || self.language != Language::Go {
                        name = Some(word);
                    }
                    self.place += 1;
                }
                Some(Kind::Op(":")) => {
                    is_named = true;
                    self.place += 1;
                }
                Some(Kind::Op("=")) => {
                    self.place += 1;
                    default = Some(self.expression());
                }
                Some(Kind::Op("(" | "[" | "{")) => {
                    // A pattern has several names, of which only the last one is known here.
                    let end = self.after_bracket(self.place);
                    let mut words = self.tokens[self.place..end].iter().filter_map(|token| match &token.kind {
                        Kind::Word(word) => Some(word.clone()),
                        _ => None,
                    });
                    if name.is_none() {
                        name = words.next_back();
                    }
                    self.place = end;
                }
                _ => self.place += 1,
            }
        }
        Some((name?, default))
    }

    /// Reads a block in braces, or one that is indented or closed with a word, or a single statement.
    pub(crate) fn block(&mut self, opener: usize) -> Vec<Stmt> {
        let mut body = Vec::new();
        self.deeper((), |parser| {
            let mut ahead = 0;
            while matches!(parser.peek_at(ahead), Some(Kind::Newline)) {
                ahead += 1;
            }
            if parser.is_op_at(ahead, "{") && !parser.language.is_indented() {
                parser.place += ahead + 1;
                parser.statements_until(&mut body, |p| p.is_op("}"));
                parser.take("}");
            } else if parser.language.is_indented() {
                parser.take(":");
                if matches!(parser.peek(), Some(Kind::Newline)) {
                    let limit = parser.column_of_line(opener);
                    parser.skip_newlines();
                    parser.statements_until(&mut body, |p| p.tokens[p.place].column.is_some_and(|c| c <= limit));
                } else {
                    parser.statements_until(&mut body, |p| matches!(p.peek(), Some(Kind::Newline)));
                }
            } else if parser.language.closes_with_end() {
                let limit = parser.column_of_line(opener);
                parser.statements_until(&mut body, |p| {
                    p.is_word("end") && p.tokens[p.place].column.is_none_or(|column| column <= limit)
                });
                parser.take_word("end");
            } else {
                parser.statement(&mut body);
            }
        });
        body
    }

    fn statements_until(&mut self, body: &mut Vec<Stmt>, is_end: impl Fn(&Self) -> bool) {
        while self.place < self.tokens.len() && !is_end(self) {
            let before = self.place;
            self.statement(body);
            if self.place == before {
                self.place += 1;
            }
        }
    }

    /// The column of the first token of the line that holds a token.
    fn column_of_line(&self, place: usize) -> u32 {
        let tokens = &self.tokens[..(place + 1).min(self.tokens.len())];
        tokens.iter().rev().find_map(|token| token.column).unwrap_or(0)
    }

    /// An expression that stands for nothing.
    pub(crate) fn unknown(&self) -> Expr {
        Expr::new(ExprKind::Unknown, self.at())
    }
}
