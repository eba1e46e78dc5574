//! Finds comments in languages with braces: C and similar languages, JavaScript and TypeScript.

use super::lexing::{closed, has, has_hidden_break, line_end};
use std::ops::Range;

/// Finds the comments in the text. If `script` is set, templates and regular expressions also count as strings.
pub(super) fn braces(text: &[u8], script: bool) -> Vec<Range<usize>> {
    // `<!--` begins a comment in some scripts, and a `#!` line contains no comment.
    if script && has(text, "<!--") {
        return Vec::new();
    }
    let at = if text.starts_with(b"#!") { line_end(text, 0) } else { 0 };
    let has_tags = script && (has(text, "</") || has(text, "/>"));
    let mut lexer = Lexer { text, script, has_tags, at, last: b'\n', word_start: 0, comments: Vec::new() };
    while lexer.step().is_some() {}
    lexer.comments
}

/// Reads the text up to its end, or up to the first position where the syntax is ambiguous.
struct Lexer<'t> {
    text: &'t [u8],
    script: bool,
    /// Whether a script may contain tags, between which slashes are text.
    has_tags: bool,
    /// The position of the next byte.
    at: usize,
    /// The last byte that is not blank and not in a comment or string.
    last: u8,
    /// The start of the last word.
    word_start: usize,
    comments: Vec<Range<usize>>,
}

impl Lexer<'_> {
    /// Reads a comment, a string or a byte; `None` at the end, or where the syntax is ambiguous.
    fn step(&mut self) -> Option<()> {
        if !self.script {
            // Skip to the next byte that can begin a comment or a string; in scripts, every byte is read, since the
            // word before a slash determines its meaning.
            let rest = self.text.get(self.at..)?;
            self.at += rest.iter().position(|b| matches!(b, b'/' | b'"' | b'\'' | b'`'))?;
        }
        match *self.text.get(self.at)? {
            b'/' => return self.slash(),
            b'"' => self.at = self.double_quoted()? - 1,
            b'\'' => self.single_quoted()?,
            b'`' => self.at = template(self.text, self.at, self.script)? - 1,
            _ => {}
        }
        self.advance();
        Some(())
    }

    /// Moves to the next byte, and records where words start.
    fn advance(&mut self) {
        let byte = self.text[self.at];
        if !byte.is_ascii_whitespace() {
            let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'$';
            if !is_word(self.last) || !self.at.checked_sub(1).is_some_and(|before| is_word(self.text[before])) {
                self.word_start = self.at;
            }
            self.last = byte;
        }
        self.at += 1;
    }

    /// Reads a comment, a regular expression or a division, each of which begins with a slash.
    fn slash(&mut self) -> Option<()> {
        let (text, at) = (self.text, self.at);
        match text.get(at + 1) {
            Some(b'/') => self.line_comment(),
            Some(b'*') => self.block_comment(),
            // Where a division is impossible, the slash begins a Groovy string.
            _ if !self.script && text[..at].trim_ascii_end().last().is_some_and(|b| b"=(,:[".contains(b)) => None,
            _ if !self.script => {
                self.advance();
                Some(())
            }
            // After `a++` or `x.return` a slash is a division, although the character or word before it suggests
            // otherwise.
            _ if is_after_postfix(text, at, self.word_start) => None,
            _ => {
                self.at = pattern(text, at, self.last, &text[self.word_start..at])?;
                self.last = b'/';
                Some(())
            }
        }
    }

    fn line_comment(&mut self) -> Option<()> {
        let end = line_end(self.text, self.at);
        let line = &self.text[self.at..end];
        // In C a backslash at the end of a comment continues it on the next line.
        if has_hidden_break(line) || line.trim_ascii_end().ends_with(b"\\") {
            return None;
        }
        // Between JSX tags, the slashes are text and the code in braces runs.
        if !(self.has_tags && line.contains(&b'{')) {
            self.comments.push(self.at..end);
        }
        self.at = end;
        Some(())
    }

    fn block_comment(&mut self) -> Option<()> {
        let length = memchr::memmem::find(&self.text[self.at + 2..], b"*/")?;
        let end = self.at + 2 + length + 2;
        let inside = &self.text[self.at + 2..end - 2];
        // Comments nest in Rust and some other languages; in Java, an escape may end a comment.
        if !self.script && inside.windows(2).any(|two| two == b"/*" || two == b"\\u") {
            return None;
        }
        if !(self.has_tags && inside.contains(&b'{')) {
            self.comments.push(self.at..end);
        }
        self.at = end;
        Some(())
    }

    /// The end of a double-quoted string; `None` if the string may contain code or end elsewhere.
    fn double_quoted(&self) -> Option<usize> {
        let (text, at) = (self.text, self.at);
        let end = quoted(text, at, b'"')?;
        if self.script {
            return Some(end);
        }
        // In a raw string a backslash escapes nothing.
        let is_raw = text[..at].last().is_some_and(|b| b"rR@#$".contains(b));
        let is_doubtful = is_raw && text[at..end].iter().any(|b| b"\\#".contains(b));
        // Code in a string may contain further strings.
        let has_code = text[at..end].windows(2).any(|two| two == b"${" || two == b"\\(");
        (!is_doubtful && !has_code).then_some(end)
    }

    /// Reads what begins with a single quote: a string, a character, a lifetime or a digit separator.
    fn single_quoted(&mut self) -> Option<()> {
        let (text, at) = (self.text, self.at);
        let within = if self.script { text } else { &text[..text.len().min(at + CHARACTER)] };
        match quoted(within, at, b'\'') {
            Some(end) if self.script || is_character(&text[at + 1..end - 1]) => self.at = end - 1,
            // Several characters, which could also be two quotes with code between them.
            Some(end) if text[at..end].iter().any(|b| b"\"/`".contains(b)) => return None,
            Some(_) => {}
            // A lifetime in Rust, or a digit separator in C++.
            None if !self.script && text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) => {}
            None => return None,
        }
        Some(())
    }
}

