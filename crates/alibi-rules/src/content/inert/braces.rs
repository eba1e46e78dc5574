//! Finds comments in languages with braces: C and similar languages, JavaScript and TypeScript.

use super::lexing::{closed, has, has_hidden_break, line_end};
use std::ops::Range;

/// Comments in languages with braces. With `script`, templates and regular expressions are strings too.
pub(super) fn braces(text: &[u8], script: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // `<!--` begins a comment in some scripts, and the line of an interpreter holds no comment.
    if script && has(text, "<!--") {
        return found;
    }
    let mut at = if text.starts_with(b"#!") { line_end(text, 0) } else { 0 };
    let has_tags = has(text, "</") || has(text, "/>");
    // The last byte that is not blank and not in a comment or string, and the start of the last word.
    let (mut last, mut word_start) = (b'\n', 0);
    while at < text.len() {
        if !script {
            // Skip to the next byte that can begin a comment or a string; in scripts the word before a slash decides.
            let next = text[at..].iter().position(|b| matches!(b, b'/' | b'"' | b'\'' | b'`'));
            match next {
                Some(next) => at += next,
                None => break,
            }
        }
        let byte = text[at];
        match byte {
            b'/' if text.get(at + 1) == Some(&b'/') => {
                let end = line_end(text, at);
                // In C a backslash at the end of a comment continues it on the next line.
                if has_hidden_break(&text[at..end]) || text[at..end].trim_ascii_end().ends_with(b"\\") {
                    return found;
                }
                // Between JSX tags the slashes are text, and code in braces runs.
                if !(script && has_tags && text[at..end].contains(&b'{')) {
                    found.push(at..end);
                }
                at = end;
                continue;
            }
            b'/' if text.get(at + 1) == Some(&b'*') => {
                let Some(length) = memchr::memmem::find(&text[at + 2..], b"*/") else { return found };
                let end = at + 2 + length + 2;
                let inside = &text[at + 2..end - 2];
                // Comments nest in Rust and others; in Java an escape may end one.
                if !script && inside.windows(2).any(|two| two == b"/*" || two == b"\\u") {
                    return found;
                }
                if !(script && has_tags && inside.contains(&b'{')) {
                    found.push(at..end);
                }
                at = end;
                continue;
            }
            // Where no division can be, it begins a string of Groovy.
            b'/' if !script && text[..at].trim_ascii_end().last().is_some_and(|b| b"=(,:[".contains(b)) => {
                return found;
            }
            // After `a++` a slash divides, and also after `x.return`.
            b'/' if script && is_after_postfix(text, at, word_start) => return found,
            b'/' if script => match pattern(text, at, last, &text[word_start..at]) {
                Some(end) => {
                    at = end;
                    last = b'/';
                    continue;
                }
                None => return found,
            },
            b'"' => match quoted(text, at, b'"') {
                // In a raw string a backslash escapes nothing.
                Some(end)
                    if !script
                        && text[..at].last().is_some_and(|b| b"rR@#$".contains(b))
                        && text[at..end].iter().any(|b| b"\\#".contains(b)) =>
                {
                    return found;
                }
                // Code in a string may hold further strings.
                Some(end) if !script && text[at..end].windows(2).any(|two| two == b"${" || two == b"\\(") => {
                    return found;
                }
                Some(end) => at = end - 1,
                None => return found,
            },
            b'\'' => match quoted(if script { text } else { &text[..text.len().min(at + CHARACTER)] }, at, b'\'') {
                Some(end) if script || is_character(&text[at + 1..end - 1]) => at = end - 1,
                // Several characters that could as well be two quotes with code between them.
                Some(end) if text[at..end].iter().any(|b| b"\"/`".contains(b)) => return found,
                Some(_) => {}
                // A lifetime in Rust, or a digit separator in C++.
                None if !script && text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) => {}
                None => return found,
            },
            b'`' => match template(text, at, script) {
                Some(end) => at = end - 1,
                None => return found,
            },
            _ => {}
        }
        if !text[at].is_ascii_whitespace() {
            let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'$';
            if !is_word(last) || !at.checked_sub(1).is_some_and(|before| is_word(text[before])) {
                word_start = at;
            }
            last = text[at];
        }
        at += 1;
    }
    found
}

/// How much of a line after a slash is read, in bytes.
const REST: usize = 4096;

/// Whether what is between two single quotes is one character, or the escape of one.
fn is_character(inside: &[u8]) -> bool {
    inside.first() == Some(&b'\\') || std::str::from_utf8(inside).is_ok_and(|text| text.chars().count() == 1)
}

/// The longest quoted character, in bytes: `'\u{10ffff}'`.
const CHARACTER: usize = 12;

/// Whether a slash follows `++`, `--` or a member's name, so that it divides.
fn is_after_postfix(text: &[u8], at: usize, word_start: usize) -> bool {
    let before = text[..at].trim_ascii_end();
    before.ends_with(b"++") || before.ends_with(b"--") || text[..word_start].ends_with(b".")
}

/// The end of a string that ends on its line; `None` if it does not, or if it starts with three quotes, which may span
/// lines.
fn quoted(text: &[u8], start: usize, quote: u8) -> Option<usize> {
    if text[start..].starts_with(&[quote; 3]) { None } else { closed(text, start, quote) }
}

/// The end of a template; `None` if it contains code, which may contain anything.
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

/// For a slash that does not begin a comment: the end of the regular expression, or the next byte after a division.
/// `None` if it may be either.
fn pattern(text: &[u8], start: usize, last: u8, word: &[u8]) -> Option<usize> {
    const BEFORE: [&[u8]; 11] =
        [b"return", b"typeof", b"case", b"in", b"delete", b"void", b"throw", b"new", b"else", b"do", b"default"];
    // Keywords in some places, and names in others.
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
        // After a bracket this is safe only if both readings leave the rest of the line alone, as far as it is read.
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
