//! Parses statements.

use crate::ast::{Argument, Expr, ExprKind, Function, Stmt};
use crate::language::Language;
use crate::parser::Parser;
use crate::token::Kind;
use std::rc::Rc;

/// Whether a word introduces a function.
pub(crate) fn is_function_word(word: &str, language: Language) -> bool {
    match word {
        "function" => language != Language::Python,
        "def" => matches!(language, Language::Python | Language::Ruby | Language::Groovy),
        "fn" => matches!(language, Language::Rust | Language::Php),
        "func" => matches!(language, Language::Go | Language::Swift),
        "fun" => language == Language::Kotlin,
        "sub" => language == Language::Perl,
        _ => false,
    }
}

/// Words that a condition or a header and a block follow.
const HEADERS: [&str; 24] = [
    "if",
    "elif",
    "elsif",
    "elseif",
    "unless",
    "while",
    "until",
    "for",
    "foreach",
    "switch",
    "match",
    "with",
    "catch",
    "except",
    "rescue",
    "case",
    "when",
    "using",
    "lock",
    "synchronized",
    "guard",
    "select",
    "given",
    "module",
];

/// Words that a block may follow directly.
const BLOCKS: [&str; 12] = [
    "else",
    "try",
    "finally",
    "do",
    "begin",
    "ensure",
    "loop",
    "unsafe",
    "defer",
    "BEGIN",
    "repeat",
    "autoreleasepool",
];

/// Words before a declaration.
const MODIFIERS: [&str; 35] = [
    "const",
    "let",
    "var",
    "val",
    "my",
    "our",
    "local",
    "export",
    "default",
    "public",
    "private",
    "protected",
    "internal",
    "static",
    "final",
    "async",
    "pub",
    "mut",
    "extern",
    "inline",
    "override",
    "abstract",
    "readonly",
    "declare",
    "await",
    "global",
    "nonlocal",
    "unsigned",
    "virtual",
    "sealed",
    "lateinit",
    "suspend",
    "lazy",
    "volatile",
    "go",
];

/// Words that introduce a type.
const TYPES: [&str; 11] =
    ["class", "interface", "struct", "enum", "trait", "impl", "namespace", "object", "contract", "extension", "union"];

