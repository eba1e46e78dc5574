//! Signature formats and verification results.

/// The format of a signature block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SignatureKind {
    /// OpenPGP armour.
    OpenPgp,
    /// An SSH signature.
    Ssh,
    /// An X.509 (CMS) signature.
    X509,
    /// A block in an unknown format.
    Other,
}

/// Returns the format given by the first line of a signature block.
pub fn signature_kind(block: &[u8]) -> SignatureKind {
    if block.starts_with(b"-----BEGIN PGP ") {
        SignatureKind::OpenPgp
    } else if block.starts_with(b"-----BEGIN SSH SIGNATURE") {
        SignatureKind::Ssh
    } else if block.starts_with(b"-----BEGIN SIGNED MESSAGE") || block.starts_with(b"-----BEGIN CMS") {
        SignatureKind::X509
    } else {
        SignatureKind::Other
    }
}

/// The result of verifying a signature against the keys passed by the user.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Validity {
    /// Not verified: no keys were passed, or the algorithm is not supported. The owner of the key is only claimed, and
    /// for OpenPGP even that the key made the signature.
    Unchecked,
    /// The block names a key that was not passed.
    UnknownKey,
    /// The signature was made with a passed key, over exactly this commit.
    Good,
    /// The signature matches a passed key that was expired or revoked, or was not allowed to sign at that time.
    Expired,
    /// The signature names a passed key but does not match it: it is forged, or the commit was changed.
    Bad,
}

impl Validity {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Validity::Unchecked => "unchecked",
            Validity::UnknownKey => "unknown_key",
            Validity::Good => "good",
            Validity::Expired => "expired",
            Validity::Bad => "bad",
        }
    }
}
