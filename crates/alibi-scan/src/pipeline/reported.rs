//! How an option appears in a report. The type of an option decides this, so that no option can be forgotten: free-form
//! input is private and hidden in a pseudonymised report; other values are shown.

use alibi_core::config::{AlibiFile, Baseline, Indicators};
use alibi_git::repository::RefChoice;
use alibi_rules::heuristics::{Persona, Severity};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The options of a run, by name.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct ReportedOptions {
    /// The values.
    pub values: BTreeMap<String, Value>,
    /// The names of the options that a pseudonymised report hides.
    pub private: BTreeSet<String>,
}

impl ReportedOptions {
    pub(super) fn plain(&mut self, name: &str, value: impl Into<Value>) {
        self.values.insert(name.to_owned(), value.into());
    }

    pub(super) fn private(&mut self, name: &str, value: impl Into<Value>) {
        self.plain(name, value);
        self.private.insert(name.to_owned());
    }
}

/// The type of an option.
pub(super) trait ReportedOption {
    /// Adds the option to a report under its name.
    fn report(&self, name: &str, to: &mut ReportedOptions);
}

/// A switch that is on by default.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Enabled(pub bool);

impl Default for Enabled {
    fn default() -> Enabled {
        Enabled(true)
    }
}

/// Names of families and heuristics.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct RuleNames(pub Vec<String>);

impl ReportedOption for bool {
    fn report(&self, name: &str, to: &mut ReportedOptions) {
        to.plain(name, *self);
    }
}

impl ReportedOption for Enabled {
    fn report(&self, name: &str, to: &mut ReportedOptions) {
        to.plain(name, self.0);
    }
}

impl ReportedOption for Severity {
    fn report(&self, name: &str, to: &mut ReportedOptions) {
        to.plain(name, self.to_string());
    }
}

impl ReportedOption for Persona {
    fn report(&self, name: &str, to: &mut ReportedOptions) {
        to.plain(name, format!("{self:?}").to_lowercase());
    }
}

impl ReportedOption for RuleNames {
    fn report(&self, name: &str, to: &mut ReportedOptions) {
        to.plain(name, self.0.clone());
    }
}

impl ReportedOption for RefChoice {
    fn report(&self, name: &str, to: &mut ReportedOptions) {
        match self {
            RefChoice::Glob(pattern) => to.private(name, pattern.clone()),
            built_in => to.plain(name, built_in.to_string()),
        }
    }
}

impl ReportedOption for Vec<String> {
    fn report(&self, name: &str, to: &mut ReportedOptions) {
        to.private(name, self.clone());
    }
}

impl ReportedOption for Vec<PathBuf> {
    fn report(&self, name: &str, to: &mut ReportedOptions) {
        to.private(name, self.iter().map(|path| path.display().to_string()).collect::<Vec<_>>());
    }
}

impl ReportedOption for Option<PathBuf> {
    fn report(&self, name: &str, to: &mut ReportedOptions) {
        to.private(name, self.as_ref().map(|path| path.display().to_string()));
    }
}

impl ReportedOption for Option<AlibiFile> {
    fn report(&self, name: &str, to: &mut ReportedOptions) {
        to.private(name, self.as_ref().map(|file| file.path().to_owned()));
    }
}

impl ReportedOption for Option<Baseline> {
    fn report(&self, name: &str, to: &mut ReportedOptions) {
        to.private(name, self.as_ref().map(|file| file.path().to_owned()));
    }
}

impl ReportedOption for Option<Indicators> {
    fn report(&self, name: &str, to: &mut ReportedOptions) {
        to.private(name, self.as_ref().map(|file| file.path().to_owned()));
    }
}
