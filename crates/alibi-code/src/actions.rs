//! What functions do to their arguments: join, decode, open, write and import.

use crate::action::Action;
use crate::calls::Arguments;
use crate::decode;
use crate::state::Evaluator;
use crate::value::{CLOSE, Labels, OPEN, Value};
use crate::vocabulary::Call;

impl Evaluator<'_> {
    pub(crate) fn act(&mut self, action: Action, call: &Call, given: &Arguments, at: usize, result: &mut Value) {
        let first = call.arguments.first().copied().unwrap_or(0);
        let input = given.get(first).cloned().unwrap_or_default();
        let second = given.get(call.arguments.get(1).copied().unwrap_or(first + 1)).cloned().unwrap_or_default();
        match action {
            Action::JoinPath => self.join_path(given, at, result),
            Action::JoinText => {
                // The list is the receiver or the argument, and the separator is the other one.
                let (parts, separator) = match (&given.receiver.items, &input.items) {
                    (Some(items), _) => (items.clone(), input.text.clone()),
                    (None, Some(items)) => (items.clone(), given.receiver.text.clone()),
                    (None, None) => (given.all.clone(), given.receiver.text.clone()),
                };
                *result = self.joined(&parts, &separator.unwrap_or_default(), at);
            }
            Action::Base64 | Action::Hex | Action::Characters | Action::Named | Action::Opaque | Action::Reverse => {
                self.decode(action, &input, given, at, result);
            }
            Action::Open => {
                result.file = input.text.clone();
                let written = input.text.as_ref().and_then(|path| self.files.get(path)).cloned().unwrap_or_default();
                result.labels.add(&written);
            }
            Action::WriteFile => self.write(input.text.as_deref(), &second, at),
            Action::Write => self.write(given.receiver.file.as_deref(), &input, at),
            Action::Pipe => self.write(input.file.as_deref(), &given.receiver, at),
            Action::CopyTo => self.write(input.file.as_deref(), &second, at),
            Action::CopyFrom => self.write(second.file.as_deref().or(second.text.as_deref()), &input, at),
            Action::Download => {
                let mut fetched = Value::default();
                self.label("fetched", at, &mut fetched);
                self.fetch_labels(std::slice::from_ref(&input), at, &mut fetched.labels);
                self.write(second.text.as_deref(), &fetched, at);
                if let Some(sink) = self.vocabulary.sink("write-path") {
                    let mut labels = fetched.labels;
                    self.text_labels(sink, &second, at, &mut labels);
                    self.event(sink, labels, at);
                }
            }
            Action::Move => {
                let labels = input.text.as_ref().and_then(|path| self.files.get(path)).cloned().unwrap_or_default();
                let moved = Value::default().labelled(&labels);
                self.write(second.text.as_deref(), &moved, at);
            }
            Action::Import => {
                let module = input.constant().unwrap_or_default();
                let module = module.strip_prefix("node:").unwrap_or(module).to_owned();
                if !module.is_empty() {
                    *result = self.known_path(&module, at);
                }
            }
            Action::Member => *result = self.index(&input, &second, at),
            Action::Map => {
                let function = input.path.clone().unwrap_or_default();
                let items = second.items.clone().unwrap_or_default();
                let callee = Value { function: input.function, ..Value::path(function) };
                let labels = second.labels.clone();
                let all = items.into_iter().take(4096).map(|item| {
                    let labels = item.labels.clone();
                    let given = Arguments { all: vec![item], named: Vec::new(), receiver: Value::default(), labels };
                    self.called(&callee, &given, at)
                });
                *result = Value::list(all.collect()).labelled(&labels);
            }
            Action::Connect => result.path = Some("connection".into()),
            Action::Command => {
                result.items = Some(given.all.clone());
            }
            Action::Argument => {
                let mut words = given.receiver.items.clone().unwrap_or_default();
                let more = given.all.iter().flat_map(|value| value.flat());
                words.extend(more);
                (result.items, result.path) = (Some(words), given.receiver.path.clone());
            }
            _ => self.transform(action, call, given, at, result),
        }
    }

    pub(crate) fn decode(&mut self, action: Action, input: &Value, given: &Arguments, at: usize, result: &mut Value) {
        result.labels.add(&given.labels);
        let text = input.constant();
        let codec = given.all.iter().rev().find_map(Value::constant).unwrap_or_default();
        let (decoded, is_hidden) = match action {
            Action::Reverse if input.items.is_some() => {
                let items = input.items.iter().flatten().rev().cloned().collect();
                *result = Value::list(items).labelled(&input.labels);
                return;
            }
            Action::Base64 => (text.and_then(decode::base64), true),
            Action::Hex => (text.and_then(decode::hex), true),
            Action::Reverse => (text.map(|text| text.chars().rev().collect()), false),
            Action::Characters => {
                let single = std::slice::from_ref(input);
                let numbers = input.items.as_deref().unwrap_or(if given.all.len() > 1 { &given.all } else { single });
                let chars: Option<String> = numbers
                    .iter()
                    .map(|value| value.number.and_then(|n| u32::try_from(n).ok()).and_then(char::from_u32))
                    .collect();
                (chars.filter(|chars| !chars.is_empty()), true)
            }
            Action::Named => match codec.to_ascii_lowercase().as_str() {
                name if name.starts_with("base64") => (text.and_then(decode::base64), true),
                "hex" | "hex_codec" => (text.and_then(decode::hex), true),
                name if name.starts_with("rot") => (text.map(decode::rot13), true),
                name => (None, decode::is_unusual(name)),
            },
            _ => (None, true),
        };
        if let Some(decoded) = decoded {
            result.text = Some(decoded);
        } else if !is_hidden {
            result.text = input.text.clone();
        }
        if is_hidden {
            self.label("decoded", at, result);
            if let Some(label) = self.vocabulary.label("decoded") {
                self.source(label, at);
            }
        }
    }

    fn join_path(&mut self, given: &Arguments, at: usize, result: &mut Value) {
        let mut parts: Vec<Value> = Vec::new();
        if given.receiver.text.is_some() && given.receiver.path.is_none() {
            parts.push(given.receiver.clone());
        }
        parts.extend(given.all.iter().flat_map(|value| value.flat()));
        // An absolute path replaces what precedes it.
        let is_absolute = |part: &Value| part.text.as_deref().is_some_and(|text| text.starts_with('/'));
        let start = parts.iter().rposition(is_absolute).unwrap_or(0);
        let joined = self.joined(&parts[start..], "/", at);
        let text = joined.text.unwrap_or_default().replace("//", "/");
        *result = Value { text: Some(text), labels: joined.labels, ..Value::default() };
    }

    /// Remembers what is written to a file.
    pub(crate) fn write(&mut self, path: Option<&str>, data: &Value, at: usize) {
        let Some(path) = path else { return };
        let labels = self.files.entry(path.to_owned()).or_default();
        labels.add(&data.labels);
        let is_program =
            data.text.as_deref().is_some_and(|text| text.starts_with("\u{7f}ELF") || text.starts_with("MZ"));
        if is_program && let Some(label) = self.vocabulary.label("program") {
            self.files.entry(path.to_owned()).or_default().insert(label, at);
        }
    }

    /// The labels of what was written to a file with this text in its path.
    pub(crate) fn file_labels(&self, path: &str) -> Labels {
        let direct = self.files.get(path).or_else(|| self.files.get(path.trim_start_matches("./")));
        direct.cloned().unwrap_or_default()
    }

    /// The labels of the unknown parts in a text.
    pub(crate) fn marked(&self, text: &str) -> Labels {
        let mut labels = Labels::default();
        for part in text.split(OPEN).skip(1) {
            let number = part.split(CLOSE).next().and_then(|digits| digits.parse::<usize>().ok());
            if let Some(known) = number.and_then(|number| self.marks.get(&number)) {
                labels.add(known);
            }
        }
        labels
    }
}
