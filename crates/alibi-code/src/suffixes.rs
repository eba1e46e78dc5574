//! Parses what follows a value: members, indexes, calls and blocks.

use crate::ast::{Argument, Expr, ExprKind, Function};
use crate::language::Language;
use crate::parser::Parser;
use crate::token::Kind;
use std::rc::Rc;

/// Maximum number of members and calls in a row.
const MAX_SUFFIXES: usize = 200;

impl Parser<'_> {
    /// Reads members, indexes and calls after a value.
    pub(crate) fn suffixes(&mut self, mut value: Expr, at: usize) -> Expr {
        for _ in 0..MAX_SUFFIXES {
            let before = self.place;
            let spaced = self.tokens.get(self.place).is_some_and(|token| token.spaced);
            match self.peek() {
                Some(Kind::Newline) if self.continues_with_member() => self.skip_newlines(),
                Some(Kind::Op("." | "?." | "->" | "::")) if !self.joins_text() => value = self.member(value, at),
                Some(Kind::Op("(")) if !(spaced && self.is_spaced_apart()) => {
                    self.place += 1;
                    let arguments = self.arguments(")");
                    value = Expr::new(ExprKind::Call(Box::new(value), arguments), at);
                }
                Some(Kind::Op("[")) if !spaced || self.language == Language::JavaScript => {
                    self.place += 1;
                    // `[::-1]` reverses a text.
                    if self.is_op("::") && self.is_op_at(1, "-") || self.is_op(":") && self.is_op_at(1, ":") {
                        self.place = self.after_bracket(self.place - 1);
                        let reverse = Expr::new(ExprKind::Member(Box::new(value), "reverse".to_owned()), at);
                        value = Expr::new(ExprKind::Call(Box::new(reverse), Vec::new()), at);
                        continue;
                    }
                    let mut items = self.arguments("]");
                    let index = items.pop().map_or_else(|| self.unknown(), |argument| argument.value);
                    value = Expr::new(ExprKind::Index(Box::new(value), Box::new(index)), at);
                }
                Some(Kind::Op("!" | "?")) if !spaced && self.is_assertion() => self.place += 1,
                Some(Kind::Op("...")) if self.language == Language::Go => self.place += 1,
                // `T{a: b}`
                Some(Kind::Op("{"))
                    if self.language == Language::Go
                        && !spaced
                        && matches!(value.kind, ExprKind::Name(_) | ExprKind::Member(..)) =>
                {
                    value = self.map(at);
                }
                Some(Kind::Text(_) | Kind::Template(_)) if self.is_tagged(&value, spaced) => {
                    let text = self.unary();
                    value = Expr::new(ExprKind::Call(Box::new(value), vec![Argument { name: None, value: text }]), at);
                }
                Some(Kind::Op("{")) if self.is_trailing_block(&value) => value = self.trailing_block(value, at),
                Some(Kind::Word(word))
                    if word == "do" && self.language == Language::Ruby && self.is_block_call(&value) =>
                {
                    value = self.trailing_block(value, at);
                }
                _ => {}
            }
            if self.place == before {
                return value;
            }
        }
        self.cut_short = true;
        Expr::new(ExprKind::Unknown, at)
    }

    fn continues_with_member(&self) -> bool {
        let mut ahead = 0;
        while matches!(self.peek_at(ahead), Some(Kind::Newline)) {
            ahead += 1;
        }
        matches!(self.peek_at(ahead), Some(Kind::Op("." | "?." | "::")))
    }

    /// Whether a space before an opening parenthesis separates a name from an argument.
    fn is_spaced_apart(&self) -> bool {
        matches!(self.language, Language::Ruby | Language::PowerShell)
    }

    /// Whether an exclamation or question mark only asserts that a value exists.
    fn is_assertion(&self) -> bool {
        let follows = matches!(self.peek_at(1), Some(Kind::Op("." | ")" | "[" | "," | ";" | "(")) | None)
            || self.language == Language::Rust && matches!(self.peek_at(1), Some(Kind::Newline));
        follows
            && matches!(
                self.language,
                Language::Kotlin | Language::Swift | Language::JavaScript | Language::Rust | Language::CSharp
            )
    }

    fn is_tagged(&self, value: &Expr, spaced: bool) -> bool {
        let is_template = self.text.get(self.at()) == Some(&b'`');
        self.language == Language::JavaScript && is_template && !spaced && !matches!(value.kind, ExprKind::Text(_))
            || self.language == Language::Lua && matches!(value.kind, ExprKind::Name(_) | ExprKind::Member(..))
    }

    fn is_trailing_block(&self, value: &Expr) -> bool {
        match self.language {
            Language::Ruby => self.is_block_call(value) && !matches!(value.kind, ExprKind::Name(_)),
            Language::Kotlin | Language::Swift | Language::Groovy => matches!(value.kind, ExprKind::Call(..)),
            _ => false,
        }
    }

    fn is_block_call(&self, value: &Expr) -> bool {
        matches!(value.kind, ExprKind::Call(..) | ExprKind::Member(..) | ExprKind::Name(_))
    }

    /// Reads a block as the last argument of a call.
    fn trailing_block(&mut self, value: Expr, at: usize) -> Expr {
        let start = self.place;
        let is_do = self.take_word("do");
        let parameters = self.block_parameters(is_do);
        let body = self.block(start);
        let function = Function { name: String::new(), parameters, body };
        let block = Argument { name: None, value: Expr::new(ExprKind::Lambda(Rc::new(function)), at) };
        let kind = match value.kind {
            ExprKind::Call(callee, mut arguments) => {
                arguments.push(block);
                ExprKind::Call(callee, arguments)
            }
            _ => ExprKind::Call(Box::new(value), vec![block]),
        };
        Expr::new(kind, at)
    }

    /// Reads `|a, b|`, and `a, b ->` or `a, b in` after an opening brace. The brace itself is left.
    fn block_parameters(&mut self, is_do: bool) -> Vec<(String, Option<Expr>)> {
        let brace = usize::from(!is_do);
        if self.language == Language::Ruby {
            if !self.is_op_at(brace, "|") {
                return Vec::new();
            }
            let open = self.place;
            self.place += brace + 1;
            let parameters = self.parameters("|");
            // The block's reader expects the brace next.
            if !is_do {
                self.place -= 1;
                self.tokens[self.place] = self.tokens[open].clone();
            }
            return parameters;
        }
        let mut names = Vec::new();
        let mut ahead = brace;
        while let Some(Kind::Word(name)) = self.peek_at(ahead) {
            names.push((name.clone(), None));
            ahead += 1;
            if self.is_op_at(ahead, ",") {
                ahead += 1;
            }
            let ends =
                self.is_op_at(ahead, "->") || matches!(self.peek_at(ahead), Some(Kind::Word(word)) if word == "in");
            if ends {
                let open = self.place;
                self.place += ahead;
                self.tokens[self.place] = self.tokens[open].clone();
                return names;
            }
        }
        if self.language == Language::Kotlin { vec![("it".to_owned(), None)] } else { Vec::new() }
    }

    /// Whether the next point joins two texts.
    fn joins_text(&self) -> bool {
        let spaced = self.tokens.get(self.place).is_some_and(|token| token.spaced);
        self.is_op(".")
            && match self.language {
                Language::Php => true,
                Language::Perl => spaced || !matches!(self.peek_at(1), Some(Kind::Word(_))),
                _ => false,
            }
    }

    /// Reads `.name`, `?.name`, `->name` and `::name`, with type arguments skipped.
    fn member(&mut self, value: Expr, at: usize) -> Expr {
        self.place += 1;
        match self.peek() {
            Some(Kind::Word(_)) => {
                let name = self.name().unwrap_or_default();
                Expr::new(ExprKind::Member(Box::new(value), name), at)
            }
            // `a?.(b)`, `a?.[b]`, `$a->{b}` and `a::<T>()`
            Some(Kind::Op("<")) => {
                let mut depth = 0;
                while self.place < self.tokens.len() {
                    depth += i32::from(self.is_op("<")) - i32::from(self.is_op(">"));
                    self.place += 1;
                    if depth <= 0 {
                        break;
                    }
                }
                value
            }
            _ => value,
        }
    }
}
