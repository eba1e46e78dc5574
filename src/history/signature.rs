/// The format of a signature block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SignatureKind {
    /// OpenPGP armour.
    OpenPgp,
    /// An SSH signature.
    Ssh,
    /// An X.509 (CMS) signature.
    X509,
    /// A block in no known format.
    Other,
}

/// The format that the first line of a signature block names.
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

/// What checking a signature against the keys that the user gave has shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Validity {
    /// Not known to be wrong: no keys were given, or the algorithm cannot be checked. Whose the key is, or even (for
    /// OpenPGP) that it made the signature, is only claimed.
    Unchecked,
    /// No key that was given is the one that the block names.
    UnknownKey,
    /// A key that was given made it, over exactly this commit.
    Good,
    /// It fits a given key, which was expired or revoked, or not allowed to sign at that time.
    Expired,
    /// It names a given key and does not fit: forged, or the commit was changed.
    Bad,
}

impl Validity {
    /// One word for reports.
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
