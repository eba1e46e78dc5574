//! Splits source code of any language into tokens. The lexer accepts everything: what it does not know is skipped.

use crate::language::Language;
use crate::reader::Lexer;
use crate::strings::read_string;
use crate::token::{Kind, Token};

/// Maximum number of tokens that are read from one text.
const MAX_TOKENS: usize = 400_000;

/// Operators, longest first.
const OPERATORS: [&str; 62] = [
    "===", "!==", "**=", "...", "<=>", ">>=", "<<=", "&&=", "||=", "??=", "->>", "=>", "->", "::", ":=", "==", "!=",
    "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", ".=", "|=", "&=", "<<", ">>", "**", "..",
    "=~", "|>", "(", ")", "[", "]", "{", "}", ",", ";", ":", "=", "+", "-", "*", "/", "%", ".", "<", ">", "!", "?",
    "|", "&", "@", "~",
];

/// Splits a part of a text into tokens. The flag says whether a limit was reached.
pub(crate) fn tokens(text: &[u8], part: std::ops::Range<usize>, language: Language) -> (Vec<Token>, bool) {
    let mut lexer = Lexer {
        text: &text[..part.end.min(text.len())],
        language,
        at: part.start,
        end: part.end.min(text.len()),
        tokens: Vec::new(),
        open: Vec::new(),
        line_start: part.start,
        begins_line: true,
        spaced: true,
    };
    if language == Language::Php {
        lexer.skip_markup();
    }
    while lexer.at < lexer.end && lexer.tokens.len() < MAX_TOKENS {
        lexer.step();
    }
    (lexer.tokens, lexer.at < lexer.end)
}

