//! Evaluates commands: which part of a command is code that others supply.

use crate::calls::Arguments;
use crate::decode::decoded;
use crate::language::Language;
use crate::programs::{CODE_OPTIONS, FETCHERS, base, is_interpreter, is_whole, language_of, unwrapped};
use crate::shell::{self, Command, Line};
use crate::state::{Evaluator, MAX_LIST, MAX_STEPS};
use crate::value::{Labels, Value};

/// Programs that print what they read from the files in their arguments.
const READERS: [&str; 42] = [
    "nl", "paste", "rev", "cpio", "pax", "gawk", "column", "split", "uniq", "fold", "pv", "diff", "zstd", "find", "ls",
    "bat", "tac", "head", "tail", "less", "more", "base64", "base32", "xxd", "od", "hexdump", "gzip", "bzip2", "xz",
    "tar", "dd", "openssl", "sed", "awk", "grep", "cut", "tr", "sort", "strings", "jq", "zip", "gpg",
];

/// Maximum depth of commands in commands.
pub(crate) const MAX_NESTED: usize = 6;

impl Evaluator<'_> {
    /// The labels of the code that a call runs as a command, by its arguments.
    pub(crate) fn command_labels(&mut self, given: &Arguments, at: usize) -> Labels {
        self.printed = Labels::default();
        // A text or a list may be the command: `["a", "b"].execute()`.
        let is_command = given.receiver.items.is_some() || given.receiver.constant().is_some();
        let receiver = is_command.then_some(&given.receiver);
        let Some(first) = given.all.first().or(receiver) else { return Labels::default() };
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
            for other in words[0].others.clone() {
                labels.add(&self.run_line(&other, at, 0));
            }
            if is_whole(&line) || words[0].constant().is_some() {
                labels.add(&words[0].labels);
            }
            labels
        } else {
            let labels = self.run_words(&words, &Value::default(), at, 0);
            let output = self.output(&words, &Value::default(), at);
            self.printed.add(&output.labels);
            labels
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
            let (code, output) = self.run_pipeline(&pipeline, at, depth);
            labels.add(&code);
            self.printed.add(&output.labels);
        }
        labels
    }

    /// Runs the commands of a pipeline, each with the output of the one before. Returns the labels of the code in it,
    /// and its output.
    pub(crate) fn run_pipeline(&mut self, pipeline: &Line, at: usize, depth: usize) -> (Labels, Value) {
        self.run_first(pipeline, &Value::default(), at, depth)
    }

    /// Runs the commands of a pipeline, of which the first has this input.
    fn run_first(&mut self, pipeline: &Line, input: &Value, at: usize, depth: usize) -> (Labels, Value) {
        let (mut labels, mut output) = (Labels::default(), input.clone());
        // A function that calls itself many times would take exponential time.
        self.steps += 1;
        if self.steps > MAX_STEPS {
            self.cut_short = true;
            return (labels, output);
        }
        for command in &pipeline.commands {
            let (code, next) = self.run_command(command, &output, at, depth);
            labels.add(&code);
            output = next;
        }
        (labels, output)
    }

    /// Runs one command. Returns the labels of the code that it runs, and its output.
    fn run_command(&mut self, command: &Command, input: &Value, at: usize, depth: usize) -> (Labels, Value) {
        let document = command.document.as_ref().map(|document| self.shell_word(document, at, depth));
        let source = command.source.as_ref().map(|source| {
            let path = self.shell_word(source, at, depth);
            let mut read = Value::default().labelled(&self.file_labels(path.text.as_deref().unwrap_or_default()));
            self.read_path(&path, at, &mut read);
            read
        });
        let input = document.as_ref().or(source.as_ref()).unwrap_or(input);
        let words = self.words(&command.words, at, depth);
        for (name, value) in &command.assigned {
            let value = self.shell_word(value, at, depth);
            let name = format!("${name}");
            // Scripts often build a path from its own earlier value.
            self.scopes[0].insert(name, value);
        }
        for (name, items, adds) in &command.arrays {
            let name = format!("${name}");
            let line = shell::lines(items);
            let parsed: Vec<_> =
                line.iter().flat_map(|line| &line.commands).flat_map(|of| &of.words).cloned().collect();
            let new = self.words(&parsed, at, depth);
            let mut all =
                self.lookup(&name).filter(|_| *adds).and_then(|value| value.items.clone()).unwrap_or_default();
            all.extend(new);
            all.truncate(MAX_LIST);
            self.scopes[0].insert(name, Value::list(all));
        }
        if let Some(call) = self.shell_call(&words, input, at, depth) {
            return call;
        }
        let code = match (&document, &words[..]) {
            // A document without a command is a script of a container file.
            (Some(document), []) => self.code_labels("sh", document, at, depth),
            _ => self.run_words(&words, input, at, depth),
        };
        let mut output = self.output(&words, input, at);
        if let Some(target) = &command.target {
            let target = self.shell_word(target, at, depth);
            let is_socket =
                target.text.as_deref().is_some_and(|t| t.starts_with("/dev/tcp/") || t.starts_with("/dev/udp/"));
            if let (true, Some(sink)) = (is_socket, self.vocabulary.sink("send")) {
                self.event(sink, output.labels.clone(), at);
            }
            self.write_path(&target, &output, at);
            // A script that is written out is read as code.
            if let Some(text) = document.as_ref().and_then(|document| document.text.as_deref()) {
                let path = target.text.clone().unwrap_or_default();
                if let Some(language) = Language::of(&path, text.as_bytes()) {
                    self.nested(language, text, at, depth);
                }
            }
            output = Value::default();
        }
        (code, output)
    }

    /// Calls a function of the script.
    fn shell_call(&mut self, words: &[Value], input: &Value, at: usize, depth: usize) -> Option<(Labels, Value)> {
        let name = words.first()?.constant()?.to_owned();
        let body = self.shell_functions.get(&name).filter(|_| depth < MAX_NESTED)?.clone();
        for (place, word) in words.iter().enumerate().skip(1).take(9) {
            self.scopes[0].insert(format!("${place}"), word.clone());
        }
        let all = Value::list(words[1..].to_vec());
        self.scopes[0].insert("$@".to_owned(), all.clone());
        self.scopes[0].insert("$*".to_owned(), all);
        let (mut code, mut output) = (Labels::default(), Value::default());
        for line in shell::lines(&body) {
            let (labels, printed) = self.run_first(&line, input, at, depth + 1);
            code.add(&labels);
            output.labels.add(&printed.labels);
            output.text = output.text.or(printed.text);
        }
        Some((code, output))
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

    /// What a command prints.
    fn output(&mut self, words: &[Value], input: &Value, at: usize) -> Value {
        let words = unwrapped(words);
        let program = base(words.first());
        let mut value = Value::default().labelled(&input.labels);
        match program.as_str() {
            // The version of a program is not fetched.
            name if FETCHERS.contains(&name) && ["--version", "--help", "-V"].iter().any(|o| has_word(words, o)) => {}
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
                    value.text = decoded(&program, input.constant());
                    self.label("decoded", at, &mut value);
                }
                for word in words.iter().skip(1) {
                    value.labels.add(&self.file_labels(word.text.as_deref().unwrap_or_default()));
                    self.read_path(word, at, &mut value);
                }
            }
            _ if READERS.contains(&program.as_str()) => {
                for word in words.iter().skip(1) {
                    let path = word.text.as_deref().unwrap_or_default();
                    value.labels.add(&self.file_labels(path));
                    self.read_path(&Value::text(path.trim_start_matches("if=")), at, &mut value);
                }
            }
            "echo" | "printf" | "cat" | "tee" => {
                let is_option = |word: &&Value| word.text.as_deref().is_some_and(|text| text.starts_with('-'));
                let printed: Vec<Value> = words.iter().skip(1).skip_while(is_option).cloned().collect();
                value.text = match program.as_str() {
                    "echo" | "printf" => self.joined(&printed, " ", at).text,
                    _ => input.text.clone(),
                };
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
            "gpg" | "gpg2" if has_word(words, "--export-secret") => self.label("credential-store", at, &mut value),
            "git" if has_word(words, "fill") => self.label("credential-store", at, &mut value),
            "kubectl" if has_word(words, "--raw") => self.label("credential-store", at, &mut value),
            "jq" if has_word(words, "env") || has_word(words, "$ENV") => self.label("environment", at, &mut value),
            "compgen" if has_word(words, "-e") => self.label("environment", at, &mut value),
            "ps" if has_word(words, "eww") => self.label("environment", at, &mut value),
            _ if is_interpreter(&program) && has_word(words, "-c") => value.labels.add(&self.printed.clone()),
            "printenv" | "env" | "set" | "export" | "declare" if words.len() == 1 || is_listing(&program, words) => {
                self.label("environment", at, &mut value)
            }
            _ => {}
        }
        value
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
    pub(crate) fn run_words(&mut self, words: &[Value], input: &Value, at: usize, depth: usize) -> Labels {
        // `xargs` appends its input to the command.
        let mut with_input = Vec::new();
        let words = if base(words.first()) == "xargs" && !input.labels.is_empty() {
            with_input.extend(words.iter().cloned());
            with_input.push(Value::text("-d"));
            with_input.push(Value::default().labelled(&input.labels));
            &with_input
        } else {
            words
        };
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
                        labels.add(&self.code_labels(&name, word, at, depth));
                    }
                }
                None => {
                    let script = rest.iter().find(|word| !word.text.as_deref().unwrap_or_default().starts_with('-'));
                    match script {
                        Some(script) if matches!(name.as_str(), "eval" | "iex" | "invoke-expression") => {
                            labels.add(&self.code_labels(&name, script, at, depth));
                        }
                        Some(script) => {
                            let path = script.text.clone().unwrap_or_default();
                            labels.add(&self.file_labels(&path));
                            labels.add(&script.labels);
                            if matches!(path.as_str(), "/dev/stdin" | "-") {
                                labels.add(&self.code_labels(&name, input, at, depth));
                            }
                        }
                        // `python -m module` reads data, not code.
                        None if rest.iter().any(|word| word.text.as_deref().is_some_and(|t| t.starts_with("-m"))) => {}
                        None => labels.add(&self.code_labels(&name, input, at, depth)),
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
        self.effects(&name, words, input, at);
        labels
    }

    /// The labels of a text that a program runs as code.
    fn code_labels(&mut self, program: &str, word: &Value, at: usize, depth: usize) -> Labels {
        let line = word.text.clone().unwrap_or_default();
        let mut labels = self.nested(language_of(program), &line, at, depth);
        if is_whole(&line) || word.constant().is_some() || word.text.is_none() {
            labels.add(&word.labels);
        }
        labels
    }
}

/// Whether the arguments make a command print all variables.
fn is_listing(program: &str, words: &[Value]) -> bool {
    let [_, option] = words else { return false };
    matches!((program, option.text.as_deref()), ("env", Some("-0")) | ("export" | "declare", Some("-p" | "-px" | "-x")))
}

/// Whether an argument begins with a text.
fn has_word(words: &[Value], start: &str) -> bool {
    words.iter().skip(1).any(|word| word.text.as_deref().is_some_and(|text| text.starts_with(start)))
}
