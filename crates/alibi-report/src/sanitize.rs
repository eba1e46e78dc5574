//! Makes untrusted text safe to display.

use std::fmt::Write as _;

/// Makes text safe for a terminal. Control characters, including line breaks, and characters that reorder or hide other
/// characters are written as `\u{…}`. Invalid UTF-8 becomes U+FFFD.
pub fn sanitize(text: impl AsRef<[u8]>) -> String {
    let text = String::from_utf8_lossy(text.as_ref());
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) {
            let _ = write!(clean, "\\u{{{:x}}}", u32::from(c));
        } else {
            clean.push(c);
        }
    }
    clean
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Quotes words for a POSIX shell. Words with unsafe characters or invalid UTF-8 are written as `$'…'`, which bash and
/// zsh understand.
pub fn quote_words<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> String {
    words.into_iter().map(|w| quote(w.as_ref())).collect::<Vec<_>>().join(" ")
}

fn quote(word: &[u8]) -> String {
    const PLAIN: &[u8] = b"-_./:=+,@%^~";
    match std::str::from_utf8(word) {
        Ok(text) if !text.is_empty() && word.iter().all(|b| b.is_ascii_alphanumeric() || PLAIN.contains(b)) => {
            text.to_owned()
        }
        Ok(text) if !text.chars().any(is_unsafe) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => {
            let mut quoted = String::from("$'");
            for &byte in word {
                match byte {
                    b'\'' | b'\\' => {
                        quoted.push('\\');
                        quoted.push(char::from(byte));
                    }
                    b' '..=b'~' => quoted.push(char::from(byte)),
                    _ => {
                        let _ = write!(quoted, "\\x{byte:02x}");
                    }
                }
            }
            quoted.push('\'');
            quoted
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn control_and_invisible_characters_are_escaped() {
        assert_eq!(sanitize("\u{1b}[2Jx\r\ny"), "\\u{1b}[2Jx\\u{d}\\u{a}y");
        assert_eq!(sanitize("a\u{202e}b\u{200b}c"), "a\\u{202e}b\\u{200b}c");
        assert_eq!(sanitize("Zoé 張 👩"), "Zoé 張 👩");
        assert_eq!(sanitize(b"\xff\x9b"), "\u{fffd}\u{fffd}");
    }

    #[test]
    fn words_are_quoted_for_the_shell() {
        assert_eq!(quote_words(["show", "a b", "it's", "$(x)"]), r"show 'a b' 'it'\''s' '$(x)'");
        assert_eq!(quote_words([&b"c\x1b[31m.txt"[..]]), r"$'c\x1b[31m.txt'");
        assert_eq!(quote_words([""]), "''");
    }

    proptest! {
        #[test]
        fn no_unsafe_characters_remain(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(!sanitize(&bytes).chars().any(is_unsafe));
            prop_assert!(!quote_words([&bytes]).chars().any(is_unsafe));
        }
    }
}
