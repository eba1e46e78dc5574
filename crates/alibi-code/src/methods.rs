//! Evaluates what methods do to the value that they belong to, and calls through other functions.

use crate::ast::{Argument, Expr, ExprKind};
use crate::calls::Arguments;
use crate::language::Language;
use crate::state::{Evaluator, MAX_LIST};
use crate::value::Value;

/// Methods that add their arguments to a value.
const ADDS: [&str; 27] = [
    "append",
    "extend",
    "push",
    "unshift",
    "add",
    "addAll",
    "put",
    "set",
    "update",
    "insert",
    "Add",
    "Set",
    "Append",
    "concat",
    "push_str",
    "push_back",
    "AddRange",
    "Enqueue",
    "enqueue",
    "setProperty",
    "setdefault",
    "merge",
    "merge!",
    "store",
    "putAll",
    "writeln",
    "AppendLine",
];

/// Methods that read into their arguments.
const READS_INTO: [&str; 9] =
    ["read_to_string", "read_to_end", "readSync", "Read", "ReadFull", "Decode", "readinto", "sysread", "Scan"];

impl Evaluator<'_> {
    /// The function of this file that a method's name refers to, unless the tables know the method.
    pub(crate) fn method_of_file(&self, callee: &Expr, value: Value) -> Value {
        let ExprKind::Member(_, name) = &callee.kind else { return value };
        let is_known = value.function.is_some()
            || value.path.as_ref().is_some_and(|path| !self.vocabulary.calls(path, self.language).is_empty());
        match self.scopes[0].get(name).filter(|known| known.function.is_some() && !is_known) {
            Some(function) => function.clone(),
            None => value,
        }
    }

    /// Evaluates `f(x) for x in list`, given as arguments: the values for all items.
    pub(crate) fn comprehension(&mut self, arguments: &[Argument]) -> Option<Value> {
        let [Argument { name: Some(name), value: source }, Argument { value, .. }] = arguments else { return None };
        let ExprKind::Assign(target, list, _) = &source.kind else { return None };
        if name != "for" {
            return None;
        }
        let list = self.expr(list);
        let items = list.flat();
        let mut all = Vec::new();
        for item in items.into_iter().take(MAX_LIST) {
            self.bind(target, &item);
            all.push(self.expr(value));
        }
        Some(Value::list(all).labelled(&list.labels))
    }

    /// Calls a known function through `call`, `apply` or `invoke`.
    pub(crate) fn indirectly(&mut self, callee: &Expr, given: &Arguments, at: usize) -> Option<Value> {
        let ExprKind::Member(_, name) = &callee.kind else { return None };
        let path = given.receiver.path.as_ref()?;
        let is_sink = self.vocabulary.calls(path, self.language).iter().any(|call| call.sink.is_some());
        let skipped = match name.as_str() {
            "call" | "apply" if self.language == Language::JavaScript => 1,
            "call" | "invoke" | "Invoke" | "()" => 0,
            _ => return None,
        };
        if !is_sink {
            return None;
        }
        let rest = given.all.iter().skip(skipped);
        let all = match name.as_str() {
            "apply" => rest.flat_map(|value| value.flat()).collect(),
            _ => rest.cloned().collect(),
        };
        let labels = given.labels.clone();
        let inner = Arguments { all, named: Vec::new(), receiver: Value::default(), labels };
        let callee = given.receiver.clone();
        Some(self.called(&callee, &inner, at))
    }

    /// Changes the value whose method adds something to it, and the variables that a call reads into.
    pub(crate) fn change(&mut self, callee: &Expr, arguments: &[Argument], given: &Arguments) {
        let ExprKind::Member(of, name) = &callee.kind else { return };
        if READS_INTO.contains(&name.as_str()) && !given.receiver.labels.is_empty() {
            for argument in arguments {
                if let ExprKind::Name(variable) = &argument.value.kind {
                    self.assign_name(variable, Value::default().labelled(&given.receiver.labels));
                }
            }
        }
        if !ADDS.contains(&name.as_str()) {
            return;
        }
        let mut value = given.receiver.clone();
        match (&mut value.items, &mut value.text) {
            (Some(items), _) => {
                let new = given.all.iter();
                items.extend(new.flat_map(|value| value.flat()));
            }
            (None, Some(text)) if self.language == Language::Rust && name == "push" => {
                let part = given.all.first().and_then(|part| part.text.clone()).unwrap_or_default();
                let path = Value::text(format!("{}/{part}", text.trim_end_matches('/')));
                *text = path.text.unwrap_or_default();
            }
            _ if given.labels.is_empty() => return,
            _ => {}
        }
        value.labels.add(&given.labels);
        if value.items.as_ref().is_none_or(|items| items.len() <= MAX_LIST) {
            self.bind(of, &value);
        }
    }
}
