//! Reads string literals and their escapes.

use crate::language::Language;
use crate::reader::Lexer;
use crate::token::{Kind, Piece};
use std::ops::Range;

/// How a string is written.
#[derive(Clone, Copy)]
struct Form {
    /// The text that ends it.
    close: &'static str,
    /// Whether a backslash escapes.
    escapes: bool,
    /// The text that begins interpolated code, if any.
    code: Option<&'static str>,
    /// Whether it may contain newlines.
    spans_lines: bool,
}

const fn form(close: &'static str, escapes: bool, code: Option<&'static str>, spans_lines: bool) -> Form {
    Form { close, escapes, code, spans_lines }
}

/// Reads the string that begins here. Returns the token and the position after it.
pub(crate) fn read_string(lexer: &Lexer<'_>) -> Option<(Kind, usize)> {
    let rest = lexer.rest();
    if let Some(found) = raw_or_special(lexer, rest) {
        return Some(found);
    }
    let (skip, form) = opening(lexer, rest)?;
    let start = lexer.at + skip;
    let (pieces, end) = pieces(lexer, start, form);
    Some((token(pieces), end))
}

fn token(mut pieces: Vec<Piece>) -> Kind {
    match pieces.len() {
        0 => Kind::Text(String::new()),
        1 if matches!(pieces[0], Piece::Text(_)) => match pieces.pop() {
            Some(Piece::Text(text)) => Kind::Text(text),
            _ => Kind::Text(String::new()),
        },
        _ => Kind::Template(pieces),
    }
}

/// The length of the prefix and quotes of a string that begins here, and its form.
fn opening(lexer: &Lexer<'_>, rest: &[u8]) -> Option<(usize, Form)> {
    let language = lexer.language;
    let code = match language {
        Language::Kotlin | Language::Groovy | Language::Php | Language::Perl => Some("$"),
        Language::Ruby => Some("#{"),
        Language::Swift => Some("\\("),
        Language::PowerShell => Some("$"),
        _ => None,
    };
    let escapes = language != Language::PowerShell;
    match (language, rest) {
        (Language::Python, _) => python(rest),
        (Language::JavaScript, [b'`', ..]) => Some((1, form("`", true, Some("${"), true))),
        (Language::Go, [b'`', ..]) => Some((1, form("`", false, None, true))),
        (Language::Php | Language::Perl | Language::Ruby, [b'`', ..]) => Some((1, form("`", true, code, true))),
        (Language::CSharp, [b'$', b'@', b'"', ..] | [b'@', b'$', b'"', ..]) => {
            Some((3, form("\"", false, Some("{"), true)))
        }
        (Language::CSharp, [b'$', b'"', ..]) => Some((2, form("\"", true, Some("{"), false))),
        (Language::CSharp, [b'@', b'"', ..]) => Some((2, form("\"", false, None, true))),
        (Language::Rust | Language::C, [b'b' | b'L' | b'u', b'"', ..]) => Some((2, form("\"", true, None, true))),
        (_, [b'"', b'"', b'"', ..]) if has_triple(language) => Some((3, form("\"\"\"", true, code, true))),
        (Language::Groovy, [b'\'', b'\'', b'\'', ..]) => Some((3, form("'''", true, None, true))),
        (Language::PowerShell, [b'@', b'"', ..]) => Some((2, form("\n\"@", false, code, true))),
        (Language::PowerShell, [b'@', b'\'', ..]) => Some((2, form("\n'@", false, None, true))),
        (Language::Lua, [b'[', b'[', ..]) => Some((2, form("]]", false, None, true))),
        (_, [b'"', ..]) => Some((1, form("\"", escapes, code, spans_lines(language)))),
        (Language::Rust, [b'\'', ..]) => is_char(rest).then(|| (1, form("'", true, None, false))),
        (_, [b'\'', ..]) => Some((1, form("'", escapes, None, spans_lines(language)))),
        _ => None,
    }
}

fn has_triple(language: Language) -> bool {
    matches!(language, Language::Java | Language::Kotlin | Language::Swift | Language::Groovy | Language::CSharp)
}

fn spans_lines(language: Language) -> bool {
    matches!(
        language,
        Language::Ruby | Language::Php | Language::Perl | Language::Rust | Language::Shell | Language::PowerShell
    )
}

/// Whether a quote in Rust begins a character, not a lifetime.
fn is_char(rest: &[u8]) -> bool {
    rest.get(1) == Some(&b'\\') || rest.iter().skip(2).take(4).any(|b| *b == b'\'')
}

