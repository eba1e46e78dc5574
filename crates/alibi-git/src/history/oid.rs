//! Git object ids.

use std::fmt;

/// An object id: SHA-1 (20 bytes) or SHA-256 (32 bytes). Every byte is hashed, not only a prefix, because a hostile
/// tree may contain ids with a common prefix.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid {
    bytes: [u8; 32],
    len: u8,
}

impl Oid {
    /// Creates an id from raw bytes; `None` unless there are 20 or 32 of them.
    pub fn from_bytes(raw: &[u8]) -> Option<Oid> {
        if raw.len() != 20 && raw.len() != 32 {
            return None;
        }
        let mut bytes = [0; 32];
        bytes[..raw.len()].copy_from_slice(raw);
        Some(Oid { bytes, len: raw.len() as u8 })
    }

    /// Parses an id of 40 or 64 hexadecimal digits.
    pub fn from_hex(text: &[u8]) -> Option<Oid> {
        if text.len() != 40 && text.len() != 64 {
            return None;
        }
        let mut raw = [0u8; 32];
        for (byte, pair) in raw.iter_mut().zip(text.chunks_exact(2)) {
            *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
        }
        Oid::from_bytes(&raw[..text.len() / 2])
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

fn hex_digit(c: u8) -> Option<u8> {
    char::from(c).to_digit(16).map(|d| d as u8)
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_both_hash_algorithms_round_trip_as_hexadecimal() {
        for text in ["0123456789abcdef0123456789abcdef01234567", &"ab".repeat(32)] {
            assert_eq!(Oid::from_hex(text.as_bytes()).unwrap().to_string(), text);
        }
        assert_eq!(Oid::from_hex(b"0123"), None);
        assert_eq!(Oid::from_hex(&[b'g'; 40]), None);
    }
}
