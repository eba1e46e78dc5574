//! Evaluates commands: which part of a command is code that others supply.

use crate::calls::Arguments;
use crate::programs::{CODE_OPTIONS, FETCHERS, base, is_interpreter, is_whole, unwrapped};
use crate::shell::{self, Command, Line};
use crate::state::Evaluator;
use crate::value::{Labels, Value};

/// Maximum depth of commands in commands.
const MAX_NESTED: usize = 6;

impl Evaluator<'_> {
    /// The labels of the code that a call runs as a command, by its arguments.
    pub(crate) fn command_labels(&mut self, given: &Arguments, at: usize) -> Labels {
        let Some(first) = given.all.first() else { return Labels::default() };
        let mut words: Vec<Value> = given.receiver.items.clone().unwrap_or_default();
        match &first.items {
            Some(items) => words.extend(items.clone()),
            None => words.push(first.clone()),
        }
        for value in given.all.iter().skip(1) {
            match (&value.items, &value.text) {
                (Some(items), _) => words.extend(items.clone()),
                (None, Some(_)) if value.fields.is_none() && !self.is_named(given, value) => words.push(value.clone()),
                _ => {}
            }
        }
        // Standard input of an interpreter is code.
        let input = given.named.iter().filter(|(name, _)| name == "input" || name == "stdin").map(|(_, value)| value);
        let input: Vec<Value> = input.cloned().collect();
        let mut labels = if words.len() == 1 {
            let line = words[0].text.clone().unwrap_or_default();
            let mut labels = self.run_line(&line, at, 0);
            if is_whole(&line) || words[0].constant().is_some() {
                labels.add(&words[0].labels);
            }
            labels
        } else {
            self.run_words(&words, &Labels::default(), at, 0)
        };
        if words.first().is_some_and(|word| is_interpreter(word.text.as_deref().unwrap_or_default())) {
            input.iter().for_each(|value| labels.add(&value.labels));
        }
        if let Some(sink) = self.vocabulary.sink("run-command") {
            let line: Vec<&str> = words.iter().filter_map(|word| word.text.as_deref()).collect();
            self.text_labels(sink, &Value::text(line.join(" ")), at, &mut labels);
        }
        labels
    }

    fn is_named(&self, given: &Arguments, value: &Value) -> bool {
        given.named.iter().any(|(_, named)| named.text == value.text)
    }

    /// Runs a command line. Returns the labels of the code in it.
    pub(crate) fn run_line(&mut self, line: &str, at: usize, depth: usize) -> Labels {
        if depth >= MAX_NESTED {
            return Labels::default();
        }
        let mut labels = Labels::default();
        for pipeline in shell::lines(line) {
            labels.add(&self.run_pipeline(&pipeline, at, depth).0);
        }
        labels
    }

    /// Runs the commands of a pipeline, each with the output of the one before. Returns the labels of the code in it,
    /// and those of its output.
    pub(crate) fn run_pipeline(&mut self, pipeline: &Line, at: usize, depth: usize) -> (Labels, Labels) {
        let (mut labels, mut output) = (Labels::default(), Labels::default());
        for command in &pipeline.commands {
            let (code, next) = self.run_command(command, &output, at, depth);
            labels.add(&code);
            output = next;
        }
        (labels, output)
    }

    /// Runs one command. Returns the labels of the code that it runs, and those of its output.
    fn run_command(&mut self, command: &Command, input: &Labels, at: usize, depth: usize) -> (Labels, Labels) {
        let mut words: Vec<Value> = Vec::new();
        for word in &command.words {
            words.push(self.shell_word(word, at, depth));
        }
        for (name, value) in &command.assigned {
            let value = self.shell_word(value, at, depth);
            self.assign_name(&format!("${name}"), value);
        }
        let code = self.run_words(&words, input, at, depth);
        let mut output = self.output(&words, input, at);
        if let Some(target) = &command.target {
            let target = self.shell_word(target, at, depth);
            let data = Value::default().labelled(&output);
            self.write_path(&target, &data, at);
            output = Labels::default();
        }
        (code, output)
    }

    /// Writes to a file of which only the path is known.
    pub(crate) fn write_path(&mut self, target: &Value, data: &Value, at: usize) {
        self.write(target.text.as_deref(), data, at);
        if let Some(sink) = self.vocabulary.sink("write-path") {
            let mut labels = data.labels.clone();
            self.text_labels(sink, target, at, &mut labels);
            self.event(sink, labels, at);
        }
    }

    /// The labels of what a command prints.
    fn output(&mut self, words: &[Value], input: &Labels, at: usize) -> Labels {
        let words = unwrapped(words);
        let program = base(words.first());
        let mut value = Value::default().labelled(input);
        match program.as_str() {
            name if FETCHERS.contains(&name) => {
                self.label("fetched", at, &mut value);
                self.fetch_labels(words, at, &mut value.labels);
            }
            "base64" | "base32" | "xxd" | "uudecode" | "openssl" | "gunzip" | "zcat" | "rev" => {
                let decodes = words.iter().filter_map(|word| word.text.as_deref());
                let is_decoding = matches!(program.as_str(), "rev" | "zcat" | "gunzip" | "uudecode")
                    || decodes
                        .skip(1)
                        .any(|word| matches!(word, "-d" | "-D" | "--decode" | "-di" | "-id" | "-r" | "-rp"));
                if is_decoding {
                    self.label("decoded", at, &mut value);
                }
            }
            "echo" | "printf" | "cat" => {
                for word in words.iter().skip(1) {
                    value.labels.add(&word.labels);
                    let text = word.text.as_deref().unwrap_or_default();
                    value.labels.add(&self.file_labels(text));
                    value.labels.add(&self.marked(text));
                    if program == "cat" {
                        self.read_path(word, at, &mut value);
                    }
                }
            }
            "printenv" | "env" | "set" | "export" if words.len() == 1 => self.label("environment", at, &mut value),
            _ => {}
        }
        value.labels
    }

    /// Adds the labels of a file that is read.
    pub(crate) fn read_path(&mut self, path: &Value, at: usize, value: &mut Value) {
        if let Some(sink) = self.vocabulary.sink("read-path") {
            let mut labels = Labels::default();
            self.text_labels(sink, path, at, &mut labels);
            value.labels.add(&labels);
        }
    }

    /// The labels of the code that a command runs, by its words.
    pub(crate) fn run_words(&mut self, words: &[Value], input: &Labels, at: usize, depth: usize) -> Labels {
        let words = unwrapped(words);
        let Some(program) = words.first() else { return Labels::default() };
        let text = program.text.clone().unwrap_or_default();
        let name = base(Some(program));
        let mut labels = Labels::default();
        if is_whole(&text) {
            labels.add(&program.labels);
            labels.add(&self.marked(&text));
        }
        labels.add(&self.file_labels(&text));
        if is_interpreter(&text) || matches!(name.as_str(), "." | "source" | "eval" | "iex" | "invoke-expression") {
            let rest = &words[1..];
            let has_code = rest.iter().position(|word| word.text.as_deref().is_some_and(|t| CODE_OPTIONS.contains(&t)));
            match has_code {
                Some(place) => {
                    for word in rest.iter().skip(place + 1).take(2) {
                        labels.add(&self.code_labels(word, at, depth));
                    }
                }
                None => {
                    let script = rest.iter().find(|word| !word.text.as_deref().unwrap_or_default().starts_with('-'));
                    match script {
                        Some(script) if matches!(name.as_str(), "eval" | "iex" | "invoke-expression") => {
                            labels.add(&self.code_labels(script, at, depth));
                        }
                        Some(script) => {
                            let path = script.text.clone().unwrap_or_default();
                            labels.add(&self.file_labels(&path));
                            labels.add(&script.labels);
                            if matches!(path.as_str(), "/dev/stdin" | "-") {
                                labels.add(input);
                            }
                        }
                        None => labels.add(input),
                    }
                }
            }
        }
        // `-c line` may also be one word, as in .NET.
        if let (true, Some(line)) = (is_interpreter(&text), words.get(1)) {
            let option = line.text.as_deref().unwrap_or_default().split(' ').next().unwrap_or_default().to_owned();
            if CODE_OPTIONS.contains(&option.as_str()) {
                labels.add(&line.labels);
            }
        }
        self.effects(&name, words, at);
        labels
    }

    /// The labels of a word that is run as code.
    fn code_labels(&mut self, word: &Value, at: usize, depth: usize) -> Labels {
        let line = word.text.clone().unwrap_or_default();
        let mut labels = self.run_line(&line, at, depth + 1);
        if is_whole(&line) || word.constant().is_some() {
            labels.add(&word.labels);
        }
        labels
    }

    /// Records what known programs do: fetch to a file, publish, delete, send.
    fn effects(&mut self, name: &str, words: &[Value], at: usize) {
        let text = |place: usize| words.get(place).and_then(|word| word.text.clone()).unwrap_or_default();
        if FETCHERS.contains(&name) {
            let option = |word: &Value| {
                matches!(
                    word.text.as_deref(),
                    Some("-o" | "-O" | "--output" | "-OutFile" | "-outfile" | "--output-document")
                )
            };
            let mut fetched = Value::default();
            self.label("fetched", at, &mut fetched);
            self.fetch_labels(words, at, &mut fetched.labels);
            let target = words.iter().position(option).and_then(|place| words.get(place + 1)).cloned();
            let joined = words.iter().find_map(|word| word.text.as_deref()?.strip_prefix("-o").map(Value::text));
            let last = text(words.len().saturating_sub(1));
            let by_name = words.iter().any(|word| matches!(word.text.as_deref(), Some("-O" | "--remote-name")))
                || name == "wget"
                || words.iter().any(|word| {
                    word.text.as_deref().is_some_and(|t| t.starts_with('-') && !t.starts_with("--") && t.contains('O'))
                });
            match target.filter(|target| !target.text.as_deref().unwrap_or_default().starts_with("http")) {
                Some(target) => self.write_path(&target, &fetched, at),
                None => match joined.filter(|joined| joined.text.as_deref().is_some_and(|t| !t.is_empty())) {
                    Some(target) => self.write_path(&target, &fetched, at),
                    None if by_name => {
                        let file = last.rsplit('/').next().unwrap_or_default().to_owned();
                        self.write_path(&Value::text(file), &fetched, at);
                    }
                    None => {}
                },
            }
            self.sent(words, at);
        }
        if let "cp" | "mv" | "install" = name {
            let labels = self.file_labels(&text(words.len().saturating_sub(2)));
            let data = Value::default().labelled(&labels);
            let target = words.last().cloned().unwrap_or_default();
            self.write_path(&target, &data, at);
        }
        if let ("rm" | "rmdir" | "del" | "shred", Some(sink)) = (name, self.vocabulary.sink("delete-path")) {
            for word in words.iter().skip(1) {
                let mut labels = word.labels.clone();
                self.text_labels(sink, word, at, &mut labels);
                self.event(sink, labels, at);
            }
        }
        if name == "tee" {
            let target = words.iter().skip(1).find(|word| !word.text.as_deref().unwrap_or_default().starts_with('-'));
            if let Some(target) = target.cloned() {
                self.write_path(&target, &Value::default(), at);
            }
        }
    }

    /// Records what a fetching program sends: the data in its arguments.
    fn sent(&mut self, words: &[Value], at: usize) {
        let Some(sink) = self.vocabulary.sink("send") else { return };
        let mut labels = Labels::default();
        let mut is_data = false;
        for word in words.iter().skip(1) {
            let text = word.text.clone().unwrap_or_default();
            if is_data || text.contains("://") {
                labels.add(&word.labels);
                labels.add(&self.marked(&text));
                let path = text.rsplit('@').next().unwrap_or_default().to_owned();
                if is_data && text.contains('@') {
                    labels.add(&self.file_labels(&path));
                    let mut read = Value::default();
                    self.read_path(&Value::text(path), at, &mut read);
                    labels.add(&read.labels);
                }
            }
            self.text_labels(sink, word, at, &mut labels);
            is_data = matches!(
                text.as_str(),
                "-d" | "--data"
                    | "--data-binary"
                    | "--data-raw"
                    | "-F"
                    | "--form"
                    | "-T"
                    | "--upload-file"
                    | "-H"
                    | "--data-urlencode"
                    | "--post-data"
                    | "--post-file"
                    | "-Body"
                    | "--header"
            );
        }
        self.event(sink, labels, at);
    }
}
