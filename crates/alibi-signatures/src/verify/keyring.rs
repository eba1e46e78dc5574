//! The keys that signatures are checked with.

use pgp::composed::SignedPublicKey;
use std::collections::{BTreeMap, BTreeSet};

/// The validity period of an SSH key: seconds since 1970, UTC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span {
    pub(super) after: Option<i64>,
    pub(super) before: Option<i64>,
}

impl Span {
    pub(super) fn holds(self, at: Option<i64>) -> bool {
        let Some(at) = at else { return self == Span { after: None, before: None } };
        self.after.is_none_or(|after| at >= after) && self.before.is_none_or(|before| at < before)
    }
}

/// Keys to check signatures with.
#[derive(Default)]
pub struct Keyring {
    /// Each certificate, by the key ids of its primary key and its bound subkeys.
    pub(super) openpgp: BTreeMap<String, SignedPublicKey>,
    /// The validity periods of each SSH key, by its name in reports.
    pub(super) ssh: BTreeMap<String, Vec<Span>>,
    /// The fingerprints of the certificates, with the prefix `x509:`.
    pub(super) x509: BTreeSet<String>,
    pub(super) owners: BTreeMap<String, String>,
}

impl Keyring {
    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.openpgp.is_empty() && self.ssh.is_empty() && self.x509.is_empty()
    }

    /// The owner of each key, by its name in reports: the principals of an allowed-signers file, the first user id of
    /// an OpenPGP key, the subject of a certificate.
    pub fn owners(&self) -> BTreeMap<String, String> {
        self.owners.clone()
    }
}
