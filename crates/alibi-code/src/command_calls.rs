//! Parses calls without parentheses.

use crate::ast::{Argument, Expr, ExprKind};
use crate::language::Language;
use crate::parser::Parser;
use crate::token::Kind;

impl Parser<'_> {
    /// Reads the rest of a pipeline of PowerShell: each command receives the value of the one before.
    pub(crate) fn after_command(&mut self, mut value: Expr) -> Expr {
        while self.language == Language::PowerShell && self.take("|") {
            let at = self.at();
            let next = self.expression_in_pipe();
            value = Expr::new(ExprKind::Call(Box::new(next), vec![Argument { name: None, value }]), at);
        }
        value
    }

    /// Reads `& command arguments` and `. script`.
    pub(crate) fn invocation(&mut self, at: usize) -> Expr {
        self.place += 1;
        let value = self.unary();
        let mut arguments = vec![Argument { name: None, value }];
        arguments.extend(self.command_arguments());
        let callee = Expr::new(ExprKind::Name("&".to_owned()), at);
        let call = Expr::new(ExprKind::Call(Box::new(callee), arguments), at);
        self.after_command(call)
    }

    /// Whether a parameter of a command of PowerShell begins here: `-Name`.
    pub(crate) fn is_parameter(&self) -> bool {
        self.language == Language::PowerShell
            && matches!(self.peek_at(1), Some(Kind::Word(_)))
            && self.tokens.get(self.place + 1).is_some_and(|token| !token.spaced)
    }

    /// Reads the arguments of a command whose value is assigned.
    pub(crate) fn command_of(&mut self, value: Expr) -> Expr {
        let is_command = matches!(&value.kind, ExprKind::Name(name) if !name.starts_with('$'));
        let begins =
            matches!(self.peek(), Some(Kind::Word(_) | Kind::Text(_) | Kind::Template(_))) || self.is_parameter();
        if self.language != Language::PowerShell || !is_command || !begins {
            return value;
        }
        let at = value.at;
        let arguments = self.command_arguments();
        let call = Expr::new(ExprKind::Call(Box::new(value), arguments), at);
        self.after_command(call)
    }

    fn expression_in_pipe(&mut self) -> Expr {
        let next = self.unary();
        if matches!(self.peek(), Some(Kind::Word(_) | Kind::Text(_) | Kind::Op("-"))) {
            let _ = self.command_arguments();
        }
        next
    }

    /// Reads the arguments of a call without parentheses.
    pub(crate) fn command_arguments(&mut self) -> Vec<Argument> {
        let mut arguments = Vec::new();
        loop {
            let before = self.place;
            let name = if self.language == Language::PowerShell
                && self.is_op("-")
                && matches!(self.peek_at(1), Some(Kind::Word(_)))
            {
                self.place += 1;
                self.name()
            } else {
                None
            };
            let ends = matches!(self.peek(), None | Some(Kind::Newline | Kind::Op(";" | "}" | ")" | "|" | "]")))
                || self.tokens[self.place].column.is_some();
            if ends {
                arguments.extend(name.map(|name| Argument { name: Some(name), value: self.unknown() }));
                return arguments;
            }
            let argument = self.argument();
            arguments.push(Argument { name: name.or(argument.name), value: argument.value });
            let more = self.take(",") || self.language == Language::PowerShell;
            if !more || self.place == before {
                return arguments;
            }
            self.skip_newlines();
        }
    }
}
