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
}

/// Splits a text into pipelines.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
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
        let mut documents: Vec<String> = Vec::new();
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
                    self.at += 1;
                    if self.bytes[self.at - 1] == b'\n' {
                        documents.drain(..).for_each(|end| self.skip_document(&end));
                    }
                    break;
                }
                b'&' if self.starts_with("&>") => self.redirection(&mut command, &mut documents),
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
                        self.at += 1;
                    }
                }
                b'>' | b'<' => self.redirection(&mut command, &mut documents),
                b'0'..=b'9'
                    if matches!(self.bytes.get(self.at + 1), Some(b'>' | b'<')) && !command.words.is_empty() =>
                {
                    self.at += 1;
                    self.redirection(&mut Command::default(), &mut documents);
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

    fn redirection(&mut self, command: &mut Command, documents: &mut Vec<String>) {
        if self.starts_with("<<") && !self.starts_with("<<<") {
            self.at += 2;
            if self.peek() == b'-' {
                self.at += 1;
            }
            while matches!(self.peek(), b' ') {
                self.at += 1;
            }
            let word = self.word();
            if let [Part::Text(end)] = &word[..] {
                documents.push(end.clone());
            }
            return;
        }
        let writes = self.starts_with(">") || self.starts_with("&>");
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
            command.words.push(word);
        }
    }

    fn skip_document(&mut self, end: &str) {
        while self.at < self.bytes.len() {
            let rest = &self.bytes[self.at..];
            let len = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            self.at += (len + 1).min(rest.len());
            if rest[..len].trim_ascii() == end.as_bytes() {
                return;
            }
        }
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
            ("cat <<EOF | sh\necho hi\nEOF\nls", "cat | sh ; ls"),
            ("bash <(curl -s x) 2>/dev/null", "bash,$(curl -s x)"),
            ("x \\\n  y >> ~/.bashrc && z", "x,y,>~/.bashrc ; z"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
