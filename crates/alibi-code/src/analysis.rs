//! Finds what reaches the sinks of a file.

use crate::language::Language;
use crate::parser::parse;
use crate::shell::{Part, Word, lines};
use crate::state::{Evaluator, Event};
use crate::value::{Labels, Value};
use crate::vocabulary::Vocabulary;

/// The events of a file.
#[derive(Debug, Default)]
pub struct Analysis {
    /// What reaches sinks, and the sources, in order of position.
    pub events: Vec<Event>,
    /// Whether a limit was reached, so that a part was not read.
    pub cut_short: bool,
}

/// Reads a file, and returns what reaches its sinks.
pub fn analyse(text: &[u8], language: Language, vocabulary: &Vocabulary) -> Analysis {
    let mut evaluator = Evaluator::new(vocabulary, language);
    let mut cut_short = false;
    if language == Language::Shell {
        evaluator.script(&String::from_utf8_lossy(text), 0);
    } else {
        let program = parse(text, 0..text.len(), language);
        cut_short = program.cut_short;
        evaluator.program(&program.body);
    }
    cut_short |= evaluator.cut_short;
    let mut events = evaluator.events;
    events.sort();
    events.dedup();
    Analysis { events, cut_short }
}

impl Evaluator<'_> {
    /// Evaluates a script of a Bourne shell.
    pub(crate) fn script(&mut self, text: &str, offset: usize) {
        let sink = self.vocabulary.sink("run-command");
        for line in lines(text) {
            let own = text.get(line.at..line.end).unwrap_or_default();
            let at = offset + line.at + own.len() - own.trim_start().len();
            let mut labels = self.run_pipeline(&line, at, 0).0;
            if let Some(sink) = sink {
                self.text_labels(sink, &Value::text(own), at, &mut labels);
                if !labels.is_empty() {
                    self.event(sink, labels, at);
                }
            }
        }
    }

    /// The value of a word in a command line.
    pub(crate) fn shell_word(&mut self, word: &Word, at: usize, depth: usize) -> Value {
        let mut values: Vec<Value> = Vec::new();
        for part in word {
            values.push(match part {
                Part::Text(text) => Value::text(text.as_str()),
                Part::Variable(name) => match name.as_str() {
                    "HOME" => Value::text("~"),
                    "TMPDIR" | "TMP" | "TEMP" => Value::text("/tmp"),
                    _ => match self.lookup(&format!("${name}")) {
                        Some(value) => value.clone(),
                        None => Value::text(format!("{}${name}{}", crate::value::OPEN, crate::value::CLOSE)),
                    },
                },
                Part::Output(inner) => {
                    let labels = self.output_of(inner, at, depth);
                    self.unknown(at, &labels)
                }
            });
        }
        match values.len() {
            1 => values.remove(0),
            _ => self.joined(&values, "", at),
        }
    }

    /// The labels of what commands print.
    fn output_of(&mut self, text: &str, at: usize, depth: usize) -> Labels {
        let mut labels = Labels::default();
        for line in lines(text) {
            labels.add(&self.run_pipeline(&line, at, depth + 1).1);
        }
        labels
    }
}
