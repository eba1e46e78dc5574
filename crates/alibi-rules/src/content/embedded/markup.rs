//! Scripts in HTML and its relatives.

use super::code::Code;
use alibi_code::Language;
use memchr::memmem;

/// Adds the scripts of a page.
pub(super) fn read(text: &[u8], code: &mut Code) {
    let lower = text.to_ascii_lowercase();
    if memmem::find(&lower, b"<?php").is_some() {
        code.add_stretch(Language::Php, text, 0..text.len());
    }
    let mut at = 0;
    while let Some(found) = memmem::find(&lower[at..], b"<script").map(|i| at + i) {
        let Some(start) = memchr::memchr(b'>', &lower[found..]).map(|i| found + i + 1) else { break };
        let end = memmem::find(&lower[start..], b"</script").map_or(text.len(), |i| start + i);
        let opening = &lower[found..start];
        // Data in a script element is not code.
        let is_data = [&b"json"[..], b"template", b"text/html", b"x-handlebars"]
            .iter()
            .any(|kind| memmem::find(opening, kind).is_some());
        if !is_data && start < end {
            code.add_stretch(Language::JavaScript, text, start..end);
        }
        at = end.max(found + 1);
    }
    // Handlers of events, and addresses that are code.
    for opening in [&b" onload="[..], b" onerror=", b" onclick=", b" onmouseover=", b" onfocus=", b"=\"javascript:"] {
        for found in memmem::find_iter(&lower, opening) {
            let quote = match opening.last() {
                Some(b'=') => found + opening.len(),
                _ => found + 1,
            };
            let Some(mark) = text.get(quote).filter(|mark| matches!(mark, b'"' | b'\'')) else { continue };
            let start = if opening.ends_with(b"=") { quote + 1 } else { found + opening.len() };
            let end = memchr::memchr(*mark, &text[start..]).map_or(text.len(), |i| start + i);
            code.add_stretch(Language::JavaScript, text, start..end);
        }
    }
}
