//! The options of a run, as a report states them.

use alibi_rules::heuristics::Severity;
use alibi_scan::pipeline::{AuditOptions, ReportedOptions};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The options of a run, by name. A saved report does not record which ones are private.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReportOptions {
    values: BTreeMap<String, Value>,
    #[serde(skip)]
    private: Option<BTreeSet<String>>,
}

impl Default for ReportOptions {
    fn default() -> ReportOptions {
        ReportOptions::new(AuditOptions::default().reported())
    }
}

impl ReportOptions {
    /// The options of a run.
    pub fn new(reported: ReportedOptions) -> ReportOptions {
        ReportOptions { values: reported.values, private: Some(reported.private) }
    }

    pub(super) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.values.insert(name.to_owned(), value.into());
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(Value::as_str)
    }

    /// The range in scope, if it is one.
    pub(crate) fn range(&self) -> Option<&str> {
        self.text("range")
    }

    /// The team's configuration file.
    pub(crate) fn config(&self) -> Option<&str> {
        self.text("config")
    }

    /// The baseline of accepted findings.
    pub(crate) fn baseline(&self) -> Option<&str> {
        self.text("baseline")
    }

    /// Whether the run was a gate, with configuration read from the base commit.
    pub(crate) fn is_gate(&self) -> bool {
        self.values.get("gate").and_then(Value::as_bool).unwrap_or(false)
    }

    /// How many heuristics ran.
    pub(crate) fn heuristics_run(&self) -> u64 {
        self.values.get("heuristics_run").and_then(Value::as_u64).unwrap_or(0)
    }

    /// The lowest severity of an exposure that fails the run, if any does.
    pub(super) fn fail_on_exposure(&self) -> Option<Severity> {
        self.values.get("fail_on_exposure").and_then(|value| Severity::deserialize(value).ok())
    }

    /// The values that decide what a run finds: two runs with equal ones can be compared.
    pub(super) fn comparable(&self) -> BTreeMap<&str, &Value> {
        let names = [
            "refs",
            "range",
            "since",
            "until",
            "authors",
            "only",
            "skip",
            "min_severity",
            "persona",
            "mailmap",
            "suppressions",
            "heuristics_run",
        ];
        names.iter().filter_map(|name| Some((*name, self.values.get(*name)?))).collect()
    }

    /// Replaces private text; in a saved report, all text.
    pub(super) fn hide(&mut self, mut hide: impl FnMut(&str) -> String) {
        for (name, value) in &mut self.values {
            if self.private.as_ref().is_none_or(|private| private.contains(name)) {
                hide_text(value, &mut hide);
            }
        }
    }
}

fn hide_text(value: &mut Value, hide: &mut impl FnMut(&str) -> String) {
    match value {
        Value::String(text) => *text = hide(text),
        Value::Array(items) => items.iter_mut().for_each(|item| hide_text(item, hide)),
        _ => {}
    }
}
