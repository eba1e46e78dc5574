//! Finds comments and docstrings in Python.

use super::lexing::{closed, has_hidden_break, line_end};
use std::ops::Range;

/// Finds the comments and docstrings in the text.
pub(super) fn python(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // After a position where the lexer cannot decide, all text counts as code.
    let _ = python_into(text, &mut found);
    found
}

fn python_into(text: &[u8], found: &mut Vec<Range<usize>>) -> Option<()> {
    let (mut at, mut is_line_start, mut depth) = (0, true, 0usize);
    while at < text.len() {
        let byte = text[at];
        match byte {
            b'#' => {
                let end = line_end(text, at);
                if has_hidden_break(&text[at..end]) {
                    return None;
                }
                if !text[at..end].starts_with(b"#!") {
                    found.push(at..end);
                }
                at = end;
                continue;
            }
            b'"' | b'\'' => {
                let start = at;
                let before = text[..at].iter().rev().take_while(|b| b.is_ascii_alphabetic()).count();
                let prefix = text[at - before..at].to_ascii_lowercase();
                let is_triple = text[at..].starts_with(&[byte; 3]);
                let is_formatted = prefix.iter().any(|b| b"ft".contains(b));
                let end = if is_triple { triple(text, at, byte)? } else { closed(text, at, byte)? };
                let quotes = if is_triple { 3 } else { 1 };
                if is_formatted && !ends_at_same_quote(&text[start + quotes..end - quotes]) {
                    return None;
                }
                if is_triple && is_line_start && depth == 0 && before == 0 {
                    let follows = text[end..line_end(text, end)].trim_ascii();
                    if follows.is_empty() || follows[0] == b'#' {
                        found.push(start..end);
                    }
                }
                at = end;
                is_line_start = false;
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'\n' => {
                is_line_start = !text[..at].strip_suffix(b"\r").unwrap_or(&text[..at]).ends_with(b"\\");
                at += 1;
                continue;
            }
            _ => {}
        }
        is_line_start &= byte.is_ascii_whitespace();
        at += 1;
    }
    Some(())
}

/// Whether an f-string ends at the same quote in every version of Python. Since 3.12 the same quotes may be used inside
/// the braces.
fn ends_at_same_quote(inside: &[u8]) -> bool {
    let (mut at, mut depth) = (0, 0usize);
    while at < inside.len() {
        match inside[at] {
            b'{' if depth == 0 && inside.get(at + 1) == Some(&b'{') => at += 1,
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            quote @ (b'"' | b'\'') if depth > 0 => {
                let rest = &inside[at + 1..];
                let Some(length) = memchr::memchr(quote, rest) else { return false };
                if rest[..length].iter().any(|b| b"{}\\\n'\"".contains(b)) {
                    return false;
                }
                at += length + 1;
            }
            b'\\' | b'#' if depth > 0 => return false,
            _ => {}
        }
        at += 1;
    }
    depth == 0
}

/// The end of a triple-quoted string.
fn triple(text: &[u8], start: usize, quote: u8) -> Option<usize> {
    let mut at = start + 3;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            byte if byte == quote && text[at..].starts_with(&[quote; 3]) => return Some(at + 3),
            _ => {}
        }
        at += 1;
    }
    None
}
