//! Splits command lines of Bourne shells into commands.

/// A pipeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    pub commands: Vec<Command>,
    /// The function that it defines.
    pub function: Option<ShellFunction>,
    /// Whether a loop begins with it.
    pub begins_loop: bool,
    /// Whether a loop ends with it.
    pub ends_loop: bool,
    /// The position of its first byte.
    pub at: usize,
    /// The position after it.
    pub end: usize,
}

/// A function: its name, its body, and the position of the body.
pub(crate) type ShellFunction = (String, String, usize);

/// A command.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Command {
    pub words: Vec<Word>,
    /// Variables that are assigned before or instead of the command.
    pub assigned: Vec<(String, Word)>,
    /// Arrays that are assigned, as the texts between their parentheses; the flag is set for `+=`.
    pub arrays: Vec<(String, String, bool)>,
    /// The file that the output is redirected to.
    pub target: Option<Word>,
    /// The document that is its input.
    pub document: Option<Word>,
    /// The file that its input is redirected from.
    pub source: Option<Word>,
}

/// A word, as its parts.
pub(crate) type Word = Vec<Part>;

/// A part of a word.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// Literal text.
    Text(String),
    /// The value of a variable.
    Variable(String),
    /// The output of commands.
    Output(String),
}

/// Maximum number of pipelines that are read from one text.
pub(crate) const MAX_LINES: usize = 20_000;

/// Words that begin a compound command, so that another command follows.
const COMPOUND: [&str; 12] = ["if", "then", "else", "elif", "while", "until", "do", "!", "{", "time", "fi", "done"];

pub(crate) struct Reader<'t> {
    pub bytes: &'t [u8],
    pub at: usize,
    /// The end of the line whose documents were read, and the end of these documents.
    documents: Option<(usize, usize)>,
}

impl<'t> Reader<'t> {
    pub(crate) fn new(bytes: &'t [u8]) -> Reader<'t> {
        Reader { bytes, at: 0, documents: None }
    }
}

/// Splits a text into pipelines.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let mut reader = Reader::new(text.as_bytes());
    let mut all = Vec::new();
    while reader.at < reader.bytes.len() && all.len() < MAX_LINES {
        let before = reader.at;
        let line = reader.line();
        if !line.commands.is_empty() || line.ends_loop || line.function.is_some() {
            all.push(line);
        }
        if reader.at == before {
            reader.at += 1;
        }
    }
    all
}

