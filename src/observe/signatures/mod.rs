//! What a commit's signature block says: the key that it names, when it was made, and, where keys are given, whether it
//! holds.
//!
//! OpenPGP blocks name a key and a moment: until a keyring is given that is a claim, which anybody can paste. SSH blocks
//! hold the public key and no moment, X.509 blocks hold certificates and usually a moment: whether they fit is always
//! checked, and a keyring says whose they are.

mod keyring;
mod openpgp;
mod ssh;
mod x509;

pub use keyring::{Keyring, KeyringError};

use crate::fingerprint::fingerprint;
use crate::history::{SignatureKind, SignedView, Validity, signature_kind};

/// What is kept of a signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotedSignature {
    /// The format.
    pub kind: SignatureKind,
    /// The key: `openpgp:` with the 16 digits of the key id, `ssh:` or `x509:` with the SHA-256 fingerprint, or
    /// `x509-subject:` with the address in a certificate that lives for a day or less. `None` where it cannot be read.
    pub key: Option<String>,
    /// When it says that it was made: seconds since 1970, UTC.
    pub made: Option<i64>,
    /// What checking it has shown.
    pub validity: Validity,
    /// A hash of the block: two commits with the same one cannot both have been signed.
    pub block: u64,
}

/// What a block of a known format says.
struct Claim {
    key: String,
    made: Option<i64>,
    validity: Validity,
}

/// Longer blocks are not read, in bytes: real ones have a few thousand, with a chain of certificates ten thousand.
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
    let claim = match kind {
        SignatureKind::OpenPgp => openpgp::read(&signed.block, &signed.payload, keyring),
        SignatureKind::Ssh => ssh::read(&signed.block, &signed.payload, keyring),
        SignatureKind::X509 => x509::read(&signed.block, &signed.payload, keyring),
        SignatureKind::Other => None,
    };
    match claim {
        Some(Claim { key, made, validity }) => NotedSignature { key: Some(key), made, validity, ..unread },
        None => unread,
    }
}

/// Bytes in hexadecimal, upper case.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect()
}
