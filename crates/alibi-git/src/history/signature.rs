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
    /// Not verified: no keys were passed, or the block cannot be read or uses an unsupported algorithm. Nothing proves
    /// who owns the key or, for OpenPGP, that the key made the signature.
    Unchecked,
    /// The block names a key that was not passed.
    UnknownKey,
    /// The signature was made with a passed key, over exactly this commit.
    Good,
    /// The signature matches a passed key that was expired or revoked, or was not allowed to sign at that time.
    Expired,
    /// The signature does not match the key that it names: it is forged, or the commit was changed. For SSH and X.509,
    /// the key need not have been passed.
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
