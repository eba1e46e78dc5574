//! Finds and decodes encoded text: base64, hexadecimal, character codes, escapes, percent-encoding, concatenated
//! pieces, or reversed text. Suspicious words are searched for in each of these forms, and the text around each
//! occurrence is decoded.
//!
//! Decoding is bounded in size and depth; nothing is run.

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, Encoding};
use std::ops::Range;

/// A decoded stretch has at most this many bytes on each side of the word that was found.
const REACH: usize = 64 << 10;

/// The same limit for forms that encode only a part of a line.
const REACH_IN_LINE: usize = 1024;

/// Words that reveal hidden text: URLs, and calls that run or read something.
const WORDS: &[&str] = &[
    "http://",
    "https://",
    "eval(",
    "exec(",
    "require(",
    "import ",
    "child_process",
    "process.env",
    "os.environ",
    "subprocess",
    "os.system",
    "/bin/sh",
    "/bin/bash",
    "powershell",
    "curl -",
    "wget ",
    "<?php",
    "function(",
    "socket",
    "Invoke-",
    "New-Object",
    "DownloadString",
    ".ssh/id_",
    ".aws/credentials",
    "/etc/shadow",
    "webhook.site",
    "discord.com/api",
    "api.telegram",
    // The beginnings of URLs in base64, for text that is encoded twice.
    "aHR0cHM6",
    "aHR0cDov",
];

/// Words searched for in base64 of two-byte characters, the form of PowerShell's encoded commands.
const WIDE_WORDS: &[&str] = &["http", "Invoke", "IEX", "iex", "New-Object", "Download", "powershell"];

/// The first letters of words, searched for as escapes, in percent-encoding and as character codes.
const CODED_WORDS: &[&str] = &["http", "eval", "exec", "requ", "curl", "wget", "powe", "/bin", "impo"];

/// The forms of encoded text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    Base64,
    Hex,
    Escapes,
    Percent,
    Codes,
    Glued,
    Reversed,
}

impl Form {
    /// Whether a view of this form that ends at `end` covers all text that a marker at `at` would reveal.
    pub(super) fn covers(self, at: usize, end: usize, line: &Range<usize>) -> bool {
        match self {
            Form::Base64 | Form::Hex | Form::Codes => at < end,
            _ => at + REACH_IN_LINE / 2 < end || end >= line.end && at < end,
        }
    }
}

/// An encoded form of a word, or the join between two concatenated strings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Marker {
    pub literal: Vec<u8>,
    pub form: Form,
    /// For base64, the position of the literal's first letter in its group of four.
    pub phase: usize,
}

/// A decoded stretch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct View {
    /// The position of the encoded stretch in the text.
    pub span: Range<usize>,
    /// The decoded text.
    pub text: Vec<u8>,
}

/// Returns the markers of all words in all forms.
pub(super) fn markers() -> Vec<Marker> {
    let mut all = Vec::new();
    let base64 = WORDS.iter().map(|word| word.as_bytes().to_vec());
    let wide = WIDE_WORDS.iter().map(|word| word.bytes().flat_map(|b| [b, 0]).collect());
    for word in base64.chain(wide) {
        let literals = in_base64(&word).into_iter();
        all.extend(literals.map(|(phase, literal)| Marker { literal, form: Form::Base64, phase }));
    }
    let mut add = |literal: Vec<u8>, form| all.push(Marker { literal, form, phase: 0 });
    for word in WORDS {
        add(data_encoding::HEXLOWER.encode(word.as_bytes()).into_bytes(), Form::Hex);
    }
    for word in CODED_WORDS {
        let each = |format: &dyn Fn(u8) -> String, glue: &str| -> Vec<u8> {
            word.bytes().map(format).collect::<Vec<_>>().join(glue).into_bytes()
        };
        add(each(&|b| format!("\\x{b:02x}"), ""), Form::Escapes);
        add(each(&|b| format!("\\u{b:04x}"), ""), Form::Escapes);
        add(each(&|b| format!("%{b:02x}"), ""), Form::Percent);
        for glue in [",", ", "] {
            add(each(&|b| b.to_string(), glue), Form::Codes);
            add(each(&|b| format!("0x{b:02x}"), glue), Form::Codes);
        }
    }
    for glue in ["'+'", "\"+\"", "' + '", "\" + \""] {
        add(glue.as_bytes().to_vec(), Form::Glued);
    }
    for reversed in ["//:ptth", "//:sptth", "(lave", "(cexe"] {
        add(reversed.as_bytes().to_vec(), Form::Reversed);
    }
    all.sort_by(|a, b| a.literal.cmp(&b.literal));
    all.dedup_by(|a, b| a.literal == b.literal);
    all
}

