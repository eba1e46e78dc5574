//! Decodes constant text.

use crate::value::MAX_TEXT;
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// Decodes base64 of either alphabet. White space is ignored.
pub(crate) fn base64(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).take(MAX_TEXT).collect();
    let alphabet = if plain.contains(['-', '_']) { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
    let bytes = GeneralPurpose::new(alphabet, LENIENT).decode(plain).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Decodes pairs of hexadecimal digits. White space is ignored.
pub(crate) fn hex(text: &str) -> Option<String> {
    let digits: Vec<u32> =
        text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    if digits.is_empty() || !digits.len().is_multiple_of(2) {
        return None;
    }
    let bytes: Vec<u8> = digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect();
    Some(String::from_utf8_lossy(&bytes).into_owned())
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
