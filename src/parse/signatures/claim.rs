//! What a signature block claims.

use crate::history::Validity;

/// The contents of a block in a known format.
pub(super) struct Claim {
    pub key: String,
    pub made: Option<i64>,
    pub validity: Validity,
}

/// Bytes in hexadecimal, upper case.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect()
}