/// Encodes a word in base64 at each of the three byte offsets. Returns only the letters that depend on the word alone,
/// with the position of the first of these letters in its group of four.
fn in_base64(word: &[u8]) -> Vec<(usize, Vec<u8>)> {
    const SHORTEST: usize = 5;
    let one = |skip: usize| {
        let padded = [vec![0; skip], word.to_vec()].concat();
        let letters = BASE64_NOPAD.encode(&padded).into_bytes();
        // A letter encodes six bits. Letters that also depend on a neighbouring byte are left out.
        let first = (skip * 8).div_ceil(6);
        let last = padded.len() * 8 / 6;
        (first % 4, letters[first..last].to_vec())
    };
    (0..3).map(one).filter(|(_, literal)| literal.len() >= SHORTEST).collect()
}

/// Decodes the text around a marker that starts at `at` in the line `line`.
pub(super) fn decode(marker: &Marker, text: &[u8], at: usize, line: &Range<usize>) -> Option<View> {
    let near = line.start.max(at.saturating_sub(REACH_IN_LINE))..line.end.min(at.saturating_add(REACH_IN_LINE));
    match marker.form {
        Form::Base64 => {
            let span = run(text, at, |b| b.is_ascii_alphanumeric() || b"+/-_".contains(&b));
            // Leading letters that do not form a whole group belong to the preceding text.
            let span = (span.start + (at - span.start + 4 - marker.phase) % 4).min(span.end)..span.end;
            let found = base64(&text[span.clone()])?;
            // The sources in a source map are never run. An empty view is kept, so that the stretch is decoded only
            // once.
            let is_map = text.get(line.start..span.start).is_some_and(is_source_map);
            Some(View { text: if is_map { Vec::new() } else { found }, span })
        }
        Form::Hex => {
            let span = run(text, at, |b| b.is_ascii_hexdigit());
            // A leading digit that would shift the word by half a byte belongs to the preceding text.
            let span = (span.start + (at - span.start) % 2).min(span.end)..span.end;
            let digits = &text[span.start..span.end - span.len() % 2];
            let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(digits).ok()?;
            Some(View { span, text: bytes })
        }
        Form::Escapes => unescape(text, near, b'\\'),
        Form::Percent => unescape(text, near, b'%'),
        Form::Codes => {
            let span = run(text, at, |b| b.is_ascii_hexdigit() || b", xX\n\r\t".contains(&b));
            let codes = text[span.clone()].split(|b| *b == b',').map(|number| code(number.trim_ascii()));
            let codes: Vec<u8> = codes.map(|c| c.unwrap_or(b' ')).collect();
            Some(View { span, text: codes })
        }
        Form::Glued => Some(View { text: glued(&text[near.clone()]), span: near }),
        Form::Reversed => Some(View { text: text[near.clone()].iter().rev().copied().collect(), span: near }),
    }
}

/// Whether base64 that follows this beginning of a line is part of an inline source map: a comment in which a bundler
/// stores the sources of a file for debuggers.
fn is_source_map(line: &[u8]) -> bool {
    const HEADS: [&[u8]; 2] =
        [b"//# sourceMappingURL=data:application/json;", b"//@ sourceMappingURL=data:application/json;"];
    const FORMS: [&[u8]; 3] = [b"base64,", b"charset=utf-8;base64,", b"charset=utf8;base64,"];
    let rest = HEADS.iter().find_map(|head| line.strip_prefix(*head));
    let encoded = rest.and_then(|rest| FORMS.iter().find_map(|form| rest.strip_prefix(*form)));
    encoded.is_some_and(|e| e.last().is_none_or(|b| b.is_ascii_alphanumeric() || b"+/".contains(b)))
}

