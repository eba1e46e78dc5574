//! Reads the words of command lines: quotes, variables and commands in them.

use crate::shell::{Part, Reader, Word};

impl Reader<'_> {
    /// Reads a word with its quotes and substitutions.
    pub(crate) fn word(&mut self) -> Word {
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
            b'\'' => {
                // `$'…'` has escapes.
                self.at += 1;
                while self.at < self.bytes.len() && self.peek() != b'\'' {
                    if self.peek() == b'\\' {
                        self.at += 1;
                        self.escaped(text);
                    } else {
                        text.push(self.peek());
                        self.at += 1;
                    }
                }
                self.at += 1;
            }
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

    /// Reads what follows a backslash in `$'…'`.
    fn escaped(&mut self, text: &mut Vec<u8>) {
        let byte = self.peek();
        self.at += 1;
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        let digits =
            |most: usize, is_digit: fn(&u8) -> bool| rest.iter().take(most).take_while(|b| is_digit(b)).count();
        match byte {
            b'x' | b'u' => {
                let len = digits(if byte == b'x' { 2 } else { 4 }, u8::is_ascii_hexdigit);
                let code = std::str::from_utf8(&rest[..len]).ok().and_then(|hex| u32::from_str_radix(hex, 16).ok());
                let mut buffer = [0; 4];
                if let Some(c) = code.and_then(char::from_u32) {
                    text.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
                }
                self.at += len;
            }
            b'0'..=b'7' => {
                let len = digits(2, |b| (b'0'..=b'7').contains(b));
                let octal = rest[..len].iter().fold(u32::from(byte - b'0'), |n, b| n * 8 + u32::from(b - b'0'));
                text.push(octal as u8);
                self.at += len;
            }
            b'n' => text.push(b'\n'),
            b't' => text.push(b'\t'),
            other => text.push(other),
        }
    }

    /// Reads the text between the bracket that begins here and the one that closes it. Brackets in quotes do not count.
    pub(crate) fn bracketed(&mut self, open: u8, close: u8) -> String {
        let start = self.at + 1;
        let mut depth = 0i32;
        let mut quote = 0;
        while self.at < self.bytes.len() {
            let byte = self.peek();
            if byte == b'\\' && quote != b'\'' {
                self.at += 2;
                continue;
            }
            // An apostrophe in a comment opens no quote.
            if byte == b'#' && quote == 0 && self.at > 0 && self.bytes[self.at - 1].is_ascii_whitespace() {
                let rest = &self.bytes[self.at..];
                self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                continue;
            }
            if quote == 0 && matches!(byte, b'\'' | b'"') {
                quote = byte;
            } else if quote == byte {
                quote = 0;
            }
            if quote != 0 {
                self.at += 1;
                continue;
            }
            depth += i32::from(byte == open) - i32::from(byte == close);
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
        self.at = self.at.min(self.bytes.len());
        let end = if depth == 0 { self.at - 1 } else { self.at };
        String::from_utf8_lossy(self.bytes.get(start..end).unwrap_or_default()).into_owned()
    }

    /// The parts of a document in which variables and commands are replaced.
    pub(crate) fn expanded(body: &[u8]) -> Word {
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
}

fn flush(text: &mut Vec<u8>, parts: &mut Word) {
    if !text.is_empty() {
        parts.push(Part::Text(String::from_utf8_lossy(&std::mem::take(text)).into_owned()));
    }
}
