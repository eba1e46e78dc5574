//! Reads a signature block of any format.

use crate::claim::Claim;
use crate::verify::{self, Keyring};
use alibi_git::fingerprint::fingerprint;
use alibi_git::history::{SignatureKind, SignedView, Validity, signature_kind};

/// The facts stored about a signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotedSignature {
    /// The format.
    pub kind: SignatureKind,
    /// The key: `openpgp:` with the 16 digits of the key id, `ssh:` or `x509:` with the SHA-256 fingerprint, or
    /// `x509-subject:` with the address or URI in a certificate that is valid for a day or less. `None` if it cannot be
    /// read.
    pub key: Option<String>,
    /// The creation time that the signature claims: seconds since 1970, UTC.
    pub made: Option<i64>,
    /// The result of verifying the signature.
    pub validity: Validity,
    /// A hash of the block. Of two commits with the same block, at least one was not signed with it.
    pub block: u64,
}

/// Maximum size of a block, in bytes. Real blocks have a few thousand bytes, or ten thousand with a certificate chain.
/// Larger blocks are not read.
const MAX_BLOCK: usize = 64 << 10;

/// Reads a signature block, and checks it against `keyring`.
pub fn read(signed: &SignedView<'_>, keyring: &Keyring) -> NotedSignature {
    let kind = signature_kind(&signed.block);
    let unread = NotedSignature {
        kind,
        key: None,
        made: None,
        validity: Validity::Unchecked,
        block: fingerprint([&*signed.block]),
    };
    if signed.block.len() > MAX_BLOCK {
        return unread;
    }
    match verify::claim(kind, signed, keyring) {
        Some(Claim { key, made, validity }) => NotedSignature { key: Some(key), made, validity, ..unread },
        None => unread,
    }
}
