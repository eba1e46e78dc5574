//! Splits command lines of Bourne shells into commands.

/// A pipeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    pub commands: Vec<Command>,
    /// The position of its first byte.
    pub at: usize,
    /// The position after it.
    pub end: usize,
}

/// A command.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Command {
    pub words: Vec<Word>,
    /// Variables that are assigned before or instead of the command.
    pub assigned: Vec<(String, Word)>,
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
const MAX_LINES: usize = 20_000;

/// Words that begin a compound command, so that another command follows.
const COMPOUND: [&str; 12] = ["if", "then", "else", "elif", "while", "until", "do", "!", "{", "time", "fi", "done"];

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    /// The end of the line whose documents were read, and the end of these documents.
    documents: Option<(usize, usize)>,
}

impl<'t> Reader<'t> {
    fn new(bytes: &'t [u8]) -> Reader<'t> {
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
        if !line.commands.is_empty() {
            all.push(line);
        }
        if reader.at == before {
            reader.at += 1;
        }
    }
    all
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn starts_with(&self, text: &str) -> bool {
        self.bytes[self.at.min(self.bytes.len())..].starts_with(text.as_bytes())
    }

    /// Reads a pipeline up to its end.
    fn line(&mut self) -> Line {
        let mut line = Line { commands: Vec::new(), at: self.at, end: self.at };
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
                _ => self.argument(&mut command),
            }
        }
        if !command.words.is_empty() || !command.assigned.is_empty() || command.target.is_some() {
            line.commands.push(command);
        }
        line.end = self.at.min(self.bytes.len());
        line
    }

    fn argument(&mut self, command: &mut Command) {
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
            if let Some((name, value)) = text.split_once('=')
                && is_name(name)
                && (command.words.is_empty() || declares)
            {
                let mut value: Word = vec![Part::Text(value.to_owned())];
                value.extend(rest.iter().cloned());
                command.assigned.push((name.to_owned(), value));
                return;
            }
            if command.words.is_empty() && rest.is_empty() && COMPOUND.contains(&text.as_str()) {
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
        if is_plain { expanded(body) } else { vec![Part::Text(String::from_utf8_lossy(body).into_owned())] }
    }

    /// Reads a word with its quotes and substitutions.
    fn word(&mut self) -> Word {
        let (mut parts, mut text) = (Vec::new(), Vec::new());
        let mut quoted = false;
        while self.at < self.bytes.len() {
            let byte = self.peek();
            match byte {
                b'"' => {
                    quoted = !quoted;
                    self.at += 1;
                    if !quoted && text.is_empty() && parts.is_empty() {
                        parts.push(Part::Text(String::new()));
                    }
                }
                b'\'' if !quoted => {
                    let rest = &self.bytes[self.at + 1..];
                    let len = memchr::memchr(b'\'', rest).unwrap_or(rest.len());
                    text.extend_from_slice(&rest[..len]);
                    self.at += (len + 2).min(rest.len() + 1);
                }
                b'\\' => {
                    text.extend(self.bytes.get(self.at + 1).filter(|b| **b != b'\n'));
                    self.at += 2;
                }
                b'`' => {
                    let rest = &self.bytes[self.at + 1..];
                    let len = memchr::memchr(b'`', rest).unwrap_or(rest.len());
                    flush(&mut text, &mut parts);
                    parts.push(Part::Output(String::from_utf8_lossy(&rest[..len]).into_owned()));
                    self.at += (len + 2).min(rest.len() + 1);
                }
                b'$' => self.substitution(&mut text, &mut parts),
                b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' if !quoted => break,
                _ => {
                    text.push(byte);
                    self.at += 1;
                }
            }
        }
        flush(&mut text, &mut parts);
        parts
    }

    fn substitution(&mut self, text: &mut Vec<u8>, parts: &mut Word) {
        self.at += 1;
        match self.peek() {
            b'(' => {
                let inner = self.bracketed(b'(', b')');
                flush(text, parts);
                parts.push(Part::Output(inner));
            }
            b'{' => {
                let inner = self.bracketed(b'{', b'}');
                flush(text, parts);
                let is_name = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
                let name: String = inner.trim_start_matches(['!', '#', '{']).chars().take_while(is_name).collect();
                parts.push(Part::Variable(name));
            }
            b'\'' => {}
            byte if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@' | b'*' | b'?' | b'#') => {
                let rest = &self.bytes[self.at..];
                let len = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count().max(1);
                flush(text, parts);
                parts.push(Part::Variable(String::from_utf8_lossy(&rest[..len]).into_owned()));
                self.at += len;
            }
            _ => text.push(b'$'),
        }
    }

    /// Reads the text between the bracket that begins here and the one that closes it.
    fn bracketed(&mut self, open: u8, close: u8) -> String {
        let start = self.at + 1;
        let mut depth = 0i32;
        while self.at < self.bytes.len() {
            let byte = self.peek();
            depth += i32::from(byte == open) - i32::from(byte == close);
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
        let end = if depth == 0 { self.at - 1 } else { self.at };
        String::from_utf8_lossy(self.bytes.get(start..end).unwrap_or_default()).into_owned()
    }
}

/// The parts of a document in which variables and commands are replaced.
fn expanded(body: &[u8]) -> Word {
    let mut reader = Reader::new(body);
    let (mut parts, mut text) = (Vec::new(), Vec::new());
    while reader.at < body.len() {
        match reader.peek() {
            b'$' => reader.substitution(&mut text, &mut parts),
            b'\\' if matches!(body.get(reader.at + 1), Some(b'$' | b'`' | b'\\')) => {
                text.push(body[reader.at + 1]);
                reader.at += 2;
            }
            byte => {
                text.push(byte);
                reader.at += 1;
            }
        }
    }
    flush(&mut text, &mut parts);
    parts
}

fn flush(text: &mut Vec<u8>, parts: &mut Word) {
    if !text.is_empty() {
        parts.push(Part::Text(String::from_utf8_lossy(&std::mem::take(text)).into_owned()));
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
