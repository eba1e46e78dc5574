//! Parses arguments, lists and maps.

use crate::ast::{Argument, Expr, ExprKind, Function};
use crate::expressions::parameters_in;
use crate::language::Language;
use crate::parser::Parser;
use crate::token::Kind;
use std::rc::Rc;

impl Parser<'_> {
    /// Reads items up to a closing bracket.
    pub(crate) fn items(&mut self, close: &str) -> Vec<Expr> {
        self.arguments(close).into_iter().map(|argument| argument.value).collect()
    }

    /// Reads arguments up to a closing bracket.
    pub(crate) fn arguments(&mut self, close: &str) -> Vec<Argument> {
        let mut arguments = Vec::new();
        while self.place < self.tokens.len() {
            self.skip_newlines();
            if self.take(close) {
                return arguments;
            }
            let before = self.place;
            if !(self.take(",") || self.take(";")) {
                let argument = self.argument();
                // What precedes a name is its type.
                let follows = matches!(self.peek(), Some(Kind::Word(_) | Kind::Number(_) | Kind::Text(_)))
                    && matches!(argument.value.kind, ExprKind::Name(_) | ExprKind::Member(..) | ExprKind::Index(..));
                if !follows {
                    arguments.push(argument);
                }
                self.comprehension(&mut arguments);
            }
            if self.place == before {
                if matches!(self.peek(), Some(Kind::Op(")" | "]" | "}"))) {
                    return arguments;
                }
                self.place += 1;
            }
        }
        arguments
    }

    /// Reads `for x in y if z` after an item: the source becomes an assignment to the loop's name.
    fn comprehension(&mut self, arguments: &mut Vec<Argument>) {
        while self.language == Language::Python && (self.take_word("for") || self.take_word("async")) {
            let at = self.at();
            let target = self.unary_list();
            self.take_word("in");
            let value = self.operators(0);
            let assigned = ExprKind::Assign(Box::new(target), Box::new(value), false);
            arguments.insert(0, Argument { name: Some("for".to_owned()), value: Expr::new(assigned, at) });
            while self.take_word("if") {
                let _ = self.operators(0);
            }
        }
    }

    fn unary_list(&mut self) -> Expr {
        let at = self.at();
        let mut all = vec![self.unary()];
        while self.take(",") {
            all.push(self.unary());
        }
        if all.len() == 1 { all.remove(0) } else { Expr::new(ExprKind::List(all), at) }
    }

    /// Reads one argument, which may have a name.
    pub(crate) fn argument(&mut self) -> Argument {
        let is_named = self.is_op_at(1, "=") && matches!(self.language, Language::Python | Language::Kotlin)
            || self.is_op_at(1, ":")
                && matches!(
                    self.language,
                    Language::Ruby | Language::Swift | Language::Groovy | Language::CSharp | Language::Php
                );
        let name = if is_named && self.word().is_some() {
            let name = self.name();
            self.place += 1;
            name
        } else {
            None
        };
        self.skip_newlines();
        let value = self.expression();
        Argument { name, value }
    }

    /// Reads `{a: b, c, ...d}`.
    pub(crate) fn map(&mut self, at: usize) -> Expr {
        let end = self.after_bracket(self.place);
        self.place += 1;
        let mut pairs = Vec::new();
        while self.place < end.saturating_sub(1) {
            self.skip_newlines();
            let before = self.place;
            if self.place >= end - 1 {
                break;
            }
            if !(self.take(",") || self.take(";")) {
                self.pair(&mut pairs);
            }
            if self.place == before {
                self.place += 1;
            }
        }
        self.place = end;
        // In these languages, braces without keys enclose the items of an array.
        let is_plain = pairs.iter().all(|(key, value)| key.at == value.at);
        if !pairs.is_empty() && is_plain && matches!(self.language, Language::Java | Language::CSharp | Language::Lua) {
            return Expr::new(ExprKind::List(pairs.into_iter().map(|(_, value)| value).collect()), at);
        }
        Expr::new(ExprKind::Map(pairs), at)
    }

    fn pair(&mut self, pairs: &mut Vec<(Expr, Expr)>) {
        let at = self.at();
        if self.is_op("[") && self.language == Language::JavaScript {
            self.place += 1;
            let key = self.items("]").pop().unwrap_or(Expr::new(ExprKind::Unknown, at));
            self.take(":");
            let value = self.expression();
            pairs.push((key, value));
            return;
        }
        let key = self.operators(1);
        // A method of an object.
        if let (ExprKind::Call(name, _), true) = (&key.kind, self.is_op("{")) {
            let start = self.place;
            let body = self.block(start);
            let function = Function { name: String::new(), parameters: parameters_in_call(&key), body };
            pairs.push(((**name).clone(), Expr::new(ExprKind::Lambda(Rc::new(function)), at)));
            return;
        }
        if self.take(":") || self.take("=>") || self.take("=") {
            self.skip_newlines();
            let value = self.expression();
            pairs.push((key, value));
        } else {
            pairs.push((key.clone(), key));
        }
    }
}

fn parameters_in_call(call: &Expr) -> Vec<(String, Option<Expr>)> {
    match &call.kind {
        ExprKind::Call(_, arguments) => arguments.iter().flat_map(|argument| parameters_in(&argument.value)).collect(),
        _ => Vec::new(),
    }
}
