//! Parses expressions.

use crate::ast::{Argument, Expr, ExprKind, Function, Stmt};
use crate::language::Language;
use crate::parser::Parser;
use crate::statements::is_joint;
use crate::token::Kind;
use std::rc::Rc;

/// Maximum number of operators in a row.
const MAX_CHAIN: usize = 20_000;

/// Operators that compare.
const TESTS: [&str; 11] = ["==", "!=", "===", "!==", "<", ">", "<=", ">=", "=~", "<=>", "!"];

/// Operators of numbers and bytes.
const ARITHMETIC: [&str; 8] = ["-", "*", "/", "%", "^", "&", ">>", "**"];

/// Words before a value that do not change it.
const PREFIXES: [&str; 19] = [
    "await", "async", "typeof", "void", "delete", "not", "yield", "mut", "ref", "out", "move", "box", "try", "unsafe",
    "const", "let", "var", "val", "print",
];

impl Parser<'_> {
    /// Reads the values of a statement: several ones are a list.
    pub(crate) fn values(&mut self) -> Expr {
        let at = self.at();
        let first = self.expression();
        if !self.is_op(",") {
            return first;
        }
        let mut all = vec![first];
        while self.take(",") {
            if matches!(self.peek(), None | Some(Kind::Newline | Kind::Op(";" | ")" | "}" | "]"))) {
                break;
            }
            all.push(self.expression());
        }
        // Several targets: `a, b = c` assigns to both.
        if let Some(Expr { kind: ExprKind::Assign(target, value, adds), .. }) = all.last().cloned() {
            all.pop();
            all.push(*target);
            let target = Expr::new(ExprKind::List(all), at);
            return Expr::new(ExprKind::Assign(Box::new(target), value, adds), at);
        }
        Expr::new(ExprKind::List(all), at)
    }

    /// Reads an expression with assignments, conditions and operators.
    pub(crate) fn expression(&mut self) -> Expr {
        let at = self.at();
        let otherwise = Expr::new(ExprKind::Unknown, at);
        self.deeper(otherwise, |parser| {
            let value = parser.operators(0);
            parser.after_value(value, at)
        })
    }

    fn after_value(&mut self, value: Expr, at: usize) -> Expr {
        match self.peek() {
            Some(Kind::Op(
                "=" | ":=" | "?" | "=>" | "->" | ".=" | "+=" | "||=" | "??=" | "&&=" | "-=" | "|=" | "&=" | "<<=",
            )) => {}
            // `x if c else y` and `x if c`
            Some(Kind::Word(word)) if word == "if" && self.language == Language::Python => {
                self.place += 1;
                let _ = self.operators(0);
                let mut all = vec![value];
                if self.take_word("else") {
                    all.push(self.expression());
                }
                return Expr::new(ExprKind::Either(all), at);
            }
            _ => return value,
        }
        if self.take("=") || self.take(":=") || self.take("||=") || self.take("??=") || self.take("&&=") {
            self.skip_newlines();
            let new = self.values_of_assignment();
            let new = self.command_of(new);
            return Expr::new(ExprKind::Assign(Box::new(value), Box::new(new), false), at);
        }
        if self.take("+=")
            || self.take(".=")
            || self.take("<<=")
            || self.take("|=")
            || self.take("-=")
            || self.take("&=")
        {
            let new = self.expression();
            return Expr::new(ExprKind::Assign(Box::new(value), Box::new(new), true), at);
        }
        if self.is_op("=>") || self.is_op("->") {
            return self.arrow(value, at);
        }
        if self.take("?") {
            self.skip_newlines();
            let yes = self.expression();
            self.skip_newlines();
            self.take(":");
            self.skip_newlines();
            let no = self.expression();
            return Expr::new(ExprKind::Either(vec![yes, no]), at);
        }
        value
    }

    fn values_of_assignment(&mut self) -> Expr {
        if matches!(self.language, Language::Python | Language::Go | Language::Ruby | Language::Lua) {
            self.values()
        } else {
            self.expression()
        }
    }

    /// Reads `(a, b) => body` after its parameters.
    fn arrow(&mut self, value: Expr, at: usize) -> Expr {
        self.place += 1;
        // In these languages the arrow separates a key from its value, or a pattern from its arm.
        if matches!(self.language, Language::Php | Language::Ruby | Language::Perl | Language::Rust | Language::Go) {
            if self.language == Language::Php && self.tokens.get(self.place.wrapping_sub(1)).is_some() {
                let new = self.expression();
                return Expr::new(ExprKind::Assign(Box::new(value), Box::new(new), false), at);
            }
            let new = self.expression();
            return Expr::new(ExprKind::Either(vec![value, new]), at);
        }
        let parameters = parameters_in(&value);
        self.skip_newlines();
        let start = self.place;
        let body = if self.is_op("{") { self.block(start) } else { vec![Stmt::Return(self.expression())] };
        Expr::new(ExprKind::Lambda(Rc::new(Function { name: String::new(), parameters, body })), at)
    }

    /// Reads operators that bind at least as strongly as `level`: 0 for logic, 1 for comparisons, 2 for the rest.
    pub(crate) fn operators(&mut self, level: u8) -> Expr {
        let at = self.at();
        let mut left = self.unary();
        for _ in 0..MAX_CHAIN {
            if matches!(self.peek(), Some(Kind::Newline)) && !self.continues() {
                return left;
            }
            let (op, strength) = match self.peek() {
                Some(Kind::Newline) => {
                    self.skip_newlines();
                    continue;
                }
                Some(Kind::Op(op)) => match operator(op, self.language) {
                    Some(strength) => (*op, strength),
                    None => return left,
                },
                Some(Kind::Word(word)) => match word.as_str() {
                    "and" | "or" => ("||", 0),
                    "instanceof" | "is" => ("==", 1),
                    "x" if self.language == Language::Perl => ("*", 2),
                    _ => return left,
                },
                // Strings beside each other are one string.
                Some(Kind::Text(_) | Kind::Template(_))
                    if matches!(self.language, Language::Python | Language::C | Language::Ruby)
                        && matches!(left.kind, ExprKind::Text(_) | ExprKind::Join(_)) =>
                {
                    let right = self.unary();
                    left = Expr::new(ExprKind::Join(vec![left, right]), at);
                    continue;
                }
                _ => return left,
            };
            if strength < level || op == "-" && self.is_parameter() {
                return left;
            }
            self.place += 1;
            self.skip_newlines();
            let right = self.deeper_operators(strength + 1);
            left = combine(op, left, right, at, self.language);
        }
        self.cut_short = true;
        Expr::new(ExprKind::Unknown, at)
    }

    fn deeper_operators(&mut self, level: u8) -> Expr {
        let otherwise = self.unknown();
        self.deeper(otherwise, |parser| parser.operators(level))
    }

    /// Whether the next line continues an expression.
    fn continues(&self) -> bool {
        let mut ahead = 0;
        while matches!(self.peek_at(ahead), Some(Kind::Newline)) {
            ahead += 1;
        }
        match self.peek_at(ahead) {
            Some(Kind::Op(op)) => {
                matches!(*op, "." | "?." | "&&" | "||" | "??" | "|>" | "::" | "?" | "+" | ".." | "->")
            }
            _ => false,
        }
    }

    /// Reads a value with its prefixes and suffixes.
    pub(crate) fn unary(&mut self) -> Expr {
        let at = self.at();
        match self.peek() {
            Some(Kind::Op(
                "!" | "-" | "+" | "~" | "*" | "&" | "++" | "--" | "**" | "..." | "<-" | "%" | "&&" | "..",
            )) => {
                let negates = self.is_op("!");
                self.place += 1;
                let otherwise = self.unknown();
                let value = self.deeper(otherwise, Parser::unary);
                match value.kind {
                    _ if negates && !matches!(value.kind, ExprKind::List(_)) => {
                        Expr::new(ExprKind::Test(vec![value]), at)
                    }
                    _ => value,
                }
            }
            Some(Kind::Op("@")) => {
                self.place += 1;
                // `@name` passes the items of `$name`.
                if self.language == Language::PowerShell
                    && let Some(name) = self.name()
                {
                    return Expr::new(ExprKind::Name(format!("${name}")), at);
                }
                self.unary()
            }
            Some(Kind::Word(word)) if PREFIXES.contains(&word.as_str()) && self.prefixes() => {
                self.place += 1;
                let otherwise = self.unknown();
                self.deeper(otherwise, Parser::unary)
            }
            Some(Kind::Word(word))
                if word == "new" && matches!(self.peek_at(1), Some(Kind::Word(_) | Kind::Op("(" | "["))) =>
            {
                self.place += 1;
                let value = self.primary();
                let value = self.suffixes(value, at);
                let value = self.initializer(value, at);
                match value.kind {
                    ExprKind::Name(_) | ExprKind::Member(..) => {
                        Expr::new(ExprKind::Call(Box::new(value), Vec::new()), at)
                    }
                    _ => value,
                }
            }
            _ => {
                let value = self.primary();
                self.suffixes(value, at)
            }
        }
    }

    /// Whether the next word stands before a value.
    fn prefixes(&self) -> bool {
        matches!(self.peek_at(1), Some(Kind::Word(word)) if !is_joint(word))
            || matches!(self.peek_at(1), Some(Kind::Text(_) | Kind::Template(_) | Kind::Number(_)))
            || self.is_word("await") && self.is_op_at(1, "(")
            || matches!(self.word(), Some("await" | "not" | "void" | "typeof"))
    }

    fn primary(&mut self) -> Expr {
        let at = self.at();
        let kind = match self.peek() {
            Some(Kind::Text(text)) => ExprKind::Text(text.clone()),
            Some(Kind::Number(number)) => ExprKind::Number(*number),
            Some(Kind::Template(pieces)) => {
                let pieces = pieces.clone();
                self.place += 1;
                return self.template(pieces, at);
            }
            Some(Kind::Word(_)) => return self.worded_value(at),
            Some(Kind::Op("(")) => {
                self.place += 1;
                let items = self.items(")");
                return match <[Expr; 1]>::try_from(items) {
                    Ok([one]) if !matches!(self.peek(), Some(Kind::Op("=>" | "->"))) => one,
                    Ok([one]) => Expr::new(ExprKind::List(vec![one]), at),
                    Err(items) => Expr::new(ExprKind::List(items), at),
                };
            }
            Some(Kind::Op("[")) => {
                self.place += 1;
                let items = self.items("]");
                if self.language == Language::Go && self.is_composite() {
                    self.place += 1;
                    return Expr::new(ExprKind::List(self.items("}")), at);
                }
                return Expr::new(ExprKind::List(items), at);
            }
            Some(Kind::Op("{")) => return self.map(at),
            Some(Kind::Op("|" | "||")) if self.language == Language::Rust => return self.closure(at),
            Some(Kind::Op("->")) if self.language == Language::Ruby => {
                self.place += 1;
                let start = self.place;
                let parameters = if self.take("(") { self.parameters(")") } else { Vec::new() };
                self.take_word("do");
                let body = self.block(start);
                ExprKind::Lambda(Rc::new(Function { name: String::new(), parameters, body }))
            }
            _ => {
                if !matches!(self.peek(), None | Some(Kind::Newline | Kind::Op(")" | "]" | "}" | ";" | ","))) {
                    self.place += 1;
                }
                return Expr::new(ExprKind::Unknown, at);
            }
        };
        if !matches!(kind, ExprKind::Lambda(_)) {
            self.place += 1;
        }
        Expr::new(kind, at)
    }
}

