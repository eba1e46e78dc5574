//! Finds comments in languages in which `#` begins one.

use super::lexing::{has, has_hidden_break, line_end};
use std::ops::Range;

/// Finds the lines that begin with `#`.
pub(super) fn hash_lines(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    // The quote that an earlier line left open, as far as the lexer can tell, and whether the last word of the previous
    // line may continue.
    let (mut open, mut goes_on): (Option<u8>, bool) = (None, false);
    while start < text.len() {
        let end = line_end(text, start);
        let line = &text[start..end];
        let rest = line.trim_ascii_start();
        // `#{…}` is evaluated in Ruby strings, and `#!` names an interpreter.
        if rest.first() == Some(&b'#')
            && !rest.starts_with(b"#{")
            && !rest.starts_with(b"#!")
            // `#>` ends a PowerShell block comment, and code may follow it.
            && !rest.starts_with(b"#>")
            && !has_hidden_break(line)
            && !goes_on
            && (open.is_none() || !has(line, "$(") && !has(line, "#{") && !line.contains(&b'`'))
        {
            found.push(start..end);
        } else {
            quotes_of(line, &mut open);
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        goes_on = line.strip_suffix(b"\\").is_some_and(|rest| rest.last().is_some_and(|b| !b.is_ascii_whitespace()));
        start = end + 1;
    }
    found
}

/// Updates the open quote after a line of code, in a language in which `#` begins comments.
pub(super) fn quotes_of(line: &[u8], open: &mut Option<u8>) {
    let mut at = 0;
    while at < line.len() {
        match (line[at], *open) {
            (b'\\', None | Some(b'"')) => at += 1,
            (b'#', None) if at == 0 || line[at - 1].is_ascii_whitespace() => return,
            (quote @ (b'"' | b'\''), None) => *open = Some(quote),
            (byte, Some(quote)) if byte == quote => *open = None,
            _ => {}
        }
        at += 1;
    }
}
