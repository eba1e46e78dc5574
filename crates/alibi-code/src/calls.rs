//! Evaluates calls: what they return, and what they do to their arguments.

use crate::ast::{Argument, Expr, ExprKind};
use crate::state::{Evaluator, MAX_ITEMS, MAX_REPEATS};
use crate::value::{Labels, Value};
use crate::vocabulary::Call;

/// The evaluated arguments of a call.
pub(crate) struct Arguments {
    /// The arguments by position; those with names come last, in the order of the call.
    pub all: Vec<Value>,
    pub named: Vec<(String, Value)>,
    /// The value whose method is called.
    pub receiver: Value,
    /// The labels of all of them.
    pub labels: Labels,
}

impl Arguments {
    /// No arguments.
    pub(crate) fn none() -> Arguments {
        Arguments { all: Vec::new(), named: Vec::new(), receiver: Value::default(), labels: Labels::default() }
    }

    /// The argument at a position; `-1` is the receiver.
    pub(crate) fn get(&self, place: i32) -> Option<&Value> {
        if place == -1 {
            return Some(&self.receiver);
        }
        self.all.get(usize::try_from(place).ok()?)
    }
}

/// Whether an argument after the first one is a mode of writing: `"wb"`, `os.O_CREATE`.
fn has_writing_mode(given: &Arguments) -> bool {
    let is_mode = |value: &Value| {
        let text = value.text.as_deref().unwrap_or_default();
        text.len() <= 4 && text.contains(['w', 'a', 'x', '+'])
            || text.contains("O_WRONLY")
            || text.contains("O_RDWR")
            || text.contains("O_CREAT")
            || text.contains("O_APPEND")
    };
    given.all.iter().skip(1).any(is_mode)
}

