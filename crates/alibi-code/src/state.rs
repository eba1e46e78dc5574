//! The state of an evaluation, and what reaches a sink.

use crate::ast::{Expr, Function};
use crate::language::Language;
use crate::value::{CLOSE, Labels, MAX_TEXT, OPEN, Value};
use crate::vocabulary::Vocabulary;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Maximum number of expressions that are evaluated for one file.
pub(crate) const MAX_STEPS: usize = 60_000;
/// Maximum depth of nested expressions, over all calls.
pub(crate) const MAX_DEPTH: usize = 250;
/// Maximum number of times that one function is evaluated with arguments that matter.
pub(crate) const MAX_REPEATS: usize = 16;
/// Maximum number of items of a list that is computed.
pub(crate) const MAX_LIST: usize = 2_048;
/// Maximum number of items of a list for which a loop is evaluated.
pub(crate) const MAX_ITEMS: usize = 8;
/// Maximum depth of calls of functions in the file.
pub(crate) const MAX_CALLS: usize = 4;

/// A value that reaches a sink.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Event {
    /// The position of the sink, in bytes.
    pub at: usize,
    /// The number of the sink; `None` for a source, whose label is then the only one.
    pub sink: Option<u8>,
    /// The labels of the value, as bits.
    pub labels: u64,
    /// The labels, each with the position of its source.
    pub sources: Vec<(u8, u32)>,
}

/// The state of an evaluation.
pub(crate) struct Evaluator<'v> {
    pub vocabulary: &'v Vocabulary,
    pub language: Language,
    pub events: Vec<Event>,
    /// The labels of what was written to files, by the texts of their paths.
    pub files: FxHashMap<String, Labels>,
    /// The labels of unknown parts of texts, by their numbers.
    pub marks: FxHashMap<usize, Labels>,
    pub functions: Vec<Rc<Function>>,
    pub scopes: Vec<FxHashMap<String, Value>>,
    pub returned: Vec<Value>,
    /// The fields of the objects that methods belong to, by name: all classes of a file share them.
    pub own: FxHashMap<String, Value>,
    /// What functions return if nothing is known about their arguments, and how often each was called with arguments
    /// that matter, by the address of the function.
    pub known: FxHashMap<*const Function, (Value, usize)>,
    /// The functions of shell scripts, by name.
    pub shell_functions: FxHashMap<String, String>,
    /// The labels of what the last command prints.
    pub printed: Labels,
    pub calls: usize,
    /// The position of the code that is evaluated, if it is within other code.
    pub base: usize,
    /// The number of programs that this code is within.
    pub nested: usize,
    /// The depth of nested expressions.
    pub depth: usize,
    pub steps: usize,
    pub cut_short: bool,
}

impl<'v> Evaluator<'v> {
    pub(crate) fn new(vocabulary: &'v Vocabulary, language: Language) -> Evaluator<'v> {
        Evaluator {
            vocabulary,
            language,
            events: Vec::new(),
            files: FxHashMap::default(),
            marks: FxHashMap::default(),
            functions: Vec::new(),
            scopes: vec![FxHashMap::default()],
            returned: Vec::new(),
            own: FxHashMap::default(),
            known: FxHashMap::default(),
            shell_functions: FxHashMap::default(),
            printed: Labels::default(),
            calls: 0,
            base: 0,
            nested: 0,
            depth: 0,
            steps: 0,
            cut_short: false,
        }
    }

    /// The position of an expression in the file.
    pub(crate) fn position(&self, expr: &Expr) -> usize {
        self.base + expr.at
    }

    /// The value of a name, if it was assigned.
    pub(crate) fn lookup(&self, name: &str) -> Option<&Value> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    pub(crate) fn assign_name(&mut self, name: &str, value: Value) {
        // An instance variable of Ruby is visible in all methods.
        let outer = if name.starts_with('@') { 0 } else { self.scopes.len() - 1 };
        let known = self.scopes.iter().rposition(|scope| scope.contains_key(name)).unwrap_or(outer);
        match self.scopes[known].entry(name.to_owned()) {
            std::collections::hash_map::Entry::Occupied(mut slot) => slot.get_mut().merge(value),
            std::collections::hash_map::Entry::Vacant(slot) => {
                slot.insert(value);
            }
        }
    }

    /// An unknown value with labels. The labels are found again when its text is part of another text.
    pub(crate) fn unknown(&mut self, at: usize, labels: &Labels) -> Value {
        if !labels.is_empty() {
            self.marks.entry(at).or_default().add(labels);
        }
        Value::text(format!("{OPEN}{at}{CLOSE}")).labelled(labels)
    }

    /// Adds a label, if a table has it.
    pub(crate) fn label(&self, name: &str, at: usize, value: &mut Value) {
        if let Some(label) = self.vocabulary.label(name) {
            value.labels.insert(label, at);
        }
    }

    /// Joins texts.
    pub(crate) fn joined(&mut self, parts: &[Value], separator: &str, at: usize) -> Value {
        let mut labels = Labels::default();
        parts.iter().for_each(|part| labels.add(&part.labels));
        let mut text = String::new();
        for (place, part) in parts.iter().enumerate() {
            if place > 0 {
                text.push_str(separator);
            }
            match &part.text {
                Some(part) => text.push_str(part),
                None => {
                    let unknown = self.unknown(at + place, &part.labels);
                    text.push_str(unknown.text.as_deref().unwrap_or_default());
                }
            }
            if text.len() > MAX_TEXT {
                break;
            }
        }
        Value::text(text).labelled(&labels)
    }

    /// Records a source, so that rules can ask for it without a sink.
    pub(crate) fn source(&mut self, label: u8, at: usize) {
        self.events.push(Event { at, sink: None, labels: 1 << label, sources: vec![(label, at as u32)] });
    }

    /// Records what reaches a sink.
    pub(crate) fn event(&mut self, sink: u8, mut labels: Labels, at: usize) {
        labels.insert(0, at);
        let event = Event { at, sink: Some(sink), labels: labels.bits(), sources: labels.iter().collect() };
        self.events.push(event);
    }

    /// Adds the labels of the texts that matter at a sink.
    pub(crate) fn text_labels(&self, sink: u8, value: &Value, at: usize, labels: &mut Labels) {
        let items = value.items.iter().flatten().take(MAX_ITEMS).filter_map(|item| item.text.as_ref());
        for text in value.text.iter().chain(&value.others).chain(items) {
            let rows = self.vocabulary.texts.iter().filter(|row| row.at & 1 << sink != 0);
            for row in rows.filter(|row| row.pattern.is_match(text)) {
                labels.insert(row.label, at);
            }
        }
    }
}