/// A string of Python, with its prefix.
fn python(rest: &[u8]) -> Option<(usize, Form)> {
    let prefix = rest.iter().take(3).take_while(|b| b"rRbBfFuUtT".contains(b)).count();
    let quote = *rest.get(prefix)?;
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let has = |letter: u8| rest[..prefix].iter().any(|b| b.to_ascii_lowercase() == letter);
    let (is_triple, is_double) = (rest[prefix..].starts_with(&[quote; 3]), quote == b'"');
    let close = match (is_triple, is_double) {
        (true, true) => "\"\"\"",
        (true, false) => "'''",
        (false, true) => "\"",
        (false, false) => "'",
    };
    Some((prefix + close.len(), form(close, !has(b'r'), has(b'f').then_some("{"), is_triple)))
}

/// Raw strings with counted delimiters, regular expressions, quoted words and here documents.
fn raw_or_special(lexer: &Lexer<'_>, rest: &[u8]) -> Option<(Kind, usize)> {
    let text = |from: usize, to: usize| Kind::Text(String::from_utf8_lossy(&rest[from..to]).into_owned());
    let to_close = |from: usize, close: &[u8]| {
        let end = memchr::memmem::find(&rest[from..], close).map_or(rest.len(), |place| from + place);
        (text(from, end), lexer.at + (end + close.len()).min(rest.len()))
    };
    match lexer.language {
        Language::Rust if rest.starts_with(b"r\"") || rest.starts_with(b"r#") || rest.starts_with(b"br") => {
            let from = rest.iter().position(|b| *b == b'"').filter(|quote| *quote < 12)?;
            let hashes = rest[..from].iter().filter(|b| **b == b'#').count();
            let is_raw = rest[..from].iter().all(|b| b"br#".contains(b));
            is_raw.then(|| to_close(from + 1, &[&b"\""[..], &vec![b'#'; hashes]].concat()))
        }
        Language::JavaScript | Language::Ruby | Language::Perl if rest.first() == Some(&b'/') => {
            let end = regular_expression(rest)?;
            lexer.expects_value().then(|| (text(1, end), lexer.at + end + 1))
        }
        Language::Ruby | Language::Perl if matches!(rest, [b'%' | b'q', ..]) => quoted_words(lexer, rest),
        Language::Ruby | Language::Php | Language::Perl if rest.starts_with(b"<<") => here_document(lexer, rest),
        _ => None,
    }
}

/// The position of the slash that ends a regular expression on this line.
fn regular_expression(rest: &[u8]) -> Option<usize> {
    let (mut at, mut in_class) = (1, false);
    loop {
        match rest.get(at)? {
            b'\n' => return None,
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return (at > 1).then_some(at),
            _ => {}
        }
        at += 1;
    }
}

/// `%w[…]`, `%q(…)`, `qw(…)` and `qq{…}`.
fn quoted_words(lexer: &Lexer<'_>, rest: &[u8]) -> Option<(Kind, usize)> {
    let letters = rest.iter().skip(1).take(2).take_while(|b| b"wqWQxriI".contains(b)).count();
    let open = *rest.get(1 + letters)?;
    let close = match open {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        b'<' => b'>',
        b'|' | b'!' | b'/' => open,
        _ => return None,
    };
    if rest[0] == b'%' && (letters == 0 || !lexer.expects_value()) || rest[0] == b'q' && letters == 0 && open != b'(' {
        return None;
    }
    let from = 2 + letters;
    let end = from + memchr::memchr(close, rest.get(from..)?)?;
    Some((Kind::Text(String::from_utf8_lossy(&rest[from..end]).into_owned()), lexer.at + end + 1))
}

