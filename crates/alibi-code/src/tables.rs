//! The tables of calls and texts, as they are written in TOML.

use crate::action::Action;
use serde::Deserialize;

/// Tables of calls and texts, as they are written in TOML.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawVocabulary {
    /// The calls.
    #[serde(rename = "call")]
    pub(crate) calls: Vec<RawCall>,
    /// The texts.
    #[serde(rename = "text")]
    pub(crate) texts: Vec<RawText>,
    /// The words that announce other labels.
    pub(crate) words: Vec<RawWords>,
}

#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCall {
    /// The names of functions, with the modules that they are in. `*.name` is a method of any value; `name` alone is a
    /// function that is in no module.
    pub(crate) names: Vec<String>,
    /// The languages; all, if there are none.
    #[serde(default, rename = "in")]
    pub(crate) languages: Vec<String>,
    /// The label of the result.
    pub(crate) gives: Option<String>,
    /// The sink.
    pub(crate) sink: Option<String>,
    /// The arguments that reach the sink, or that are converted; all, if there are none. `-1` is the value whose method
    /// is called.
    #[serde(default)]
    pub(crate) arguments: Vec<i32>,
    /// What the function does to its arguments.
    #[serde(rename = "does")]
    pub(crate) action: Option<Action>,
    /// The text of the result.
    pub(crate) text: Option<String>,
    /// Words of which one occurs in every file that gets a label from the call; by default the longest part of each
    /// name.
    #[serde(default)]
    pub(crate) anchors: Vec<String>,
    /// Whether the call writes only if another argument is a mode of writing, such as `"wb"`.
    #[serde(default)]
    pub(crate) writes_by_mode: bool,
    /// For a named argument, the keys of which its value must have one.
    #[serde(default)]
    pub(crate) keys: Vec<String>,
}

#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawWords {
    pub(crate) label: String,
    pub(crate) anchors: Vec<String>,
}

#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawText {
    pub(crate) label: String,
    pub(crate) pattern: String,
    /// The sinks at which the text matters; `literal` for all strings.
    pub(crate) at: Vec<String>,
    /// A literal that every match contains, in lower case; the file is not read if none of them occurs.
    #[serde(default)]
    pub(crate) anchors: Vec<String>,
}
