//! What functions do to values: split, list, look up, call by name.

use crate::action::Action;
use crate::calls::Arguments;
use crate::state::{Evaluator, MAX_LIST};
use crate::value::{Labels, Value};
use crate::vocabulary::Call;

impl Evaluator<'_> {
    pub(crate) fn transform(&mut self, action: Action, call: &Call, given: &Arguments, at: usize, result: &mut Value) {
        let first = call.arguments.first().copied().unwrap_or(0);
        let input = given.get(first).cloned().unwrap_or_default();
        let second = given.get(call.arguments.get(1).copied().unwrap_or(first + 1)).cloned().unwrap_or_default();
        match action {
            Action::Concat => {
                let items = |value: &Value| value.flat();
                *result = Value::list(given.all.iter().flat_map(items).take(MAX_LIST).collect());
            }
            Action::Address => {
                let labels = std::mem::take(&mut result.labels);
                let text = if input.text.is_some() { input.text.clone() } else { given.receiver.text.clone() };
                *result = Value { text, ..Value::path("address") }.labelled(&labels);
            }
            Action::Octets => match &input.items {
                Some(items) if items.iter().any(|item| item.number.is_some()) => {
                    self.decode(Action::Characters, &input, given, at, result);
                }
                _ => {
                    let labels = std::mem::take(&mut result.labels);
                    *result = input.labelled(&labels);
                }
            },
            Action::Split => {
                if let Some(text) = given.receiver.constant() {
                    let parts: Vec<String> = match input.constant() {
                        Some("") | None => text.chars().take(4096).map(String::from).collect(),
                        Some(at) => text.split(at).take(4096).map(str::to_owned).collect(),
                    };
                    *result = Value::list(parts.into_iter().map(Value::text).collect());
                }
                result.labels.add(&given.receiver.labels);
            }
            Action::Variable => {
                let text = match input.constant().unwrap_or_default() {
                    "HOME" | "USERPROFILE" | "HOMEPATH" => Some("~"),
                    "TMPDIR" | "TEMP" | "TMP" => Some("/tmp"),
                    "APPDATA" => Some("~/AppData/Roaming"),
                    "LOCALAPPDATA" => Some("~/AppData/Local"),
                    "XDG_CONFIG_HOME" => Some("~/.config"),
                    _ => None,
                };
                result.text = text.map(str::to_owned);
                result.labels = Labels::default();
            }
            Action::Invoke => {
                let name = input.constant().unwrap_or_default().trim_start_matches(':').to_owned();
                if name.is_empty() {
                    return;
                }
                let of = if given.receiver.path.is_some() { given.receiver.clone() } else { Value::path("globalThis") };
                let callee = self.index(&of, &Value::text(name), at);
                let rest = given.all.iter().skip(1);
                let all: Vec<Value> = rest.flat_map(|value| value.flat()).collect();
                let inner =
                    Arguments { all, named: Vec::new(), receiver: Value::default(), labels: given.labels.clone() };
                *result = self.called(&callee, &inner, at);
            }
            Action::Entries => {
                let folder = if input.text.is_some() { &input } else { &given.receiver };
                let folder = folder.text.clone().unwrap_or_default();
                let folder = folder.trim_end_matches(['*', '/', '{', '}', ',', '.']).to_owned();
                let labels = result.labels.clone();
                let entry = self.unknown(at, &labels).text.unwrap_or_default();
                *result = Value::list(vec![Value::text(format!("{folder}/{entry}"))]).labelled(&labels);
            }
            Action::Same => {
                let known = given.get(first).cloned().unwrap_or_default();
                let labels = std::mem::take(&mut result.labels);
                *result = known.labelled(&labels);
            }
            Action::Replace => {
                if let (Some(text), Some(from), Some(to)) =
                    (given.receiver.constant(), input.constant(), second.constant())
                {
                    result.text = Some(if from.is_empty() { text.to_owned() } else { text.replace(from, to) });
                }
                result.labels.add(&given.receiver.labels);
            }
            _ => {}
        }
    }
}