/// Maximum number of bytes of a line that are read after a slash.
const REST: usize = 4096;

/// Whether the text between two single quotes is one character or an escape sequence.
fn is_character(inside: &[u8]) -> bool {
    inside.first() == Some(&b'\\') || std::str::from_utf8(inside).is_ok_and(|text| text.chars().count() == 1)
}

/// The longest quoted character, in bytes: `'\u{10ffff}'`.
const CHARACTER: usize = 12;

/// Whether a slash follows `++`, `--` or a member's name, and is therefore a division operator.
fn is_after_postfix(text: &[u8], at: usize, word_start: usize) -> bool {
    let before = text[..at].trim_ascii_end();
    before.ends_with(b"++") || before.ends_with(b"--") || text[..word_start].ends_with(b".")
}

/// The end of a string; `None` if the string does not end on its line, or starts with three quotes and may thus span
/// lines.
fn quoted(text: &[u8], start: usize, quote: u8) -> Option<usize> {
    if text[start..].starts_with(&[quote; 3]) { None } else { closed(text, start, quote) }
}

/// The end of a template or raw string in backquotes; `None` if there is no end, or if code in the template contains a
/// quote, a slash or a brace.
fn template(text: &[u8], start: usize, script: bool) -> Option<usize> {
    let mut at = start + 1;
    let mut depth = 0usize;
    while at < text.len() {
        match text[at] {
            b'\\' if script => at += 1,
            b'$' if script && text.get(at + 1) == Some(&b'{') => {
                depth += 1;
                at += 1;
            }
            b'}' if depth > 0 => depth -= 1,
            b'`' | b'\'' | b'"' | b'/' | b'{' if depth > 0 => return None,
            b'`' => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// For a slash that does not begin a comment, returns the index after the regular expression literal or the division
/// operator; `None` if it may be either, or if the literal does not end on its line.
fn pattern(text: &[u8], start: usize, last: u8, word: &[u8]) -> Option<usize> {
    const BEFORE: [&[u8]; 11] =
        [b"return", b"typeof", b"case", b"in", b"delete", b"void", b"throw", b"new", b"else", b"do", b"default"];
    // Words that are keywords in some contexts and names in others.
    const EITHER: [&[u8]; 3] = [b"of", b"yield", b"await"];
    let word = word.trim_ascii_end();
    if EITHER.contains(&word) {
        return None;
    }
    let after_word = BEFORE.contains(&word);
    let begins = b"(,=:[!&|?{;+-*%<>~^\n".contains(&last) || after_word;
    if !begins && (last.is_ascii_alphanumeric() || b"_$]".contains(&last)) {
        return Some(start + 1);
    }
    if !begins {
        // After `)` or `}`, for example, the slash may be either. That is harmless only if the rest of the line has no
        // quote or slash.
        let near = &text[start + 1..text.len().min(start + 1 + REST)];
        let rest = near.split(|b| *b == b'\n').next().unwrap_or(near);
        let is_plain = rest.len() < REST && !rest.iter().any(|b| b"'\"`/".contains(b));
        return is_plain.then_some(start + 1);
    }
    let (mut at, mut in_class) = (start + 1, false);
    while at < text.len() {
        match text[at] {
            b'\n' => return None,
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}
