//! The calls, members and texts that matter, as tables.

use crate::action::Action;
use crate::language::Language;
use crate::tables::{RawCall, RawVocabulary};
use aho_corasick::AhoCorasick;
use regex::Regex;
use rustc_hash::FxHashMap;

/// Maximum number of labels, and of sinks.
const MAX_NAMES: usize = 64;

/// The labels that the evaluation gives itself. Everything that reaches a sink has the first one.
const BUILT_IN: [&str; 7] = ["any", "named-by-text", "program", "silent", "styled-name", "decoded", "fetched"];

/// A call that matters.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    name: String,
    languages: Vec<Language>,
    pub gives: Option<u8>,
    pub sink: Option<u8>,
    pub arguments: Vec<i32>,
    pub action: Option<Action>,
    pub text: Option<String>,
    pub keys: Vec<String>,
    pub writes_by_mode: bool,
}

/// A text that matters at some sinks.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub label: u8,
    pub pattern: Regex,
    /// The sinks, as bits; 0 for all strings.
    pub at: u64,
}

/// The tables, compiled.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    labels: Vec<String>,
    sinks: Vec<String>,
    calls: FxHashMap<String, Vec<Call>>,
    pub(crate) texts: Vec<Text>,
    anchors: Vec<Anchor>,
    /// The words that name sinks, by language.
    sink_words: Vec<SinkWords>,
    /// The sinks that commands reach, as bits.
    by_command: u64,
}

/// A word that announces labels: one of their words occurs in every file with them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Anchor {
    /// The word, in lower case.
    pub word: String,
    /// The labels, as bits.
    pub labels: u64,
    /// The languages in which it announces them; all, if there are none.
    languages: Vec<Language>,
}

impl Anchor {
    fn of_labels(word: &str, labels: u64) -> Anchor {
        Anchor { word: word.to_ascii_lowercase(), labels, languages: Vec::new() }
    }

    /// Whether the word announces its labels in a language.
    pub fn is_of(&self, language: Language) -> bool {
        self.languages.is_empty() || self.languages.contains(&language)
    }
}

/// The names of languages in the tables.
const LANGUAGES: [(&str, Language); 16] = [
    ("javascript", Language::JavaScript),
    ("python", Language::Python),
    ("ruby", Language::Ruby),
    ("php", Language::Php),
    ("perl", Language::Perl),
    ("go", Language::Go),
    ("rust", Language::Rust),
    ("c", Language::C),
    ("csharp", Language::CSharp),
    ("java", Language::Java),
    ("kotlin", Language::Kotlin),
    ("swift", Language::Swift),
    ("lua", Language::Lua),
    ("groovy", Language::Groovy),
    ("powershell", Language::PowerShell),
    ("shell", Language::Shell),
];

impl Vocabulary {
    /// Compiles the tables.
    ///
    /// # Errors
    /// A message, if a pattern or the name of a language is invalid, or if there are more than 64 labels or sinks.
    pub(crate) fn new(raw: &RawVocabulary) -> Result<Vocabulary, String> {
        let mut all = Vocabulary {
            labels: BUILT_IN.iter().map(|label| (*label).to_owned()).collect(),
            sinks: Vec::new(),
            calls: FxHashMap::default(),
            texts: Vec::new(),
            anchors: Vec::new(),
            sink_words: Vec::new(),
            by_command: 0,
        };
        for row in &raw.calls {
            all.add_call(row)?;
        }
        for row in &raw.texts {
            let label = number(&mut all.labels, &row.label)?;
            let mut at = 0;
            for sink in row.at.iter().filter(|sink| *sink != "literal") {
                at |= 1 << number(&mut all.sinks, sink)?;
            }
            let pattern = Regex::new(&row.pattern).map_err(|e| format!("the pattern of '{}': {e}", row.label))?;
            all.texts.push(Text { label, pattern, at });
            all.anchors.extend(row.anchors.iter().map(|word| Anchor::of_labels(word, 1 << label)));
        }
        for row in &raw.words {
            let label = number(&mut all.labels, &row.label)?;
            all.anchors.extend(row.anchors.iter().map(|word| Anchor::of_labels(word, 1 << label)));
        }
        for (_, language) in LANGUAGES {
            all.sink_words.push(SinkWords::new(language, &all.calls)?);
        }
        all.by_command = ["write-path", "send", "delete-path", "run-code"]
            .iter()
            .filter_map(|sink| all.sink(sink))
            .fold(0, |bits, sink| bits | 1 << sink);
        all.anchors.sort();
        all.anchors.dedup();
        Ok(all)
    }

    /// The tables that ship with the program.
    ///
    /// # Errors
    /// A message, if they are invalid, which a test rules out.
    pub fn built_in() -> Result<Vocabulary, String> {
        let raw: RawVocabulary = toml::from_str(include_str!("vocabulary.toml")).map_err(|e| e.to_string())?;
        Vocabulary::new(&raw)
    }