/// Decodes a span for display, using the first form in which it can be decoded.
pub fn reveal(text: &[u8], span: &Range<usize>) -> Option<Vec<u8>> {
    let line = span.clone();
    let markers = markers();
    let found = markers.iter().find_map(|m| {
        let at = span.start + memchr::memmem::find(text.get(span.clone())?, &m.literal)?;
        decode(m, text, at, &line)
    })?;
    Some(found.text)
}

/// Returns the longest stretch around `at`, within [`REACH`], whose bytes all satisfy `belongs`.
fn run(text: &[u8], at: usize, belongs: impl Fn(u8) -> bool) -> Range<usize> {
    let (low, high) = (at.saturating_sub(REACH), at.saturating_add(REACH).min(text.len()));
    let start = text[low..at].iter().rposition(|b| !belongs(*b)).map_or(low, |i| low + i + 1);
    let end = text[at..high].iter().position(|b| !belongs(*b)).map_or(high, |i| at + i);
    start..end
}

/// Decodes base64 of either alphabet; leftover bits are dropped. Each two-byte character becomes one byte.
fn base64(letters: &[u8]) -> Option<Vec<u8>> {
    let url = letters.iter().any(|b| b"-_".contains(b));
    let encoding: &Encoding = if url { &BASE64URL_NOPAD } else { &BASE64_NOPAD };
    let mut whole = letters[..letters.len() / 4 * 4].to_vec();
    let rest = &letters[whole.len()..];
    // The last letters' spare bits may be set if the stretch was cut off.
    if rest.len() >= 2 {
        whole.extend_from_slice(rest);
        whole.extend_from_slice(&b"AA"[..4 - rest.len()]);
    }
    let mut bytes = encoding.decode(&whole).ok()?;
    if rest.len() >= 2 {
        bytes.truncate(bytes.len() + rest.len() - 4);
    }
    let wide = bytes.len() >= 8 && bytes.iter().skip(1).step_by(2).filter(|b| **b == 0).count() * 5 >= bytes.len() * 2;
    Some(if wide { bytes.into_iter().step_by(2).collect() } else { bytes })
}

/// Decodes all `\xNN` and `\uNNNN`, or all `%NN`, in a part of the text.
fn unescape(text: &[u8], part: Range<usize>, sign: u8) -> Option<View> {
    let mut plain = Vec::with_capacity(part.len());
    let mut rest = &text[part.clone()];
    while let Some((&first, tail)) = rest.split_first() {
        let digits = match (first == sign, sign, tail.first()) {
            (true, b'%', _) => tail.get(..2).map(|d| (d, 2)),
            (true, _, Some(b'x')) => tail.get(1..3).map(|d| (d, 3)),
            (true, _, Some(b'u')) => tail.get(1..5).map(|d| (d, 5)),
            _ => None,
        };
        let value =
            digits.and_then(|(d, used)| Some((u32::from_str_radix(std::str::from_utf8(d).ok()?, 16).ok()?, used)));
        match value.and_then(|(value, used)| Some((char::from_u32(value)?, used))) {
            Some((c, used)) => {
                plain.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &tail[used..];
            }
            None => {
                plain.push(first);
                rest = tail;
            }
        }
    }
    Some(View { span: part, text: plain })
}

/// Parses a character code, decimal or hexadecimal.
fn code(number: &[u8]) -> Option<u8> {
    let number = std::str::from_utf8(number).ok()?;
    match number.strip_prefix("0x").or_else(|| number.strip_prefix("0X")) {
        Some(hex) => u8::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    }
}

