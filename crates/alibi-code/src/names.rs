//! Names of functions, and how a file reaches them.

use crate::state::Evaluator;
use crate::value::{CLOSE, Labels, OPEN, Value};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Objects that hold all global names.
const GLOBALS: [&str; 12] = [
    "globalThis",
    "window",
    "global",
    "self",
    "builtins",
    "__builtins__",
    "globals()",
    "top",
    "parent",
    "this",
    "_G",
    "GLOBALS",
];

/// The form of a name that the language compares: letters of mathematical alphabets count as plain ones.
pub(crate) fn plain(name: &str) -> Cow<'_, str> {
    if name.is_ascii() { Cow::Borrowed(name) } else { Cow::Owned(name.nfkc().collect()) }
}

impl Evaluator<'_> {
    /// The value of a function, a class or a constant with this name.
    pub(crate) fn known_path(&mut self, path: &str, at: usize) -> Value {
        let mut value = Value::path(path);
        let vocabulary = self.vocabulary;
        for call in vocabulary.calls(path, self.language) {
            // The value itself is the source: an object such as `process.env`.
            if call.action.is_none() && call.sink.is_none() && call.arguments == [-2] {
                if let Some(label) = call.gives {
                    value.labels.insert(label, at);
                    self.source(label, at);
                }
                value.text = call.text.clone().or(value.text);
            }
        }
        value
    }

    /// Whether the name itself is a source, as that of the environment is.
    pub(crate) fn is_table(&self, path: &str) -> bool {
        self.vocabulary.calls(path, self.language).iter().any(|call| call.arguments == [-2])
    }

    /// A member of a value.
    pub(crate) fn member(&mut self, of: &Value, name: &str, at: usize) -> Value {
        if let Some(field) = of.fields.as_ref().and_then(|fields| fields.get(name)) {
            return field.clone().labelled(&of.labels);
        }
        // The path of a file that is known by its path.
        let is_path = matches!(name, "path" | "absolutePath" | "canonicalPath" | "fsPath" | "FullName" | "pathname");
        if is_path && of.path.is_none() && of.text.as_deref().is_some_and(|text| text.contains('/')) {
            return of.clone();
        }
        let name = plain(name);
        let mut value = match &of.path {
            Some(path) if GLOBALS.contains(&path.as_str()) => self.known_path(&name, at),
            Some(path) if name == "prototype" || name == "default" || name == "__dict__" => Value::path(path.as_str()),
            Some(path) => {
                let path = format!("{path}.{name}");
                self.known_path(&path, at)
            }
            None => {
                let mut value = self.known_path(&format!("?.{name}"), at);
                value.file = of.file.clone();
                value
            }
        };
        // One variable of the environment is not the whole environment.
        let is_table = of.path.as_deref().is_some_and(|path| self.is_table(path));
        if !is_table {
            value.labels.add(&of.labels);
        }
        if value.text.is_none() {
            let of = of.text.as_deref().unwrap_or("?");
            value.text = Some(format!("{OPEN}{}.{name}{CLOSE}", of.trim_matches([OPEN, CLOSE])));
            if !value.labels.is_empty() {
                value.text = self.unknown(at + 1, &value.labels.clone()).text;
            }
        }
        value
    }

    /// A member that is named by text, such as `a["b"]` and `getattr(a, "b")`.
    pub(crate) fn index(&mut self, of: &Value, index: &Value, at: usize) -> Value {
        if let (Some(items), Some(number)) = (&of.items, index.number) {
            let place = usize::try_from(number).unwrap_or(usize::MAX);
            return items.get(place).cloned().unwrap_or_default().labelled(&of.labels);
        }
        match index.constant() {
            // The class of a function makes functions from text.
            Some("constructor") => {
                let mut value = Value::path("Function");
                self.label("named-by-text", at, &mut value);
                value
            }
            Some(name) if !name.is_empty() && index.number.is_none() => {
                if let (Some(text), None) = (of.constant(), &of.path) {
                    return Value::text(text).labelled(&of.labels);
                }
                let mut value = self.member(of, name, at);
                let is_known = value.path.as_ref().is_some_and(|path| {
                    self.vocabulary.calls(path, self.language).iter().any(|call| call.sink.is_some())
                });
                if is_known && of.path.is_some() {
                    self.label("named-by-text", at, &mut value);
                }
                value
            }
            _ => {
                // One variable of the environment is not the whole environment.
                let is_table = of.path.as_deref().is_some_and(|path| self.is_table(path));
                let labels = if is_table { Labels::default() } else { of.labels.clone() };
                let mut value = self.unknown(at, &labels);
                value.file = of.file.clone();
                // The items of a list are alike.
                if let Some(first) = of.items.as_ref().and_then(|items| items.first()) {
                    value.text = first.text.clone().or(value.text);
                }
                value
            }
        }
    }
}