/// A here document: the lines up to the one that consists of its word. What follows on the first line is skipped.
fn here_document(lexer: &Lexer<'_>, rest: &[u8]) -> Option<(Kind, usize)> {
    let from = 2 + rest.iter().skip(2).take_while(|b| b"<~-".contains(b)).count();
    let quoted = matches!(rest.get(from), Some(b'\'' | b'"'));
    let word: &[u8] = {
        let from = from + usize::from(quoted);
        let len = rest[from.min(rest.len())..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        rest.get(from..from + len)?
    };
    if word.len() < 2 || !word[0].is_ascii_uppercase() {
        return None;
    }
    let start = memchr::memchr(b'\n', rest)? + 1;
    let mut at = start;
    while at < rest.len() {
        let end = memchr::memchr(b'\n', &rest[at..]).map_or(rest.len(), |place| at + place);
        let line = rest[at..end].trim_ascii();
        if line.strip_prefix(word).is_some_and(|tail| tail.iter().all(|b| !b.is_ascii_alphanumeric())) {
            return Some((Kind::Text(String::from_utf8_lossy(&rest[start..at]).into_owned()), lexer.at + end));
        }
        at = end + 1;
    }
    None
}

/// Reads the pieces of a string up to its end. Returns them, and the position after the string.
fn pieces(lexer: &Lexer<'_>, start: usize, form: Form) -> (Vec<Piece>, usize) {
    let bytes = lexer.text;
    let close = form.close.as_bytes();
    let (mut pieces, mut text, mut at) = (Vec::new(), Vec::new(), start);
    let flush = |text: &mut Vec<u8>, pieces: &mut Vec<Piece>| {
        if !text.is_empty() {
            pieces.push(Piece::Text(String::from_utf8_lossy(&std::mem::take(text)).into_owned()));
        }
    };
    while at < bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(close) {
            // A doubled quote stands for one where a backslash does not escape.
            if !form.escapes && close == b"\"" && rest.get(1) == Some(&b'"') {
                text.push(b'"');
                at += 2;
                continue;
            }
            flush(&mut text, &mut pieces);
            return (pieces, at + close.len());
        }
        if rest[0] == b'\n' && !form.spans_lines {
            break;
        }
        if let Some(code) = code_at(bytes, at, form) {
            flush(&mut text, &mut pieces);
            at = code.1;
            pieces.push(Piece::Code(code.0));
        } else if form.escapes && rest[0] == b'\\' && rest.len() > 1 {
            at += escape(rest, &mut text);
        } else {
            text.push(rest[0]);
            at += 1;
        }
    }
    flush(&mut text, &mut pieces);
    (pieces, at)
}

/// The interpolated code that begins here, and the position after it.
fn code_at(bytes: &[u8], at: usize, form: Form) -> Option<(Range<usize>, usize)> {
    let opener = form.code?;
    let rest = &bytes[at..];
    if !rest.starts_with(opener.as_bytes()) {
        return None;
    }
    let from = at + opener.len();
    let (open, close) = match opener {
        "\\(" => (b'(', b')'),
        "$" => match bytes.get(from) {
            Some(b'{') => (b'{', b'}'),
            Some(b'(') => (b'(', b')'),
            Some(b) if b.is_ascii_alphabetic() || *b == b'_' => {
                let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':');
                let len = bytes[from..].iter().take_while(|b| is_name(b)).count();
                return Some((at..from + len, from + len));
            }
            _ => return None,
        },
        _ => (b'{', b'}'),
    };
    let from = from + usize::from(opener == "$");
    // `{{` is a brace in Python and C#.
    if opener == "{" && bytes.get(from) == Some(&b'{') {
        return None;
    }
    let mut depth = 1;
    for (place, byte) in bytes.iter().enumerate().skip(from).take(10_000) {
        depth += i32::from(*byte == open) - i32::from(*byte == close);
        if depth == 0 {
            return Some((from..place, place + 1));
        }
    }
    None
}

/// Decodes the escape that begins here. Returns its length.
fn escape(rest: &[u8], text: &mut Vec<u8>) -> usize {
    let hex = |from: usize, max: usize| {
        let digits = rest.iter().skip(from).take(max).take_while(|b| b.is_ascii_hexdigit()).count();
        let digits =
            std::str::from_utf8(&rest[from.min(rest.len())..(from + digits).min(rest.len())]).unwrap_or_default();
        (digits.len(), u32::from_str_radix(digits, 16).unwrap_or_default())
    };
    let mut push = |code: u32| {
        let mut buffer = [0; 4];
        text.extend_from_slice(char::from_u32(code).unwrap_or('\u{fffd}').encode_utf8(&mut buffer).as_bytes());
    };
    match rest[1] {
        b'n' => push(10),
        b't' => push(9),
        b'r' => push(13),
        b'\n' => {}
        b'x' => {
            let (digits, code) = hex(2, 2);
            push(code);
            return 2 + digits;
        }
        b'u' if rest.get(2) == Some(&b'{') => {
            let (digits, code) = hex(3, 6);
            push(code);
            return 4 + digits;
        }
        b'u' => {
            let (digits, code) = hex(2, 4);
            push(code);
            return 2 + digits;
        }
        b'0'..=b'7' => {
            let digits = rest.iter().skip(1).take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
            let value = rest[1..=digits].iter().fold(0, |value, digit| value * 8 + u32::from(digit - b'0'));
            push(value);
            return 1 + digits;
        }
        other => text.push(other),
    }
    2
}