    fn add_call(&mut self, row: &RawCall) -> Result<(), String> {
        let gives = row.gives.as_ref().map(|label| number(&mut self.labels, label)).transpose()?;
        let sink = row.sink.as_ref().map(|sink| number(&mut self.sinks, sink)).transpose()?;
        let language = |name: &String| {
            let known = LANGUAGES.iter().find(|(known, _)| known == name).map(|(_, language)| *language);
            known.ok_or_else(|| format!("unknown language '{name}'"))
        };
        let languages: Vec<Language> = row.languages.iter().map(language).collect::<Result<_, _>>()?;
        for name in &row.names {
            let last = last_part(name).to_owned();
            let bit = |number: Option<u8>| number.map_or(0, |number| 1 << number);
            let by_action = row.action.and_then(Action::label).and_then(|label| self.label(label));
            let labels = bit(gives) | bit(by_action);
            let of = |word: &str| Anchor { languages: languages.clone(), ..Anchor::of_labels(word, labels) };
            if labels != 0 && row.anchors.is_empty() {
                self.anchors.push(of(&anchor(name)));
            }
            self.anchors.extend(row.anchors.iter().map(|word| of(word)));
            self.calls.entry(last).or_default().push(Call {
                name: name.clone(),
                languages: languages.clone(),
                gives,
                sink,
                arguments: row.arguments.clone(),
                action: row.action,
                text: row.text.clone(),
                keys: row.keys.clone(),
                writes_by_mode: row.writes_by_mode,
            });
        }
        Ok(())
    }

    /// The calls of a function, by its name with the modules that it is in. `is_method` is set if a value's method is
    /// called.
    pub(crate) fn calls(&self, path: &str, language: Language) -> Vec<&Call> {
        let known = self.calls.get(last_part(path)).into_iter().flatten();
        known
            .filter(|call| (call.languages.is_empty() || call.languages.contains(&language)) && call.is(path))
            .collect()
    }

    /// The number of a label; `None` if no table has it.
    pub fn label(&self, name: &str) -> Option<u8> {
        self.labels.iter().position(|label| label == name).map(|place| place as u8)
    }

    /// The number of a sink; `None` if no table has it.
    pub fn sink(&self, name: &str) -> Option<u8> {
        self.sinks.iter().position(|sink| sink == name).map(|place| place as u8)
    }

    /// The name of a label.
    pub fn label_name(&self, label: u8) -> &str {
        self.labels.get(usize::from(label)).map_or("", String::as_str)
    }

    /// The name of a sink.
    pub fn sink_name(&self, sink: u8) -> &str {
        self.sinks.get(usize::from(sink)).map_or("", String::as_str)
    }

    /// The sinks that code may have, as bits: a word that names one occurs in it. Stops when all of `wanted` are found.
    /// A sink that the code names by text is not found.
    pub fn sinks_in(&self, text: &[u8], language: Language, wanted: u64) -> u64 {
        let Some(of) = self.sink_words.get(language as usize).filter(|_| language != Language::Shell) else {
            return u64::MAX;
        };
        let runs_commands = self.sink("run-command").map_or(0, |sink| 1 << sink);
        let is_word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        let mut found = 0;
        for occurrence in of.words.find_overlapping_iter(text) {
            let (start, end) = (occurrence.start(), occurrence.end());
            if is_word(text.get(end)) || start > 0 && is_word(text.get(start - 1)) {
                continue;
            }
            found |= of.sinks[occurrence.pattern().as_usize()];
            if found & runs_commands != 0 {
                found |= self.by_command;
            }
            if found & wanted == wanted {
                break;
            }
        }
        found
    }

    /// The words that announce labels.
    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }
}

impl Call {
    /// Whether the call is one of the function with this name.
    fn is(&self, path: &str) -> bool {
        if let Some(method) = self.name.strip_prefix("*.") {
            return path.len() > method.len() && path.ends_with(method);
        }
        if self.name == path {
            return true;
        }
        let is_in_module = self.name.contains('.');
        is_in_module
            && path.ends_with(&self.name)
            && path[..path.len() - self.name.len()].ends_with(['.', '/', ':', '\\'])
    }
}

/// The words that name sinks in one language.
#[derive(Clone, Debug)]
struct SinkWords {
    words: AhoCorasick,
    /// The sinks of each word, as bits.
    sinks: Vec<u64>,
}

impl SinkWords {
    /// Prepares the search for the words of a language.
    fn new(language: Language, calls: &FxHashMap<String, Vec<Call>>) -> Result<SinkWords, String> {
        let is_of = |call: &&Call| call.languages.is_empty() || call.languages.contains(&language);
        let mut words: Vec<(String, u64)> = calls
            .values()
            .flatten()
            .filter(is_of)
            .filter_map(|call| Some((anchor(&call.name), 1 << call.sink?)))
            .collect();
        words.sort();
        let words_of = |(word, _): &(String, u64)| word.clone();
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(words.iter().map(words_of))
            .map_err(|e| e.to_string())?;
        Ok(SinkWords { words: automaton, sinks: words.into_iter().map(|(_, sinks)| sinks).collect() })
    }
}

/// The word of a name that every use of it contains: its longest part, since a file that uses `a.b` names both.
fn anchor(name: &str) -> String {
    let parts = name.split(['.', '/', ':', '=', '*', '[', ']']).map(|part| part.trim_start_matches('$'));
    parts.max_by_key(|part| (part.len(), *part)).unwrap_or(name).to_lowercase()
}

/// The last part of a name with modules.
fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The number of a name, which is added if it is new.
fn number(names: &mut Vec<String>, name: &str) -> Result<u8, String> {
    if let Some(place) = names.iter().position(|known| known == name) {
        return Ok(place as u8);
    }
    if names.len() >= MAX_NAMES {
        return Err(format!("more than {MAX_NAMES} labels or sinks"));
    }
    names.push(name.to_owned());
    Ok((names.len() - 1) as u8)
}