/// The strength of an operator: 0 for logic, 1 for comparisons, 2 for the rest; `None` if it is no operator.
fn operator(op: &str, language: Language) -> Option<u8> {
    match op {
        "||" | "&&" | "??" | "|>" => Some(0),
        _ if TESTS.contains(&op) => Some(1),
        "+" | "|" | "<<" | ".." | "." => Some(2),
        "%" if language != Language::Php => Some(2),
        _ if ARITHMETIC.contains(&op) => Some(2),
        _ => None,
    }
}

/// Combines two operands. A chain of the same operator is one flat list, since a deep one could not be evaluated.
fn combine(op: &'static str, left: Expr, right: Expr, at: usize, language: Language) -> Expr {
    let joins = matches!(op, "+" | ".." | "." | "<<");
    let mut left = left;
    match &mut left.kind {
        ExprKind::Join(parts) if joins => {
            parts.push(right);
            return left;
        }
        ExprKind::Either(all) if matches!(op, "||" | "&&" | "??" | "|") => {
            all.push(right);
            return left;
        }
        ExprKind::Test(all) if TESTS.contains(&op) => {
            all.push(right);
            return left;
        }
        _ => {}
    }
    let is_formatting = op == "%" && matches!(language, Language::Python | Language::Ruby);
    let kind = match op {
        "+" | ".." | "." | "<<" => ExprKind::Join(vec![left, right]),
        "%" if is_formatting => ExprKind::Join(vec![left, right]),
        "||" | "&&" | "??" | "|" => ExprKind::Either(vec![left, right]),
        "|>" => ExprKind::Call(Box::new(right), vec![Argument { name: None, value: left }]),
        _ if TESTS.contains(&op) => ExprKind::Test(vec![left, right]),
        _ => ExprKind::Arithmetic(op, Box::new(left), Box::new(right)),
    };
    Expr::new(kind, at)
}

/// The names in the parameters of an arrow function.
pub(crate) fn parameters_in(value: &Expr) -> Vec<(String, Option<Expr>)> {
    match &value.kind {
        ExprKind::Name(name) => vec![(name.clone(), None)],
        ExprKind::List(items) => items.iter().flat_map(parameters_in).collect(),
        ExprKind::Map(pairs) => pairs.iter().flat_map(|(_, value)| parameters_in(value)).collect(),
        ExprKind::Assign(target, default, _) => {
            let mut all = parameters_in(target);
            if let [(_, value)] = &mut all[..] {
                *value = Some((**default).clone());
            }
            all
        }
        _ => Vec::new(),
    }
}