impl Lexer<'_> {
    fn step(&mut self) {
        let Some(&byte) = self.rest().first() else { return };
        match byte {
            b'\n' => self.newline(),
            b' ' | b'\t' | b'\r' | 0x0c => {
                self.at += 1;
                self.spaced = true;
            }
            _ if self.skip_comment() => self.spaced = true,
            b'\\' if self.rest().get(1).is_some_and(|b| matches!(b, b'\n' | b'\r')) => self.skip_continuation(),
            b'`' if self.language == Language::PowerShell => self.skip_continuation(),
            _ if self.string() => {}
            b'0'..=b'9' => self.number(),
            _ if is_word(byte) || self.is_sigil(byte) => self.word(),
            _ => self.operator(),
        }
    }

    fn push(&mut self, kind: Kind, at: usize) {
        let column = self.begins_line.then(|| (at - self.line_start.min(at)) as u32);
        self.tokens.push(Token { kind, at, column, spaced: self.spaced });
        (self.begins_line, self.spaced) = (false, false);
    }

    fn newline(&mut self) {
        let is_ended = self.language.ends_at_newline() && self.open.last().is_none_or(|b| *b == b'{');
        let is_first = matches!(self.tokens.last(), None | Some(Token { kind: Kind::Newline, .. }));
        if is_ended && !is_first {
            self.push(Kind::Newline, self.at);
        }
        self.at += 1;
        (self.line_start, self.begins_line, self.spaced) = (self.at, true, true);
    }

    fn skip_continuation(&mut self) {
        self.at += 1;
        while self.rest().first().is_some_and(|b| matches!(b, b'\r' | b'\n')) {
            self.at += 1;
        }
        self.spaced = true;
    }

    fn skip_to(&mut self, close: &[u8], from: usize) {
        let found = memchr::memmem::find(self.rest().get(from..).unwrap_or_default(), close);
        self.at = found.map_or(self.end, |place| self.at + from + place + close.len());
    }

    fn skip_line(&mut self) {
        let found = memchr::memchr(b'\n', self.rest());
        self.at = found.map_or(self.end, |place| self.at + place);
    }

    fn skip_comment(&mut self) -> bool {
        let rest = self.rest();
        let language = self.language;
        let is_at_start = self.begins_line;
        if language.has_slash_comments() && rest.starts_with(b"/*") {
            self.skip_to(b"*/", 2);
        } else if language.has_slash_comments() && rest.starts_with(b"//") {
            self.skip_line();
        } else if language == Language::PowerShell && rest.starts_with(b"<#") {
            self.skip_to(b"#>", 2);
        } else if language == Language::Lua && rest.starts_with(b"--[[") {
            self.skip_to(b"]]", 4);
        } else if language == Language::Lua && rest.starts_with(b"--") {
            self.skip_line();
        } else if rest.starts_with(b"#!") && self.at == 0 || language.has_hash_comments() && rest.starts_with(b"#") {
            let is_attribute = language == Language::Php && rest.starts_with(b"#[");
            if is_attribute {
                return false;
            }
            self.skip_line();
        } else if matches!(language, Language::Perl | Language::Ruby) && is_at_start && is_pod(rest) {
            let close: &[u8] = if language == Language::Perl { b"\n=cut" } else { b"\n=end" };
            self.skip_to(close, 0);
        } else if language == Language::Php && rest.starts_with(b"?>") {
            self.skip_markup();
        } else {
            return false;
        }
        true
    }

    /// Skips text outside of PHP code.
    fn skip_markup(&mut self) {
        match memchr::memmem::find(self.rest(), b"<?") {
            Some(place) => {
                self.at += place + 2;
                if self.rest().starts_with(b"php") {
                    self.at += 3;
                }
            }
            None => self.at = self.end,
        }
    }

    fn string(&mut self) -> bool {
        let Some((kind, end)) = read_string(self) else { return false };
        let at = self.at;
        self.at = end.max(self.at + 1).min(self.end);
        self.push(kind, at);
        true
    }

    fn number(&mut self) {
        let at = self.at;
        let rest = self.rest();
        let len = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let digits: String = rest[..len].iter().filter(|b| **b != b'_').map(|b| char::from(*b)).collect();
        let lower = digits.to_ascii_lowercase();
        let value = if let Some(hex) = lower.strip_prefix("0x") {
            i64::from_str_radix(hex.trim_end_matches(['l', 'u', 'n']), 16)
        } else if let Some(octal) = lower.strip_prefix("0o") {
            i64::from_str_radix(octal, 8)
        } else if let Some(binary) = lower.strip_prefix("0b") {
            i64::from_str_radix(binary, 2)
        } else {
            lower.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse()
        };
        self.at += len;
        // A fraction is not needed, but its point must not look like a member.
        let rest = self.rest();
        if rest.first() == Some(&b'.') && rest.get(1).is_some_and(u8::is_ascii_digit) {
            self.at += 1 + rest[1..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        }
        self.push(Kind::Number(value.unwrap_or(i64::MIN)), at);
    }

    fn is_sigil(&self, byte: u8) -> bool {
        let next = self.rest().get(1).copied().unwrap_or_default();
        let begins = is_word(next) || next == b'{';
        match self.language {
            Language::Php => byte == b'$' && begins,
            Language::PowerShell => byte == b'$' && begins && next != b'(',
            Language::Perl => {
                matches!(byte, b'$' | b'@' | b'%') && is_word(next) && (byte != b'%' || self.expects_value())
            }
            Language::Ruby => matches!(byte, b'$' | b'@') && (is_word(next) || next == b'@'),
            Language::Rust => byte == b'\'' && is_word(next),
            _ => byte == b'$',
        }
    }

    fn word(&mut self) {
        let at = self.at;
        let rest = self.rest();
        let mut len = 1 + usize::from(rest.starts_with(b"@@"));
        let dashes = self.language == Language::PowerShell && rest[0].is_ascii_alphabetic();
        while let Some(&byte) = rest.get(len) {
            let joins = dashes && byte == b'-' && rest.get(len + 1).is_some_and(u8::is_ascii_alphabetic);
            let scope = self.language == Language::PowerShell && byte == b':' && rest[0] == b'$';
            if !(is_word(byte) || byte.is_ascii_digit() || joins || scope || byte == b'$' && len > 0) {
                break;
            }
            len += 1;
        }
        if rest.starts_with(b"${") && self.language != Language::JavaScript {
            let close = memchr::memchr(b'}', rest).unwrap_or(1);
            len = close + 1;
        }
        let is_predicate = self.language == Language::Ruby || self.language == Language::Rust;
        if is_predicate && matches!(rest.get(len), Some(b'?' | b'!')) && rest.get(len + 1) != Some(&b'=') {
            len += 1;
        }
        let word = String::from_utf8_lossy(&rest[..len.min(rest.len())]).replace(['{', '}'], "");
        self.at += len.min(rest.len());
        self.push(Kind::Word(word), at);
    }

    fn operator(&mut self) {
        let at = self.at;
        let rest = self.rest();
        let is_next = |op: &&&str| op.as_bytes()[0] == rest[0] && rest.starts_with(op.as_bytes());
        let Some(op) = OPERATORS.iter().find(is_next) else {
            self.at += 1;
            return;
        };
        match *op {
            "(" | "[" | "{" => self.open.push(op.as_bytes()[0]),
            ")" | "]" | "}" => {
                self.open.pop();
            }
            _ => {}
        }
        self.at += op.len();
        self.push(Kind::Op(op), at);
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// Whether a line begins embedded documentation of Perl or Ruby.
fn is_pod(rest: &[u8]) -> bool {
    rest.first() == Some(&b'=') && rest.get(1).is_some_and(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, language: Language) -> String {
        let (tokens, _) = tokens(text.as_bytes(), 0..text.len(), language);
        let words = tokens.into_iter().map(|token| match token.kind {
            Kind::Word(word) => word,
            Kind::Text(text) => format!("'{text}'"),
            Kind::Template(pieces) => format!("`{}`", pieces.len()),
            Kind::Number(number) => number.to_string(),
            Kind::Op(op) => op.to_owned(),
            Kind::Newline => "/".to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_language_is_split_into_its_tokens() {
        for (language, text, expected) in [
            (Language::JavaScript, "a(/'/.test(b)) // x\nc`d${e}`", "a ( '\u{27}' . test ( b ) ) / c `2`"),
            (Language::Python, "f(\n  r'\\x', b\"\\x41\")  # y", "f ( '\\x' , 'A' )"),
            (Language::Python, "a = 1\n\n\nb", "a = 1 / b"),
            (Language::Ruby, "a.b? x ? y : z", "a . b? x ? y : z"),
            (Language::Php, "<p>it's<?php $a = 'b' . c(); ?> d'e", "$a = 'b' . c ( ) ;"),
            (Language::Go, "x, _ := `a\nb`", "x , _ := 'a\nb'"),
            (Language::Rust, "let a: &'b str = r#\"c\"d\"#; 'e'", "let a : & 'b str = 'c\"d' ; 'e'"),
            (Language::Lua, "a = [[b]] -- c\nd = 0x10", "a = 'b' / d = 16"),
            (
                Language::PowerShell,
                "$env:TEMP | Invoke-Expression -Name 'a'",
                "$env:TEMP | Invoke-Expression - Name 'a'",
            ),
            (Language::JavaScript, "'it", "'it'"),
        ] {
            assert_eq!(shown(text, language), expected, "{text}");
        }
    }
}
