//! The claims of a signature block.

use alibi_git::history::Validity;

/// The claims of a signature block: its key, its creation time and its validity.
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