impl Reader<'_> {
    pub(crate) fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn starts_with(&self, text: &str) -> bool {
        self.bytes[self.at.min(self.bytes.len())..].starts_with(text.as_bytes())
    }

    /// Reads a pipeline up to its end.
    fn line(&mut self) -> Line {
        let mut line = Line { at: self.at, end: self.at, ..Line::default() };
        let mut command = Command::default();
        loop {
            match self.peek() {
                0 if self.at >= self.bytes.len() => break,
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.starts_with("\\\n") => self.at += 2,
                b'#' => {
                    while self.at < self.bytes.len() && self.peek() != b'\n' {
                        self.at += 1;
                    }
                }
                // Arithmetic: `((a << 1))`.
                b'(' if self.starts_with("((") => {
                    self.bracketed(b'(', b')');
                    break;
                }
                b'\n' | b';' | b'(' | b')' => {
                    self.at = match self.documents {
                        Some((line_end, end)) if line_end == self.at => end,
                        _ => self.at + 1,
                    };
                    break;
                }
                b'&' if self.starts_with("&>") => self.redirection(&mut command),
                b'&' => {
                    self.at += if self.starts_with("&&") { 2 } else { 1 };
                    break;
                }
                b'|' if self.starts_with("||") => {
                    self.at += 2;
                    break;
                }
                b'|' => {
                    self.at += 1;
                    line.commands.push(std::mem::take(&mut command));
                    while matches!(self.peek(), b'\n' | b' ' | b'&') && self.at < self.bytes.len() {
                        if let Some((line_end, end)) = self.documents
                            && line_end == self.at
                        {
                            self.at = end;
                            break;
                        }
                        self.at += 1;
                    }
                }
                b'>' | b'<' => self.redirection(&mut command),
                b'0'..=b'9'
                    if matches!(self.bytes.get(self.at + 1), Some(b'>' | b'<')) && !command.words.is_empty() =>
                {
                    self.at += 1;
                    self.redirection(&mut Command::default());
                }
                _ => {
                    if let Some(function) = self.function(&command) {
                        line.function = Some(function);
                        command = Command::default();
                        break;
                    }
                    self.argument(&mut command, &mut line);
                }
            }
        }
        if matches!(command.words.first().map(Vec::as_slice), Some([Part::Text(word)]) if word == "for" || word == "select")
        {
            line.begins_loop = true;
        }
        let is_command = !command.words.is_empty() || !command.assigned.is_empty() || !command.arrays.is_empty();
        if is_command || command.target.is_some() || command.document.is_some() {
            line.commands.push(command);
        }
        line.end = self.at.min(self.bytes.len());
        line
    }

    /// Reads `name() { … }` and `function name { … }`; `None` if none begins here.
    fn function(&mut self, command: &Command) -> Option<ShellFunction> {
        let rest = self.bytes.get(self.at..)?;
        let is_named = |b: &u8| b.is_ascii_alphanumeric() || b"_-:.".contains(b);
        let mut at = 0;
        let mut has_keyword = false;
        if rest.starts_with(b"function ") {
            has_keyword = true;
            at = 9;
        }
        if !command.words.is_empty() || !command.assigned.is_empty() {
            return None;
        }
        let len = rest[at..].iter().take_while(|b| is_named(b)).count();
        let name = String::from_utf8_lossy(&rest[at..at + len]).into_owned();
        at += len;
        let blanks = |at: usize| rest[at.min(rest.len())..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        at += blanks(at);
        let has_brackets = rest.get(at) == Some(&b'(') && rest.get(at + 1 + blanks(at + 1)) == Some(&b')');
        if has_brackets {
            at += 2 + blanks(at + 1);
            at += blanks(at);
        }
        if name.is_empty() || !has_brackets && !has_keyword || rest.get(at) != Some(&b'{') {
            return None;
        }
        self.at += at;
        let body_at = self.at + 1;
        let body = self.bracketed(b'{', b'}');
        Some((name, body, body_at))
    }

    fn argument(&mut self, command: &mut Command, line: &mut Line) {
        let before = self.at;
        let word = self.word();
        if self.at == before {
            self.at += 1;
            return;
        }
        if let [Part::Text(text), rest @ ..] = &word[..] {
            let is_name = |name: &str| {
                !name.is_empty()
                    && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                    && !name.starts_with(|c: char| c.is_ascii_digit())
            };
            let declares = matches!(command.words.first().map(|word| &word[..]), Some([Part::Text(first)]) if matches!(first.as_str(), "export" | "local" | "declare" | "readonly"));
            if let Some(name) = text.strip_suffix('=').filter(|_| rest.is_empty() && self.peek() == b'(')
                && is_name(name.trim_end_matches('+'))
            {
                let items = self.bracketed(b'(', b')');
                command.arrays.push((name.trim_end_matches('+').to_owned(), items, name.ends_with('+')));
                return;
            }
            if let Some((name, value)) = text.split_once('=')
                && is_name(name.trim_end_matches('+'))
                && (command.words.is_empty() || declares)
            {
                let mut value: Word = vec![Part::Text(value.to_owned())];
                value.extend(rest.iter().cloned());
                command.assigned.push((name.trim_end_matches('+').to_owned(), value));
                return;
            }
            if command.words.is_empty() && rest.is_empty() && COMPOUND.contains(&text.as_str()) {
                line.begins_loop |= matches!(text.as_str(), "while" | "until");
                line.ends_loop |= text == "done";
                return;
            }
        }
        command.words.push(word);
    }

    fn redirection(&mut self, command: &mut Command) {
        if self.starts_with("<<") && !self.starts_with("<<<") {
            self.at += 2;
            if self.peek() == b'-' {
                self.at += 1;
            }
            while matches!(self.peek(), b' ') {
                self.at += 1;
            }
            let is_plain = !matches!(self.peek(), b'\'' | b'"' | b'\\');
            let word = self.word();
            if let [Part::Text(end)] = &word[..] {
                command.document = Some(self.document(end, is_plain));
            }
            return;
        }
        let writes = self.starts_with(">") || self.starts_with("&>");
        let is_text = self.starts_with("<<<");
        // A process substitution is read as the output of its commands.
        if (self.starts_with("<(") || self.starts_with(">(")) && self.bytes.get(self.at + 1) == Some(&b'(') {
            self.at += 1;
            let inner = self.bracketed(b'(', b')');
            command.words.push(vec![Part::Output(inner)]);
            return;
        }
        while matches!(self.peek(), b'>' | b'<' | b'&' | b'|') && self.at < self.bytes.len() {
            self.at += 1;
        }
        while matches!(self.peek(), b' ' | b'\t') {
            self.at += 1;
        }
        if self.peek() == b'(' {
            let inner = self.bracketed(b'(', b')');
            command.words.push(vec![Part::Output(inner)]);
            return;
        }
        let word = self.word();
        if writes {
            command.target = Some(word);
        } else if !word.is_empty() {
            // A text after `<<<` is input, as a document is.
            let slot = if is_text { &mut command.document } else { &mut command.source };
            *slot = Some(word);
        }
    }

    /// Reads the document that begins after this line, or after its last document, and ends with the line `end`.
    /// Variables and commands in it are replaced if it `is_plain`.
    fn document(&mut self, end: &str, is_plain: bool) -> Word {
        let newline = || memchr::memchr(b'\n', &self.bytes[self.at.min(self.bytes.len())..]).map(|i| self.at + i);
        let (line_end, start) = match self.documents {
            Some((line_end, start)) if line_end >= self.at => (line_end, start),
            _ => match newline() {
                Some(line_end) => (line_end, line_end + 1),
                None => return Word::new(),
            },
        };
        let (mut at, mut last) = (start, self.bytes.len());
        while at < self.bytes.len() {
            let rest = &self.bytes[at..];
            let len = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            if rest[..len].trim_ascii() == end.as_bytes() {
                last = at;
            }
            at += (len + 1).min(rest.len());
            if last < self.bytes.len() {
                break;
            }
        }
        self.documents = Some((line_end, at));
        let body = &self.bytes[start.min(last)..last];
        if is_plain { Reader::expanded(body) } else { vec![Part::Text(String::from_utf8_lossy(body).into_owned())] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let word = |word: &Word| {
            let part = |part: &Part| match part {
                Part::Text(text) => text.clone(),
                Part::Variable(name) => format!("${name}"),
                Part::Output(inner) => format!("$({inner})"),
            };
            word.iter().map(part).collect::<String>()
        };
        let command = |command: &Command| {
            let mut all: Vec<String> =
                command.assigned.iter().map(|(name, value)| format!("{name}={}", word(value))).collect();
            all.extend(command.words.iter().map(word));
            all.extend(command.target.as_ref().map(|target| format!(">{}", word(target))));
            all.extend(command.source.as_ref().map(|source| format!("<{}", word(source))));
            all.extend(command.document.as_ref().map(|document| format!("<<{}", word(document))));
            all.join(",")
        };
        let line = |line: &Line| line.commands.iter().map(command).collect::<Vec<_>>().join(" | ");
        lines(text).iter().map(line).collect::<Vec<_>>().join(" ; ")
    }

    #[test]
    fn command_lines_are_split_into_commands() {
        for (text, expected) in [
            ("curl -s 'a b' | sudo sh", "curl,-s,a b | sudo,sh"),
            ("A=$(curl x) B=c; eval \"$A\"", "A=$(curl x),B=c ; eval,$A"),
            ("if [ -f a ]; then ./a; fi # no", "[,-f,a,] ; ./a"),
            ("cat <<EOF | sh\necho hi\nEOF\nls", "cat,<<echo hi\n | sh ; ls"),
            ("cat <<'A' <<-B && x\n$a\nA\n  $b\n  B\nls", "cat,<<  $b\n ; x ; ls"),
            ("bash <(curl -s x) 2>/dev/null", "bash,$(curl -s x)"),
            ("a < b; c <<< \"$d\"", "a,<b ; c,<<$d"),
            ("x \\\n  y >> ~/.bashrc && z", "x,y,>~/.bashrc ; z"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
