//! What a signature block claims, and whether it is valid.

use alibi_git::history::Validity;

/// What was read from a signature block: its key, the claimed creation time, and the result of verifying it.
pub(crate) struct Claim {
    pub key: String,
    pub made: Option<i64>,
    pub validity: Validity,
}

/// Formats bytes in upper-case hexadecimal.
#[cfg(feature = "verify")]
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect()
}
