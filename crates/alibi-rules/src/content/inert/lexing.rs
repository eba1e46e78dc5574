//! Functions that the lexers share.

/// Whether a line contains a character that ends a line in some languages, although editors may not show a line break.
pub(super) fn has_hidden_break(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let is_wide = |at: usize| matches!(line[at..], [0xe2, 0x80, 0xa8 | 0xa9, ..]);
    memchr::memchr3(b'\r', 0x0b, 0x0c, line).is_some() || memchr::memchr_iter(0xe2, line).any(is_wide)
}

pub(super) fn line_end(text: &[u8], from: usize) -> usize {
    memchr::memchr(b'\n', &text[from..]).map_or(text.len(), |at| from + at)
}

pub(super) fn has(text: &[u8], needle: &str) -> bool {
    memchr::memmem::find(text, needle.as_bytes()).is_some()
}

/// The end of a quoted string; `None` if the string does not end on its line.
pub(super) fn closed(text: &[u8], start: usize, quote: u8) -> Option<usize> {
    let mut at = start + 1;
    while at < text.len() && text[at] != b'\n' {
        match text[at] {
            b'\\' => at += 1,
            byte if byte == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}
