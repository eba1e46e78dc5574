//! Parses values that begin with a word, strings with code in them, and closures.

use crate::ast::{Expr, ExprKind, Function, Stmt};
use crate::language::Language;
use crate::parser::{Parser, parse_nested};
use crate::statements::is_function_word;
use crate::token::{Kind, Piece};
use std::rc::Rc;

impl Parser<'_> {
    pub(crate) fn worded_value(&mut self, at: usize) -> Expr {
        let word = self.name().unwrap_or_default();
        let start = self.place - 1;
        match word.as_str() {
            _ if is_function_word(&word, self.language) && (self.is_op("(") || self.is_op("{") || self.is_op("*")) => {
                self.take("*");
                let parameters = if self.take("(") { self.parameters(")") } else { Vec::new() };
                if self.language == Language::Php && self.is_word("use") {
                    self.place += 1;
                    if self.is_op("(") {
                        self.place = self.after_bracket(self.place);
                    }
                }
                self.skip_result_type();
                let body = self.function_body(start);
                Expr::new(ExprKind::Lambda(Rc::new(Function { name: String::new(), parameters, body })), at)
            }
            "function" if matches!(self.peek(), Some(Kind::Word(_))) => {
                let name = self.name().unwrap_or_default();
                let parameters = if self.take("(") { self.parameters(")") } else { Vec::new() };
                self.skip_result_type();
                let body = self.function_body(start);
                Expr::new(ExprKind::Lambda(Rc::new(Function { name, parameters, body })), at)
            }
            "lambda" if self.language == Language::Python => {
                let parameters = self.parameters(":");
                let body = vec![Stmt::Return(self.expression())];
                Expr::new(ExprKind::Lambda(Rc::new(Function { name: String::new(), parameters, body })), at)
            }
            "class" if self.language == Language::JavaScript => {
                while self.place < self.tokens.len() && !self.is_op("{") {
                    self.place += 1;
                }
                let body = self.block(start);
                Expr::new(ExprKind::Lambda(Rc::new(Function { name: String::new(), parameters: Vec::new(), body })), at)
            }
            "if" | "match" | "switch" | "when" | "begin" | "unsafe" | "try" | "do" if !self.is_op(".") => {
                // A block with a value.
                while !matches!(self.peek(), None | Some(Kind::Op("{") | Kind::Newline)) {
                    self.place += 1;
                }
                let body = self.block(start);
                let body = Function { name: String::new(), parameters: Vec::new(), body };
                Expr::new(ExprKind::Lambda(Rc::new(body)), at)
            }
            _ => Expr::new(ExprKind::Name(word), at),
        }
    }

    /// Joins the pieces of a string. Interpolated code is parsed.
    pub(crate) fn template(&mut self, pieces: Vec<Piece>, at: usize) -> Expr {
        let parts = pieces.into_iter().map(|piece| match piece {
            Piece::Text(text) => Expr::new(ExprKind::Text(text), at),
            Piece::Code(range) => {
                let program = parse_nested(self.text, range, self.language, self.depth + 8);
                self.cut_short |= program.cut_short;
                match program.body.into_iter().next() {
                    Some(Stmt::Expr(value) | Stmt::Return(value)) => value,
                    _ => Expr::new(ExprKind::Unknown, at),
                }
            }
        });
        let parts = parts.collect();
        Expr::new(ExprKind::Join(parts), at)
    }

    /// Reads a closure of Rust.
    pub(crate) fn closure(&mut self, at: usize) -> Expr {
        let parameters = if self.take("||") {
            Vec::new()
        } else {
            self.place += 1;
            self.parameters("|")
        };
        let start = self.place;
        let body = if self.is_op("{") { self.block(start) } else { vec![Stmt::Return(self.expression())] };
        Expr::new(ExprKind::Lambda(Rc::new(Function { name: String::new(), parameters, body })), at)
    }
}
