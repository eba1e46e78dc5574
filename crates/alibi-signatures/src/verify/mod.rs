//! Reads the keys in signatures, and verifies them.

mod key_files;
mod keyring;
mod openpgp;
mod ssh;
mod x509;

pub use keyring::Keyring;

use crate::claim::Claim;
use alibi_git::history::{SignatureKind, SignedView};

/// The claims of a block; `None` if it cannot be read.
pub(crate) fn claim(kind: SignatureKind, signed: &SignedView<'_>, keyring: &Keyring) -> Option<Claim> {
    match kind {
        SignatureKind::OpenPgp => openpgp::read(&signed.block, &signed.payload, keyring),
        SignatureKind::Ssh => ssh::read(&signed.block, &signed.payload, keyring),
        SignatureKind::X509 => x509::read(&signed.block, &signed.payload, keyring),
        SignatureKind::Other => None,
    }
}
