//! The options of a run, as stated in its report.

use alibi_rules::heuristics::Severity;
use alibi_scan::pipeline::{AuditOptions, ReportedOptions};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The options that must be equal for two reports to be compared. All others are listed in a test.
const COMPARED: [&str; 12] = [
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

/// The options of a run by name. A saved report does not record which options are private.
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
    /// Stores the options of a run.
    pub fn new(reported: ReportedOptions) -> ReportOptions {
        ReportOptions { values: reported.values, private: Some(reported.private) }
    }

    pub(super) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.values.insert(name.to_owned(), value.into());
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(Value::as_str)
    }

    /// The range in scope; `None` if the scope is not a range.
    pub(crate) fn range(&self) -> Option<&str> {
        self.text("range")
    }

    /// The path of the configuration file, if one was used.
    pub(crate) fn config(&self) -> Option<&str> {
        self.text("config")
    }

    /// The path of the baseline, if one was used.
    pub(crate) fn baseline(&self) -> Option<&str> {
        self.text("baseline")
    }

    /// Whether the run was a gate, with configuration read from the trusted commit.
    pub(crate) fn is_gate(&self) -> bool {
        self.values.get("gate").and_then(Value::as_bool).unwrap_or(false)
    }

    /// Number of heuristics that ran.
    pub(crate) fn heuristics_run(&self) -> u64 {
        self.values.get("heuristics_run").and_then(Value::as_u64).unwrap_or(0)
    }

    /// The lowest severity of an exposure that fails the run, if any does.
    pub(super) fn fail_on_exposure(&self) -> Option<Severity> {
        self.values.get("fail_on_exposure").and_then(|value| Severity::deserialize(value).ok())
    }

    /// The options that determine which findings a run can have. Runs for which they are equal can be compared.
    pub(super) fn comparable(&self) -> BTreeMap<&str, &Value> {
        COMPARED.iter().filter_map(|name| Some((*name, self.values.get(*name)?))).collect()
    }

    /// Replaces the text of private options; in a saved report, the text of all options.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_option_is_compared_or_deliberately_not() {
        let not_compared = [
            "paths",
            "gate",
            "heuristics",
            "keys",
            "imports",
            "osv",
            "indicators",
            "include_unreachable",
            "snapshot",
            "config",
            "baseline",
        ];
        let reported = AuditOptions::default().reported();
        let undecided = |name: &&String| !COMPARED.contains(&name.as_str()) && !not_compared.contains(&name.as_str());
        assert_eq!(reported.values.keys().filter(undecided).collect::<Vec<_>>(), Vec::<&String>::new());
        // `heuristics_run` is added when the report is made.
        for name in COMPARED.iter().chain(&not_compared).filter(|name| **name != "heuristics_run") {
            assert!(reported.values.contains_key(*name), "{name} is not an option");
        }
    }
}