impl Parser<'_> {
    /// Reads one statement.
    pub(crate) fn statement(&mut self, body: &mut Vec<Stmt>) {
        let start = self.place;
        match self.peek() {
            None => {}
            Some(Kind::Newline | Kind::Op(";" | "," | ")" | "]" | "}")) => self.place += 1,
            Some(Kind::Op("{")) if self.language != Language::Python => {
                let block = self.block(start);
                body.push(Stmt::Block(block));
            }
            Some(Kind::Op("@")) => self.annotation(),
            Some(Kind::Word(word)) => {
                let word = word.clone();
                self.worded(&word, body, start);
            }
            Some(_) => self.expression_statement(body, start),
        }
    }

    fn worded(&mut self, word: &str, body: &mut Vec<Stmt>, start: usize) {
        let is_called = self.is_op_at(1, "(") || self.is_op_at(1, ".") || self.is_op_at(1, "=");
        let is_function = is_function_word(word, self.language) && !self.is_op_at(1, ".") && !self.is_op_at(1, "=");
        if MODIFIERS.contains(&word) && !is_called {
            self.place += 1;
            if self.is_op("{") && matches!(word, "const" | "let" | "var") {
                let place = self.place;
                self.expression_statement(body, place);
            } else {
                self.statement(body);
            }
        } else if is_function && matches!(self.peek_at(1), Some(Kind::Word(_) | Kind::Op("(" | "*" | "<"))) {
            self.function(body, start);
        } else if matches!(word, "import" | "from" | "use" | "require" | "using") && self.import(word, body) {
        } else if TYPES.contains(&word) && matches!(self.peek_at(1), Some(Kind::Word(_) | Kind::Op("<"))) {
            self.type_body(body, start);
        } else if matches!(word, "return" | "yield" | "throw" | "raise") {
            self.place += 1;
            let value = self.values();
            body.push(Stmt::Return(value));
        } else if BLOCKS.contains(&word) && !is_called {
            self.place += 1;
            let block = self.block(start);
            body.push(Stmt::Block(block));
        } else if HEADERS.contains(&word) && (!is_called || self.is_op_at(1, "(")) {
            self.header(word, body, start);
        } else if matches!(word, "end" | "then" | "fi" | "done" | "break" | "continue" | "pass" | "package") {
            self.place += 1;
        } else {
            self.expression_statement(body, start);
        }
    }

    /// Skips an annotation or a decorator.
    fn annotation(&mut self) {
        self.place += 1;
        while matches!(self.peek(), Some(Kind::Word(_) | Kind::Op("." | ":"))) {
            self.place += 1;
        }
        if self.is_op("(") {
            self.place = self.after_bracket(self.place);
        }
    }

    fn function(&mut self, body: &mut Vec<Stmt>, start: usize) {
        self.place += 1;
        self.take("*");
        // A method of Go names its receiver first.
        if self.language == Language::Go && self.is_op("(") {
            self.place = self.after_bracket(self.place);
        }
        let mut name = self.name().unwrap_or_default();
        while self.take(".") || self.take(":") || self.take("::") {
            name = self.name().unwrap_or_default();
        }
        if self.is_op("<") {
            self.skip_generics();
        }
        let parameters = if self.take("(") { self.parameters(")") } else { Vec::new() };
        self.skip_result_type();
        let block = self.function_body(start);
        body.push(Stmt::Function(Rc::new(Function { name, parameters, body: block })));
    }

    pub(crate) fn function_body(&mut self, start: usize) -> Vec<Stmt> {
        // Kotlin, Scala and Ruby have functions that consist of an expression.
        if self.take("=") || self.take("=>") {
            if self.is_op("{") {
                return self.block(start);
            }
            return vec![Stmt::Return(self.expression())];
        }
        if self.is_op(";") {
            return Vec::new();
        }
        let mut block = self.block(start);
        // The last expression of a block is its value in these languages.
        if matches!(
            self.language,
            Language::Ruby | Language::Rust | Language::Perl | Language::Groovy | Language::PowerShell
        ) && let Some(Stmt::Expr(last)) = block.last().cloned()
        {
            block.push(Stmt::Return(last));
        }
        block
    }

    fn skip_generics(&mut self) {
        let mut depth = 0i32;
        while self.place < self.tokens.len() {
            match self.peek() {
                Some(Kind::Op("<")) => depth += 1,
                Some(Kind::Op(">")) => depth -= 1,
                Some(Kind::Op(">>")) => depth -= 2,
                Some(Kind::Op("{" | ";")) => return,
                _ => {}
            }
            self.place += 1;
            if depth <= 0 {
                return;
            }
        }
    }

    /// Skips what stands between the parameters of a function and its body.
    pub(crate) fn skip_result_type(&mut self) {
        while self.place < self.tokens.len() {
            match self.peek() {
                Some(Kind::Op("{" | ";" | "=" | "=>" | ")" | "}" | ",")) | Some(Kind::Newline) => return,
                Some(Kind::Op(":")) if self.language.is_indented() => return,
                Some(Kind::Op("(" | "[")) => self.place = self.after_bracket(self.place),
                Some(Kind::Op("<")) => self.skip_generics(),
                _ if self.language.closes_with_end() => return,
                _ => self.place += 1,
            }
        }
    }

    /// Reads the members of a type as statements of a block.
    fn type_body(&mut self, body: &mut Vec<Stmt>, start: usize) {
        while self.place < self.tokens.len() && !self.is_op("{") && !self.is_op(";") {
            match self.peek() {
                Some(Kind::Newline) => break,
                Some(Kind::Op(":")) if self.language.is_indented() => break,
                Some(Kind::Op("(" | "[")) => self.place = self.after_bracket(self.place),
                _ => self.place += 1,
            }
        }
        if !self.is_op(";") {
            let block = self.block(start);
            body.push(Stmt::Block(block));
        }
    }

    fn expression_statement(&mut self, body: &mut Vec<Stmt>, start: usize) {
        let at = self.at();
        if self.language == Language::PowerShell && matches!(self.peek(), Some(Kind::Op("&" | "."))) {
            let call = self.invocation(at);
            body.push(Stmt::Expr(call));
            return;
        }
        let mut value = self.values();
        let follows = self.place > start && self.tokens.get(self.place).is_some_and(|token| token.column.is_none());
        let is_include = self.language == Language::Php
            && matches!(&value.kind, ExprKind::Name(name) if name.starts_with("include") || name.starts_with("require"));
        let begins_value = match self.peek() {
            Some(Kind::Word(word)) => !is_joint(word),
            Some(Kind::Text(_) | Kind::Template(_)) => true,
            Some(Kind::Op("-")) => self.language == Language::PowerShell,
            _ => false,
        };
        let is_plain = matches!(value.kind, ExprKind::Name(_) | ExprKind::Member(..) | ExprKind::Index(..));
        if follows && begins_value && is_plain {
            if self.language.has_command_calls() || is_include {
                let arguments = self.command_arguments();
                value = Expr::new(ExprKind::Call(Box::new(value), arguments), at);
                value = self.after_command(value);
            } else if self.language != Language::Python {
                // What precedes a name is its type.
                self.expression_statement(body, start);
                return;
            }
        }
        // A method without a keyword: a call that a block follows.
        if let ExprKind::Call(callee, arguments) = &value.kind
            && self.is_op("{")
            && !matches!(self.language, Language::Go | Language::Ruby | Language::Python | Language::PowerShell)
        {
            let name = match &callee.kind {
                ExprKind::Name(name) | ExprKind::Member(_, name) => name.clone(),
                _ => String::new(),
            };
            let parameters = arguments.iter().filter_map(parameter_of).collect();
            let block = self.block(start);
            if matches!(callee.kind, ExprKind::Name(_))
                && self.language != Language::Kotlin
                && self.language != Language::Groovy
            {
                body.push(Stmt::Function(Rc::new(Function { name, parameters, body: block })));
            } else {
                body.push(Stmt::Expr(value));
                body.push(Stmt::Block(block));
            }
            return;
        }
        body.push(Stmt::Expr(value));
        let _ = self.take(";");
    }
}

/// A parameter that was read as an argument.
fn parameter_of(argument: &Argument) -> Option<(String, Option<Expr>)> {
    match &argument.value.kind {
        ExprKind::Name(name) => Some((name.clone(), None)),
        ExprKind::Assign(target, value, _) => match &target.kind {
            ExprKind::Name(name) => Some((name.clone(), Some((**value).clone()))),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a word joins two parts of a statement, so that it does not begin a value.
pub(crate) fn is_joint(word: &str) -> bool {
    matches!(
        word,
        "if" | "unless"
            | "while"
            | "until"
            | "for"
            | "in"
            | "of"
            | "as"
            | "is"
            | "and"
            | "or"
            | "not"
            | "then"
            | "do"
            | "else"
            | "end"
            | "rescue"
            | "instanceof"
            | "where"
            | "throws"
            | "from"
            | "range"
    )
}
