//! Finds what reaches the sinks of a file.

use crate::commands::MAX_NESTED;
use crate::language::Language;
use crate::parser::parse;
use crate::shell::{Line, MAX_LINES, Part, Word, lines};
use crate::state::{Evaluator, Event, MAX_ITEMS, MAX_STEPS};
use crate::value::{Labels, Value};
use crate::vocabulary::Vocabulary;
use std::ops::Range;

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
    analyse_parts(text, &[(0..text.len(), language)], vocabulary)
}

/// Reads the parts of a text that are code, in this order: later parts see the names and files of earlier ones.
pub fn analyse_parts(text: &[u8], parts: &[(Range<usize>, Language)], vocabulary: &Vocabulary) -> Analysis {
    let mut evaluator = Evaluator::new(vocabulary, Language::Shell);
    let mut cut_short = false;
    for (part, language) in parts {
        evaluator.language = *language;
        if *language == Language::Shell {
            let script = text.get(part.clone()).unwrap_or_default();
            evaluator.script(&String::from_utf8_lossy(script), part.start);
        } else {
            let program = parse(text, part.clone(), *language);
            cut_short |= program.cut_short;
            evaluator.program(&program.body);
        }
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
        let all = lines(text);
        self.cut_short |= all.len() >= MAX_LINES;
        self.each_line(&all, 0, &mut |evaluator, line| {
            let own = text.get(line.at..line.end).unwrap_or_default();
            let at = offset + line.at + own.len() - own.trim_start().len();
            if let Some((name, body, body_at)) = &line.function {
                evaluator.shell_functions.insert(name.clone(), body.clone());
                // Functions may be nested as deeply as the author likes.
                evaluator.deeper(|evaluator| evaluator.script(body, offset + body_at));
                return;
            }
            let mut labels = evaluator.run_pipeline(line, at, 0).0;
            if let Some(sink) = sink {
                evaluator.text_labels(sink, &Value::text(own), at, &mut labels);
                if !labels.is_empty() {
                    evaluator.event(sink, labels, at);
                }
            }
        });
    }

    /// Visits the lines of a script, those of a loop over words once for each word.
    fn each_line(&mut self, lines: &[Line], depth: usize, visit: &mut dyn FnMut(&mut Self, &Line)) {
        let mut next = 0;
        while let Some(line) = lines.get(next) {
            next += 1;
            self.steps += 1;
            if self.steps > MAX_STEPS {
                self.cut_short = true;
                return;
            }
            let words = line.commands.first().map(|command| command.words.as_slice()).unwrap_or_default();
            let literal = |place: usize| match words.get(place).map(Vec::as_slice) {
                Some([Part::Text(text)]) => text.as_str(),
                _ => "",
            };
            if !line.begins_loop || literal(0) != "for" || literal(2) != "in" || depth >= MAX_NESTED {
                visit(self, line);
                continue;
            }
            let variable = format!("${}", literal(1));
            let items = self.words(&words[3..], line.at, depth);
            let len = loop_len(&lines[next..]);
            let body = &lines[next..next + len];
            for item in items.iter().take(MAX_ITEMS) {
                self.scopes[0].insert(variable.clone(), item.clone());
                self.each_line(body, depth + 1, visit);
            }
            next += len;
        }
    }

    /// The values of words. A variable that holds a list stands for its items.
    pub(crate) fn words(&mut self, words: &[Word], at: usize, depth: usize) -> Vec<Value> {
        let mut all = Vec::new();
        for word in words {
            let value = self.shell_word(word, at, depth);
            let is_variable = matches!(&word[..], [Part::Variable(_)]);
            match (&value.items, value.constant()) {
                (Some(items), _) => all.extend(items.iter().map(|item| item.clone().labelled(&value.labels))),
                // A variable is split at blanks, as a program name is.
                (None, Some(text)) if is_variable && all.is_empty() && text.contains(' ') => {
                    all.extend(text.split_whitespace().map(|part| Value::text(part).labelled(&value.labels)));
                }
                _ => all.push(value),
            }
        }
        all
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
                    let output = self.output_of(inner, at, depth);
                    match output.constant() {
                        Some(text) => Value::text(text.trim_end_matches('\n')).labelled(&output.labels),
                        None => self.unknown(at, &output.labels),
                    }
                }
            });
        }
        match values.len() {
            1 => values.remove(0),
            _ => self.joined(&values, "", at),
        }
    }

    /// What commands print: its text, if one command prints it and it is known.
    fn output_of(&mut self, text: &str, at: usize, depth: usize) -> Value {
        let mut printed = Value::default();
        if depth >= MAX_NESTED {
            self.cut_short = true;
            return printed;
        }
        let lines = lines(text);
        // `$(<file)` reads the file.
        if let Some(path) = text.trim_start().strip_prefix('<') {
            let path = Value::text(path.trim());
            printed.labels.add(&self.file_labels(path.text.as_deref().unwrap_or_default()));
            let path = Value::text(path.text.unwrap_or_default().replace("$HOME", "~"));
            self.read_path(&path, at, &mut printed);
            return printed;
        }
        for line in &lines {
            let (code, output) = self.run_pipeline(line, at, depth + 1);
            if let (false, Some(sink)) = (code.is_empty(), self.vocabulary.sink("run-command")) {
                self.event(sink, code, at);
            }
            printed.labels.add(&output.labels);
            printed.text = output.text.filter(|_| lines.len() == 1);
        }
        printed
    }

    /// Evaluates something within other code, unless that is too deep.
    pub(crate) fn deeper(&mut self, evaluate: impl FnOnce(&mut Self)) {
        if self.nested >= MAX_NESTED {
            self.cut_short = true;
            return;
        }
        self.nested += 1;
        evaluate(self);
        self.nested -= 1;
    }

    /// Evaluates code that a command passes to an interpreter. Returns the labels of what it runs.
    pub(crate) fn nested(&mut self, language: Language, code: &str, at: usize, depth: usize) -> Labels {
        if language == Language::Shell {
            return self.run_line(code, at, depth + 1);
        }
        let program = parse(code.as_bytes(), 0..code.len(), language);
        self.cut_short |= program.cut_short;
        let (outer, base) = (self.language, self.base);
        (self.language, self.base) = (language, at);
        self.deeper(|evaluator| evaluator.program(&program.body));
        (self.language, self.base) = (outer, base);
        Labels::default()
    }
}

/// The number of lines up to the end of a loop whose first line was read.
fn loop_len(lines: &[Line]) -> usize {
    let mut depth = 1;
    for (place, line) in lines.iter().enumerate() {
        depth += usize::from(line.begins_loop);
        depth -= usize::from(line.ends_loop);
        if depth == 0 {
            return place + 1;
        }
    }
    lines.len()
}
