//! Evaluates a file as far as its text determines it: names are resolved, strings are joined and decoded, and labels
//! follow values through assignments, calls and files.
//!
//! The order of statements matters, but conditions do not: every branch and every function is evaluated.

use crate::ast::{Expr, ExprKind, Function, Stmt};
use crate::calls::Arguments;
use crate::language::Language;
use crate::state::{Evaluator, MAX_CALLS, MAX_DEPTH, MAX_ITEMS, MAX_LIST, MAX_STEPS};
use crate::value::{CLOSE, OPEN, Value};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Names of the object that a method belongs to.
const OBJECTS: [&str; 7] = ["self", "this", "$this", "cls", "static", "Self", "$self"];

impl Evaluator<'_> {
    /// Evaluates a file.
    pub(crate) fn program(&mut self, body: &[Stmt]) {
        self.declare(body);
        self.statements(body);
        // A method may read a field that a later one assigns.
        if !self.own.is_empty() {
            self.statements(body);
        }
    }

    /// Makes functions known before their definitions are reached.
    fn declare(&mut self, body: &[Stmt]) {
        for statement in body {
            match statement {
                Stmt::Function(function) => {
                    let value = self.function_value(function);
                    self.assign_name(&function.name, value);
                }
                Stmt::Block(inner) => self.declare(inner),
                Stmt::Import { .. } => self.statement(statement),
                _ => {}
            }
        }
    }

    fn function_value(&mut self, function: &Rc<Function>) -> Value {
        self.functions.push(function.clone());
        Value { function: Some(self.functions.len() - 1), ..Value::default() }
    }

    fn statements(&mut self, body: &[Stmt]) {
        body.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Expr(expr) => {
                let value = self.expr(expr);
                // `list << item` changes the list.
                if let ExprKind::Join(parts) = &expr.kind
                    && let Some(Expr { kind: ExprKind::Name(name), .. }) = parts.first()
                    && self.language == Language::Ruby
                    && value.items.is_some()
                {
                    self.assign_name(name, value);
                }
            }
            Stmt::Return(expr) => {
                let value = self.expr(expr);
                self.returned.push(value);
            }
            Stmt::Function(function) => {
                let value = self.enter(function, Vec::new(), false);
                self.known.insert(Rc::as_ptr(function), (value, 0));
            }
            Stmt::Import { path, target, all } => {
                let path = path.strip_prefix("node:").unwrap_or(path);
                if !all {
                    self.assign_name(target, Value::path(path));
                }
            }
            Stmt::Block(inner) => self.block(inner),
        }
    }

    /// Evaluates a block. The body of a loop over a list is evaluated for each of its first items.
    fn block(&mut self, body: &[Stmt]) {
        if let [Stmt::Expr(Expr { kind: ExprKind::Assign(target, value, _), .. }), rest @ ..] = body
            && let ExprKind::Each(list) = &value.kind
        {
            let list = self.expr(list);
            let items = list.items.clone().filter(|items| !items.is_empty()).unwrap_or_else(|| vec![list.clone()]);
            for item in items.iter().take(MAX_ITEMS) {
                self.bind(target, &item.clone().labelled(&list.labels));
                self.statements(rest);
            }
            return;
        }
        self.statements(body);
    }

    /// Calls a function. Returns what it returns.
    pub(crate) fn enter(&mut self, function: &Rc<Function>, arguments: Vec<Value>, sees_caller: bool) -> Value {
        if self.calls >= MAX_CALLS {
            return Value::default();
        }
        self.calls += 1;
        let hidden = if sees_caller { Vec::new() } else { self.scopes.split_off(1) };
        let mut scope = FxHashMap::default();
        let mut arguments = arguments.into_iter();
        for (name, default) in &function.parameters {
            // The object of a method is not passed as an argument.
            if OBJECTS.contains(&name.as_str()) && matches!(self.language, Language::Python | Language::Rust) {
                continue;
            }
            let value = arguments.next().or_else(|| default.as_ref().map(|default| self.expr(default)));
            scope.insert(name.clone(), value.unwrap_or_else(|| Value::text(format!("{OPEN}{name}{CLOSE}"))));
        }
        self.scopes.push(scope);
        let returned = std::mem::take(&mut self.returned);
        self.statements(&function.body);
        let all = std::mem::replace(&mut self.returned, returned);
        self.scopes.pop();
        self.scopes.extend(hidden);
        self.calls -= 1;
        all.into_iter()
            .reduce(|mut all, value| {
                all.merge(value);
                all
            })
            .unwrap_or_default()
    }

    /// Evaluates an expression.
    pub(crate) fn expr(&mut self, expr: &Expr) -> Value {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.depth > MAX_DEPTH {
            self.cut_short = true;
            return Value::default();
        }
        self.depth += 1;
        let value = self.value_of(expr);
        self.depth -= 1;
        value
    }

    fn value_of(&mut self, expr: &Expr) -> Value {
        let at = self.position(expr);
        match &expr.kind {
            ExprKind::Name(name) => self.name(name, at),
            ExprKind::Text(text) => {
                self.literal(text, at);
                Value::text(text.as_str())
            }
            ExprKind::Number(number) => Value::number(*number),
            ExprKind::Join(parts) => {
                let parts: Vec<Value> = parts.iter().map(|part| self.expr(part)).collect();
                // Lists are joined to a list.
                if let Some(first) = parts.first().filter(|first| first.items.is_some() && first.text.is_none()) {
                    let mut items = first.items.clone().unwrap_or_default();
                    items.extend(parts[1..].iter().flat_map(|part| part.flat()));
                    items.truncate(MAX_LIST);
                    return Value::list(items);
                }
                self.joined(&parts, "", at)
            }
            ExprKind::Member(of, name) => {
                if let Some(value) = self.own_field(of, name) {
                    return value;
                }
                let of = self.expr(of);
                self.member(&of, name, at)
            }
            ExprKind::Index(of, index) => {
                let (of, index) = (self.expr(of), self.expr(index));
                self.index(&of, &index, at)
            }
            ExprKind::Call(callee, arguments) => self.call(callee, arguments, at),
            ExprKind::List(items) => Value::list(items.iter().map(|item| self.expr(item)).collect()),
            ExprKind::Map(pairs) => self.map(pairs),
            ExprKind::Either(all) => {
                let values: Vec<Value> = all.iter().map(|one| self.expr(one)).collect();
                values
                    .into_iter()
                    .reduce(|mut all, value| {
                        let text = all.text.clone();
                        let other = value.constant().map(str::to_owned);
                        all.merge(value);
                        all.text = text.or(all.text.take());
                        let others = other.filter(|other| all.text.as_ref() != Some(other) && all.others.len() < 4);
                        all.others.extend(others);
                        all
                    })
                    .unwrap_or_default()
            }
            ExprKind::Test(all) => {
                all.iter().for_each(|one| {
                    self.expr(one);
                });
                Value::default()
            }
            ExprKind::Each(list) => {
                let list = self.expr(list);
                let first = list.items.as_ref().and_then(|items| items.first()).cloned();
                first.map_or_else(|| list.clone(), |first| first.labelled(&list.labels))
            }
            ExprKind::Arithmetic(op, left, right) => {
                let (left, right) = (self.expr(left), self.expr(right));
                arithmetic(op, &left, &right)
            }
            ExprKind::Lambda(function) => {
                let value = self.function_value(function);
                self.enter(function, Vec::new(), true);
                value
            }
            ExprKind::Assign(target, value, adds) => self.assign(target, value, *adds),
            ExprKind::Unknown => Value::default(),
        }
    }

    /// The value of a field of the object that a method belongs to, or of a constant of its class.
    fn own_field(&self, of: &Expr, name: &str) -> Option<Value> {
        let ExprKind::Name(object) = &of.kind else { return None };
        if !OBJECTS.contains(&object.as_str()) {
            return None;
        }
        let plain = name.trim_start_matches(['$', '#']);
        let names = [name.to_owned(), format!("${plain}"), format!("#{plain}")];
        let known = names.iter().find_map(|name| self.own.get(name).or_else(|| self.lookup(name)));
        known.cloned()
    }

    fn name(&mut self, name: &str, at: usize) -> Value {
        if let Some(value) = self.lookup(name).cloned() {
            // Long lists are expensive to copy.
            self.steps += value.items.as_ref().map_or(0, Vec::len) / 64;
            // A method without arguments is called by its name.
            if self.language == Language::Ruby && value.function.is_some() {
                return self.called(&value, &Arguments::none(), at);
            }
            return value;
        }
        let plain = crate::names::plain(name);
        let is_styled = plain != name;
        let mut value = self.known_path(&plain, at);
        if is_styled {
            self.label("styled-name", at, &mut value);
        }
        if value.text.is_none() {
            value.text = Some(format!("{OPEN}{name}{CLOSE}"));
        }
        value
    }

    fn map(&mut self, pairs: &[(Expr, Expr)]) -> Value {
        let mut value = Value::default();
        let mut fields = FxHashMap::default();
        for (key, item) in pairs {
            let key = match &key.kind {
                ExprKind::Name(name) => Some(name.clone()),
                _ => self.expr(key).text,
            };
            let item = self.expr(item);
            // What a program gets as its environment is not its result.
            if key.as_deref() != Some("env") {
                value.labels.add(&item.labels);
            }
            if let Some(key) = key {
                fields.insert(key, item);
            }
        }
        value.fields = Some(fields);
        value
    }

    fn assign(&mut self, target: &Expr, value: &Expr, adds: bool) -> Value {
        let mut value = self.expr(value);
        if adds {
            let before = self.expr(target);
            if let Some(mut items) = before.items.clone() {
                items.extend(value.flat());
                items.truncate(MAX_LIST);
                let list = Value::list(items);
                self.bind(target, &list);
                return list;
            }
            value = self.joined(&[before, value], "", self.position(target));
        }
        self.bind(target, &value);
        value
    }

    /// Assigns a value to a name, a member, an index or a pattern.
    pub(crate) fn bind(&mut self, target: &Expr, value: &Value) {
        match &target.kind {
            ExprKind::Name(name) => self.assign_name(name, value.clone()),
            // A pattern with a type: `Some(x)`.
            ExprKind::Call(_, arguments) => arguments.iter().for_each(|argument| self.bind(&argument.value, value)),
            ExprKind::List(targets) => {
                let items = value.items.as_ref().filter(|items| items.len() == targets.len()).cloned();
                for (place, target) in targets.iter().enumerate() {
                    let item = items.as_ref().and_then(|items| items.get(place)).unwrap_or(value);
                    self.bind(target, item);
                }
            }
            ExprKind::Map(pairs) => {
                for (key, target) in pairs {
                    let ExprKind::Name(name) = &key.kind else { continue };
                    let field = self.member(value, name, self.position(key));
                    let target = match &target.kind {
                        ExprKind::Assign(target, ..) => target,
                        _ => target,
                    };
                    self.bind(target, &field);
                }
            }
            ExprKind::Member(of, name) => {
                self.assigned_member(of, name, value, self.position(target));
                if let ExprKind::Name(object) = &of.kind {
                    if OBJECTS.contains(&object.as_str()) {
                        self.own.entry(name.clone()).or_default().merge(value.clone());
                        return;
                    }
                    let mut of = self.lookup(object).cloned().unwrap_or_default();
                    of.labels.add(&value.labels);
                    of.fields.get_or_insert_default().insert(name.clone(), value.clone());
                    self.assign_name(object, of);
                }
            }
            ExprKind::Index(of, key) => {
                if let ExprKind::Name(object) = &of.kind {
                    let key = self.expr(key);
                    let mut of = self.lookup(object).cloned().unwrap_or_default();
                    of.labels.add(&value.labels);
                    if let Some(key) = key.text {
                        of.fields.get_or_insert_default().insert(key, value.clone());
                    }
                    self.assign_name(object, of);
                }
            }
            _ => {}
        }
    }
}

fn arithmetic(op: &str, left: &Value, right: &Value) -> Value {
    let mut value = match (left.number, right.number) {
        (Some(a), Some(b)) => {
            let result = match op {
                "-" => a.checked_sub(b),
                "*" => a.checked_mul(b),
                "/" => a.checked_div(b),
                "%" => a.checked_rem(b),
                "^" => Some(a ^ b),
                "&" => Some(a & b),
                ">>" => u32::try_from(b).ok().and_then(|b| a.checked_shr(b)),
                _ => None,
            };
            result.map_or_else(Value::default, Value::number)
        }
        // In Python, paths are joined with a slash.
        _ if op == "/" && left.number.is_none() && right.number.is_none() => match (&left.text, &right.text) {
            (Some(a), Some(b)) => Value::text(format!("{}/{}", a.trim_end_matches('/'), b.trim_start_matches('/'))),
            _ => Value::default(),
        },
        _ => Value::default(),
    };
    value.labels.add(&left.labels);
    value.labels.add(&right.labels);
    value
}
