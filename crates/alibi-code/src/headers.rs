//! Parses conditions and the headers of loops.

use crate::ast::{Expr, ExprKind, Stmt};
use crate::language::Language;
use crate::parser::Parser;
use crate::statements::is_joint;
use crate::token::Kind;

impl Parser<'_> {
    /// Reads a condition or the header of a loop, and its block.
    pub(crate) fn header(&mut self, word: &str, body: &mut Vec<Stmt>, start: usize) {
        self.place += 1;
        let mut inner = Vec::new();
        let in_brackets = self.is_op("(") && !self.language.is_indented() && !self.language.closes_with_end();
        if in_brackets {
            let end = self.after_bracket(self.place);
            self.place += 1;
            self.header_parts(&mut inner, Some(end - 1));
            self.place = end;
        } else if !self.is_op("{") {
            self.header_parts(&mut inner, None);
        }
        if matches!(word, "case" | "when" | "catch" | "except" | "rescue") && self.take(":") {
            body.push(Stmt::Block(inner));
            return;
        }
        while self.take_word("then") || self.take_word("do") || self.take_word("throws") {}
        inner.extend(self.block(start));
        body.push(Stmt::Block(inner));
    }

    fn header_parts(&mut self, inner: &mut Vec<Stmt>, end: Option<usize>) {
        let indented = self.language.is_indented();
        loop {
            let before = self.place;
            let is_over = |p: &Self| match end {
                Some(end) => p.place >= end,
                None => {
                    p.place >= p.tokens.len()
                        || p.is_op("{")
                        || matches!(p.peek(), Some(Kind::Newline))
                        || indented && p.is_op(":")
                        || p.is_word("then")
                        || p.is_word("do")
                }
            };
            if is_over(self) {
                return;
            }
            while matches!(self.word(), Some("const" | "let" | "var" | "val" | "final" | "my" | "auto")) {
                self.place += 1;
            }
            let target = self.declared();
            if self.take_word("in")
                || self.take_word("of")
                || self.take_word("as")
                || self.take(":=")
                || !indented && self.take(":")
            {
                let is_as = matches!(self.tokens[self.place - 1].kind, Kind::Word(ref w) if w == "as");
                let binds = self.tokens[self.place - 1].kind == Kind::Op(":=");
                let is_php = self.language == Language::Php;
                let is_loop = self.take_word("range") || (!is_as || is_php) && !binds;
                let other = self.values();
                let at = target.at;
                let (target, mut value) = if is_as { (other, target) } else { (target, other) };
                if is_loop {
                    value = Expr::new(ExprKind::Each(Box::new(value)), at);
                }
                inner.push(Stmt::Expr(Expr::new(ExprKind::Assign(Box::new(target), Box::new(value), false), at)));
            } else {
                inner.push(Stmt::Expr(target));
            }
            let _ = self.take(";") || self.take(",");
            if self.place == before {
                self.place += 1;
            }
        }
    }

    /// Reads an expression; a type before a name is skipped.
    fn declared(&mut self) -> Expr {
        let mut value = self.values();
        while matches!(self.peek(), Some(Kind::Word(word)) if !is_joint(word))
            && matches!(value.kind, ExprKind::Name(_) | ExprKind::Member(..) | ExprKind::Index(..))
        {
            value = self.values();
        }
        value
    }
}