impl Evaluator<'_> {
    /// Evaluates a call.
    pub(crate) fn call(&mut self, callee: &Expr, arguments: &[Argument], at: usize) -> Value {
        let (receiver, callee_value) = match &callee.kind {
            ExprKind::Member(of, name) => {
                let of = self.expr(of);
                let value = self.member(&of, name, self.position(callee));
                (of, value)
            }
            // In Ruby, the name alone would be a call.
            ExprKind::Name(name) => {
                let function = self.lookup(name).filter(|value| value.function.is_some()).cloned();
                (Value::default(), function.unwrap_or_else(|| self.expr(callee)))
            }
            _ => (Value::default(), self.expr(callee)),
        };
        let callee_value = self.method_of_file(callee, callee_value);
        let lambdas: Vec<&Expr> = arguments
            .iter()
            .map(|argument| &argument.value)
            .filter(|value| matches!(value.kind, ExprKind::Lambda(_)))
            .collect();
        let mut given = Arguments { all: Vec::new(), named: Vec::new(), receiver, labels: Labels::default() };
        let arguments = match self.comprehension(arguments) {
            Some(items) => {
                given.labels.add(&items.labels);
                given.all.push(items);
                &[]
            }
            None => arguments,
        };
        for argument in arguments {
            let value = match argument.value.kind {
                ExprKind::Lambda(_) => Value::default(),
                _ => self.expr(&argument.value),
            };
            // What a program gets as its environment is not its result.
            if argument.name.as_deref() != Some("env") {
                given.labels.add(&value.labels);
            }
            given.all.push(value.clone());
            if let Some(name) = &argument.name {
                given.named.push((name.clone(), value));
            }
        }
        let mut result = match self.indirectly(callee, &given, at) {
            Some(result) => result,
            None => self.called(&callee_value, &given, at),
        };
        self.change(callee, arguments, &given);
        // One variable of the environment is not the whole environment.
        let reads_one = matches!(&callee.kind, ExprKind::Member(_, name) if matches!(name.as_str(), "get" | "pop" | "fetch" | "setdefault" | "has" | "keys" | "hasOwnProperty"));
        if !(reads_one && given.receiver.path.as_deref().is_some_and(|path| self.is_table(path))) {
            result.labels.add(&given.receiver.labels);
        }
        self.call_lambdas(&lambdas, &given, &result);
        // A function of this file that is passed by name is called with the result, as a lambda is.
        for value in given.all.iter().filter(|value| value.function.is_some()) {
            self.call_local(value, vec![result.clone()]);
        }
        result
    }

    /// Calls the functions that are passed to a call. Their parameters receive what the call returns.
    fn call_lambdas(&mut self, lambdas: &[&Expr], given: &Arguments, result: &Value) {
        for lambda in lambdas {
            let ExprKind::Lambda(function) = &lambda.kind else { continue };
            let mut received = result.clone();
            received.labels.add(&given.labels);
            (received.path, received.function) = (None, None);
            let items = given.receiver.items.as_deref().filter(|items| !items.is_empty());
            match items {
                Some(items) => {
                    for item in items.iter().take(MAX_ITEMS) {
                        let item = item.clone().labelled(&given.labels);
                        self.enter(function, vec![item; function.parameters.len()], true);
                    }
                }
                None => {
                    if given.receiver.items.is_some() {
                        received = Value::default().labelled(&given.labels);
                    }
                    self.enter(function, vec![received; function.parameters.len()], true);
                }
            }
        }
    }

    fn call_local(&mut self, callee: &Value, arguments: Vec<Value>) -> Option<Value> {
        let function = self.functions.get(callee.function?)?.clone();
        // Arguments of which nothing is known change nothing.
        let matters = |value: &Value| {
            !value.labels.is_empty()
                || value.constant().is_some()
                || value.items.is_some()
                || value.fields.is_some()
                || value.function.is_some()
        };
        if let Some((value, calls)) = self.known.get_mut(&std::rc::Rc::as_ptr(&function)) {
            if !arguments.iter().any(matters) || *calls >= MAX_REPEATS {
                return Some(value.clone());
            }
            *calls += 1;
        }
        Some(self.enter(&function, arguments, function.name.is_empty()))
    }

    pub(crate) fn called(&mut self, callee: &Value, given: &Arguments, at: usize) -> Value {
        if let Some(result) = self.call_local(callee, given.all.clone()) {
            return result;
        }
        let path = callee.path.clone().unwrap_or_default();
        let vocabulary = self.vocabulary;
        let known = vocabulary.calls(&path, self.language);
        let mut result = Value::default();
        let is_class =
            path.rsplit('.').next().is_some_and(|last| last.starts_with(char::is_uppercase)) || path.ends_with(".new");
        if is_class && !path.is_empty() {
            result.path = Some(path.trim_end_matches(".new").to_owned());
        }
        for (name, value) in &given.named {
            let has_key = |call: &&&Call| {
                let has = |key: &String| value.fields.as_ref().is_some_and(|fields| fields.contains_key(key));
                call.keys.is_empty() || call.keys.iter().any(has)
            };
            for call in vocabulary.calls(&format!("{path}.{name}="), self.language).iter().filter(has_key) {
                if let Some(label) = call.gives {
                    self.source(label, at);
                }
            }
        }
        for call in &known {
            self.perform(call, callee, given, at, &mut result);
        }
        if known.is_empty() || known.iter().all(|call| call.action.is_none()) {
            result.labels.add(&given.labels);
            let file = given.receiver.file.clone();
            result.file = result.file.or(file).or_else(|| given.all.first().and_then(|first| first.file.clone()));
        }
        if result.text.is_none() && result.items.is_none() {
            let labels = result.labels.clone();
            let text = self.unknown(at, &labels).text;
            result.text = text;
        }
        result
    }

    /// Applies one row of the tables to a call.
    fn perform(&mut self, call: &Call, callee: &Value, given: &Arguments, at: usize, result: &mut Value) {
        if call.arguments == [-2] {
            return;
        }
        if let Some(action) = call.action {
            self.act(action, call, given, at, result);
        }
        if let Some(text) = &call.text {
            result.text = Some(text.clone());
        }
        if let Some(label) = call.gives {
            result.labels.insert(label, at);
            self.source(label, at);
            // What is fetched may go to a file that is open.
            if self.vocabulary.label_name(label) == "fetched" {
                let mut fetched = Value::default();
                fetched.labels.insert(label, at);
                let fields = given.all.iter().flat_map(|value| value.fields.iter().flat_map(|fields| fields.values()));
                let files: Vec<String> = fields.filter_map(|value| value.file.clone()).collect();
                files.iter().for_each(|file| self.write(Some(file), &fetched, at));
                self.fetch_labels(&given.all, at, &mut result.labels);
            }
        }
        if let Some(sink) = call.sink.filter(|_| !call.writes_by_mode || has_writing_mode(given)) {
            let labels = self.reach(sink, call, callee, given, at);
            // What is read from a file has the labels of its path.
            if self.vocabulary.sink_name(sink) == "read-path" {
                result.labels.add(&labels);
            }
            // What a command prints has the labels of what it reads.
            if self.vocabulary.sink_name(sink) == "run-command" {
                result.labels.add(&std::mem::take(&mut self.printed));
            }
        }
    }

    /// Records what reaches a sink.
    fn reach(&mut self, sink: u8, call: &Call, callee: &Value, given: &Arguments, at: usize) -> Labels {
        let name = |name: &str| self.vocabulary.sink(name) == Some(sink);
        let mut labels = Labels::default();
        if name("run-command") {
            labels = self.command_labels(given, at);
        } else {
            // Code that is included is read from a file.
            if name("run-code") {
                let paths = given.all.iter().filter_map(|value| value.text.as_deref());
                let of_files: Vec<Labels> = paths.map(|path| self.file_labels(path)).collect();
                of_files.iter().for_each(|of| labels.add(of));
            }
            let is_reaching = |place: i32| call.arguments.is_empty() || call.arguments.contains(&place);
            for (_, value) in given.all.iter().enumerate().filter(|(place, _)| is_reaching(*place as i32)) {
                labels.add(&value.labels);
                self.text_labels(sink, value, at, &mut labels);
            }
            if call.arguments.contains(&-1) {
                labels.add(&given.receiver.labels);
                self.text_labels(sink, &given.receiver, at, &mut labels);
            }
        }
        // Timers are passed functions; text that they run was decoded.
        let is_timer = callee.path.as_deref().is_some_and(|path| matches!(path, "setTimeout" | "setInterval"));
        let is_decoded = self.vocabulary.label("decoded").is_some_and(|label| labels.bits() & 1 << label != 0);
        if is_timer && !is_decoded {
            return Labels::default();
        }
        // How the function was reached counts as well.
        for label in ["named-by-text", "styled-name"] {
            if let Some(number) = self.vocabulary.label(label).filter(|number| callee.labels.bits() & 1 << number != 0)
            {
                labels.insert(number, at);
            }
        }
        self.options(given, at, &mut labels);
        self.event(sink, labels.clone(), at);
        labels
    }

    /// Adds the labels of the addresses that are fetched from.
    pub(crate) fn fetch_labels(&self, arguments: &[Value], at: usize, labels: &mut Labels) {
        if let Some(sink) = self.vocabulary.sink("fetch") {
            arguments.iter().for_each(|value| self.text_labels(sink, value, at, labels));
        }
    }

    /// Adds the labels of options that hide a process.
    fn options(&self, given: &Arguments, at: usize, labels: &mut Labels) {
        let field = |name: &str| {
            let in_maps = given.all.iter().filter_map(|value| value.fields.as_ref()?.get(name));
            let named = given.named.iter().filter(|(known, _)| known == name).map(|(_, value)| value);
            in_maps.chain(named).next()
        };
        let text = |name: &str| field(name).and_then(|value| value.text.as_deref()).unwrap_or_default().to_owned();
        let ignores = |value: &Value| {
            let items = value.items.as_deref().unwrap_or(std::slice::from_ref(value));
            !items.is_empty() && items.iter().all(|item| item.text.as_deref() == Some("ignore"))
        };
        let is_ignored = field("stdio").is_some_and(ignores) || text("silent").contains("true");
        let is_silent = is_ignored && field("detached").is_some() && !text("detached").contains("false")
            || ["stdin", "stdout", "stderr"].iter().all(|stream| text(stream).contains("DEVNULL"));
        if is_silent && let Some(label) = self.vocabulary.label("silent") {
            labels.insert(label, at);
        }
    }

    /// Records the labels of a string literal.
    pub(crate) fn literal(&mut self, text: &str, at: usize) {
        let vocabulary = self.vocabulary;
        for row in vocabulary.texts.iter().filter(|row| row.at == 0 && row.pattern.is_match(text)) {
            self.source(row.label, at);
        }
    }

    /// A value was assigned to a member: some members are sinks.
    pub(crate) fn assigned_member(&mut self, of: &Expr, name: &str, value: &Value, at: usize) {
        let of = self.expr(of);
        let path = format!("{}.{name}=", of.path.as_deref().unwrap_or("?"));
        let vocabulary = self.vocabulary;
        for call in vocabulary.calls(&path, self.language) {
            if let Some(sink) = call.sink {
                let mut labels = value.labels.clone();
                self.text_labels(sink, value, at, &mut labels);
                self.event(sink, labels, at);
            }
        }
    }
}