/// Joins the concatenated string literals in a line.
fn glued(line: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(line.len());
    let mut at = 0;
    while at < line.len() {
        if b"'\"`".contains(&line[at]) {
            let rest = &line[at + 1..];
            let gap = rest.iter().take_while(|b| b" +\t".contains(b)).count();
            if rest[..gap].iter().filter(|b| **b == b'+').count() == 1 && rest.get(gap) == Some(&line[at]) {
                at += gap + 2;
                continue;
            }
        }
        plain.push(line[at]);
        at += 1;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns the text decoded around the first occurrence of each marker.
    fn revealed(text: &str) -> Vec<String> {
        let text = text.as_bytes();
        let mut all = Vec::new();
        for m in markers() {
            if let Some(at) = memchr::memmem::find(text, &m.literal)
                && let Some(view) = decode(&m, text, at, &(0..text.len()))
            {
                all.push(String::from_utf8_lossy(&view.text).into_owned());
            }
        }
        all
    }

    #[test]
    fn an_address_is_found_in_every_encoding() {
        let address = "https://collect.example.org/a?b=1";
        let bytes = address.as_bytes();
        let joined = |f: &dyn Fn(&u8) -> String, glue: &str| bytes.iter().map(f).collect::<Vec<_>>().join(glue);
        let wide: Vec<u8> = bytes.iter().flat_map(|b| [*b, 0]).collect();
        let forms = [
            data_encoding::BASE64.encode(bytes),
            data_encoding::BASE64.encode(&[b"ab", bytes].concat()),
            data_encoding::BASE64URL_NOPAD.encode(&[b"~?", bytes].concat()),
            data_encoding::BASE64.encode(&wide),
            data_encoding::HEXLOWER.encode(bytes),
            joined(&|b| format!("\\x{b:02x}"), ""),
            joined(&|b| format!("\\u{b:04x}"), ""),
            joined(&|b| format!("%{b:02x}"), ""),
            joined(&u8::to_string, ","),
            joined(&|b| format!("0x{b:02x}"), ", "),
            "ht'+'tps://coll' + 'ect.example.org/a?b=1".to_owned(),
            address.chars().rev().collect(),
        ];
        for form in forms {
            let found = revealed(&format!("x = '{form}'; run(x)"));
            assert!(found.iter().any(|f| f.contains(address)), "{form}: {found:?}");
        }
    }

    #[test]
    fn base64_words_are_found_at_every_alignment() {
        assert_eq!(in_base64(b"https://").len(), 3);
        for word in WORDS {
            for padding in ["", "a", "ab", "abc"] {
                let text = data_encoding::BASE64.encode(format!("{padding}{word}etc").as_bytes());
                assert!(
                    in_base64(word.as_bytes()).iter().any(|(_, l)| text.contains(std::str::from_utf8(l).unwrap())),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn an_inline_source_map_is_not_decoded() {
        let encoded = data_encoding::BASE64.encode(b"{\"sourcesContent\":[\"eval(a)\"]}");
        let map = format!("//# sourceMappingURL=data:application/json;base64,{encoded}");
        assert!(revealed(&map).iter().all(String::is_empty));
        for other in [map.replace("json;", "json;x='';"), format!("a(); {map}"), map.replace("json", "text")] {
            assert!(revealed(&other).iter().any(|text| text.contains("eval(a)")), "{other}");
        }
    }

    #[test]
    fn base64_is_decoded_from_any_starting_offset() {
        let text = data_encoding::BASE64.encode(b"a long beginning, then eval(a)").into_bytes();
        for from in 0..12 {
            assert!(reveal(&text, &(from..text.len())).is_some(), "{from}");
        }
    }

    #[test]
    fn invalid_concatenations_and_escapes_are_left_unchanged() {
        assert_eq!(glued(b"'a' + b + 'c'"), b"'a' + b + 'c'");
        assert_eq!(glued(b"'a' ++ 'c'"), b"'a' ++ 'c'");
        assert_eq!(unescape(b"100% \\x4 \\uD800", 0..15, b'\\').unwrap().text, b"100% \\x4 \\uD800");
    }

    proptest! {
        #[test]
        fn arbitrary_input_never_panics(text in proptest::collection::vec(any::<u8>(), 0..300), at in 0usize..300) {
            let at = at.min(text.len());
            reveal(&text, &(at..text.len()));
            for form in [Form::Base64, Form::Hex, Form::Escapes, Form::Percent, Form::Codes, Form::Glued, Form::Reversed] {
                for phase in 0..4 {
                    decode(&Marker { literal: Vec::new(), form, phase }, &text, at, &(0..text.len()));
                }
            }
        }
    }
}
