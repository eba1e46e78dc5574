//! What known programs do: fetch to a file, send, copy, delete.

use crate::programs::FETCHERS;
use crate::state::Evaluator;
use crate::value::{Labels, Value};

/// Programs that send their input, or the files in their arguments.
const SENDERS: [&str; 30] = [
    "nc",
    "ncat",
    "netcat",
    "socat",
    "telnet",
    "scp",
    "rsync",
    "sftp",
    "ftp",
    "mail",
    "sendmail",
    "nslookup",
    "dig",
    "host",
    "ping",
    "drill",
    "ssh",
    "aws",
    "rclone",
    "gsutil",
    "az",
    "mutt",
    "lftp",
    "mosquitto_pub",
    "gh",
    "getent",
    "restic",
    "croc",
    "wormhole",
    "swaks",
];

impl Evaluator<'_> {
    /// Records what known programs do: fetch to a file, publish, delete, send.
    pub(crate) fn effects(&mut self, name: &str, words: &[Value], input: &Value, at: usize) {
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
            self.sent(words, input, at);
        }
        if matches!(name, "read" | "mapfile" | "readarray") {
            for word in words.iter().skip(1) {
                let variable = word.text.as_deref().unwrap_or_default();
                if !variable.starts_with('-') {
                    let value = self.unknown(at, &input.labels);
                    self.scopes[0].insert(format!("${variable}"), value);
                }
            }
        }
        if name == "find" {
            self.find(words, at);
        }
        let first = words.get(1).and_then(|word| word.text.as_deref());
        let is_sender = match name {
            "openssl" => words.iter().any(|word| word.text.as_deref() == Some("s_client")),
            "gh" => matches!(first, Some("gist" | "api" | "issue" | "release")),
            _ => SENDERS.contains(&name),
        };
        if let (true, Some(sink)) = (is_sender, self.vocabulary.sink("send")) {
            let mut data = Value::default().labelled(&input.labels);
            // The key that a program identifies itself with is not what it sends.
            let is_sent = |place: &usize| {
                let before = words[place - 1].text.as_deref().unwrap_or_default();
                let text = words[*place].text.as_deref().unwrap_or_default();
                !matches!(before, "-i" | "-e" | "-F" | "--rsh") && !text.starts_with('-') && !text.contains(' ')
            };
            for word in (1..words.len()).filter(is_sent).map(|place| &words[place]) {
                data.labels.add(&word.labels);
                data.labels.add(&self.file_labels(word.text.as_deref().unwrap_or_default()));
                self.read_path(word, at, &mut data);
            }
            self.event(sink, data.labels, at);
        }
        if let "cp" | "mv" | "install" | "tar" | "zip" | "7z" = name {
            let is_target = |word: &Value| {
                let text = word.text.as_deref().unwrap_or_default();
                [".tar", ".tgz", ".zip", ".gz", ".xz", ".7z"].iter().any(|end| text.ends_with(end))
            };
            let archive = words.iter().skip(1).position(is_target).map(|place| place + 1);
            let place = archive.unwrap_or(words.len().saturating_sub(1));
            let mut data = Value::default();
            for (_, word) in words.iter().enumerate().skip(1).filter(|(i, _)| *i != place) {
                data.labels.add(&self.file_labels(word.text.as_deref().unwrap_or_default()));
                self.read_path(word, at, &mut data);
            }
            let target = words.get(place).cloned().unwrap_or_default();
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
                self.write_path(&target, input, at);
            }
        }
    }

    /// Records what `find` does to the files that it finds: it deletes them, or runs a command on each.
    fn find(&mut self, words: &[Value], at: usize) {
        let text = |place: usize| words.get(place).and_then(|word| word.text.clone()).unwrap_or_default();
        let folders: Vec<String> = (1..words.len()).map(text).take_while(|text| !text.starts_with('-')).collect();
        let is_action = |place: &usize| matches!(text(*place).as_str(), "-delete" | "-exec" | "-execdir");
        let Some(action) = (1..words.len()).find(is_action) else { return };
        let program = text(action + 1);
        let deletes = text(action) == "-delete" || matches!(program.as_str(), "rm" | "shred" | "rmdir");
        let is_filter = |place: usize| matches!(text(place).as_str(), "-name" | "-path" | "-iname" | "-mtime");
        let is_filtered = (1..action).any(is_filter);
        if let (true, false, Some(sink)) = (deletes, is_filtered, self.vocabulary.sink("delete-path")) {
            for folder in &folders {
                let mut labels = Labels::default();
                self.text_labels(sink, &Value::text(folder.as_str()), at, &mut labels);
                self.event(sink, labels, at);
            }
        } else if !deletes {
            let file = format!("{}/*", folders.first().cloned().unwrap_or_default().trim_end_matches('/'));
            let is_end = |word: &&Value| matches!(word.text.as_deref(), Some(";" | "+"));
            let inner = words.iter().skip(action + 1).take_while(|word| !is_end(word));
            let inner: Vec<Value> = inner
                .map(|word| match &word.text {
                    Some(text) if text.contains("{}") => Value::text(text.replace("{}", &file)),
                    _ => word.clone(),
                })
                .collect();
            self.deeper(|evaluator| {
                evaluator.run_words(&inner, &Value::default(), at, 1);
            });
        }
    }

    /// Records what a fetching program sends: the data in its arguments.
    fn sent(&mut self, words: &[Value], input: &Value, at: usize) {
        let Some(sink) = self.vocabulary.sink("send") else { return };
        let mut labels = Labels::default();
        let (mut is_data, mut uploads, mut is_local) = (false, false, false);
        for word in words.iter().skip(1) {
            let text = word.text.clone().unwrap_or_default();
            // All arguments are sent, but for the names of local files.
            if !is_local {
                labels.add(&word.labels);
                labels.add(&self.marked(&text));
            }
            is_local = matches!(text.as_str(), "-o" | "--output" | "-K" | "--config" | "--key" | "--cert" | "--cacert");
            if is_data || text.contains("://") {
                if is_data && matches!(text.as_str(), "@-" | "-") || text.ends_with("=@-") || text.ends_with("=<-") {
                    labels.add(&input.labels);
                }
                let path = text.rsplit('@').next().unwrap_or_default().to_owned();
                if is_data && (text.contains('@') || uploads) {
                    labels.add(&self.file_labels(&path));
                    let mut read = Value::default();
                    self.read_path(&Value::text(path), at, &mut read);
                    labels.add(&read.labels);
                }
            }
            self.text_labels(sink, word, at, &mut labels);
            // The data may follow its option in the same word.
            if let Some(data) =
                ["-d@", "--data=@", "--data-binary=@", "-F@", "-T"].iter().find_map(|o| text.strip_prefix(o))
                && !data.is_empty()
            {
                labels.add(&self.file_labels(data));
                let mut read = Value::default();
                self.read_path(&Value::text(data), at, &mut read);
                labels.add(&read.labels);
                labels.add(&if data == "-" { input.labels.clone() } else { Labels::default() });
            }
            if let Some(path) = text.strip_prefix("--post-file=").or(text.strip_prefix("--body-file=")) {
                labels.add(&self.file_labels(path));
                let mut read = Value::default();
                self.read_path(&Value::text(path), at, &mut read);
                labels.add(&read.labels);
            }
            if let Some(data) = text.strip_prefix("--post-data=").or(text.strip_prefix("--data=")) {
                labels.add(&word.labels);
                labels.add(&self.marked(data));
            }
            uploads = matches!(text.as_str(), "-T" | "--upload-file" | "--post-file");
            // The last of several short options may take data: `-sSfd @file`.
            let is_cluster = text.len() > 2 && text.starts_with('-') && !text.starts_with("--");
            uploads |= is_cluster && text.ends_with('T');
            is_data = is_cluster && text.ends_with(['d', 'F', 'T'])
                || matches!(
                    text.as_str(),
                    "--json"
                        | "--form-string"
                        | "--url-query"
                        | "-d"
                        | "--data"
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
