//! Decodes constant text.

use crate::value::MAX_TEXT;
use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};

/// Decodes base64 of either alphabet. White space and padding are ignored.
pub(crate) fn base64(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '=').take(MAX_TEXT).collect();
    let encoding = if plain.contains(['-', '_']) { BASE64URL_NOPAD } else { BASE64_NOPAD };
    let bytes = encoding.decode(plain.as_bytes()).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Decodes pairs of hexadecimal digits. White space is ignored.
pub(crate) fn hex(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok().filter(|bytes| !bytes.is_empty())?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// What a decoding program prints; `None` if that is not known.
pub(crate) fn decoded(program: &str, input: Option<&str>) -> Option<String> {
    let input = input?;
    match program {
        "base64" | "openssl" => base64(input),
        "xxd" => hex(input),
        "rev" => Some(input.lines().map(|line| line.chars().rev().collect::<String>() + "\n").collect()),
        _ => None,
    }
}

/// Rotates letters by 13 places.
pub(crate) fn rot13(text: &str) -> String {
    let rotate = |c: char, first: u8| char::from((c as u8 - first + 13) % 26 + first);
    let letter = |c: char| match c {
        'a'..='z' => rotate(c, b'a'),
        'A'..='Z' => rotate(c, b'A'),
        other => other,
    };
    text.chars().map(letter).collect()
}

/// Whether decoding with a codec of this name is unusual: it hides text instead of storing it.
pub(crate) fn is_unusual(codec: &str) -> bool {
    const UNUSUAL: [&str; 12] =
        ["base64", "hex", "rot", "zlib", "zip", "bz2", "uu", "quopri", "punycode", "unicode_escape", "utf-7", "cp037"];
    let codec = codec.to_ascii_lowercase().replace('-', "_");
    UNUSUAL.iter().any(|name| codec.starts_with(&name.replace('-', "_")))
        || matches!(codec.as_str(), "cp500" | "cp1140" | "utf7" | "raw_unicode_escape" | "idna")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded() {
        assert_eq!(base64("ZWNobyBoaQ==").as_deref(), Some("echo hi"));
        assert_eq!(base64("ZWNobyBoaQ").as_deref(), Some("echo hi"));
        assert_eq!(base64("not base64!"), None);
        assert_eq!(hex("6563 686f").as_deref(), Some("echo"));
        assert_eq!(rot13("rpub"), "echo");
        assert!(is_unusual("CP037") && is_unusual("rot_13") && !is_unusual("utf-8"));
    }
}
