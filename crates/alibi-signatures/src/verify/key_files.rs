//! Reads the keys passed with `--keys`: an OpenPGP keyring, an SSH allowed-signers file, or certificates.

use super::keyring::{Keyring, Span};
use super::{openpgp, ssh, x509};
use crate::error::KeyringError;
use pgp::composed::{Deserializable, SignedPublicKey};
use pgp::types::KeyDetails;
use ssh_key::PublicKey;
use std::path::Path;
use x509_cert::Certificate;

impl Keyring {
    /// Adds the keys in a file, whose format is detected from its content.
    ///
    /// # Errors
    /// [`KeyringError`] if the keys in the file cannot be used.
    pub fn add(&mut self, path: &Path) -> Result<(), KeyringError> {
        let bytes = std::fs::read(path).map_err(|why| KeyringError::Unreadable { path: path.into(), why })?;
        let before = self.count();
        let mut elsewhere = false;
        let has = |text: &str| memchr::memmem::find(&bytes, text.as_bytes()).is_some();
        if has("PRIVATE KEY") {
            return Err(KeyringError::Private(path.into()));
        }
        if has("-----BEGIN PGP PUBLIC KEY BLOCK-----") {
            for block in blocks(&bytes, "PGP PUBLIC KEY BLOCK") {
                if let Ok((keys, _)) = SignedPublicKey::from_armor_many(block) {
                    keys.flatten().for_each(|key| self.add_openpgp(key));
                }
            }
        } else if has("-----BEGIN CERTIFICATE-----") {
            let certificates = Certificate::load_pem_chain(&bytes).unwrap_or_default();
            for certificate in &certificates {
                if let Some(id) = x509::fingerprint(certificate) {
                    self.owners.insert(id.clone(), certificate.tbs_certificate.subject.to_string());
                    self.x509.insert(id);
                }
            }
        } else if bytes.first().is_some_and(|b| b & 0x80 != 0) {
            if let Ok(keys) = SignedPublicKey::from_bytes_many(&bytes[..]) {
                keys.flatten().for_each(|key| self.add_openpgp(key));
            }
        } else {
            elsewhere = self.add_allowed_signers(path, &String::from_utf8_lossy(&bytes))?;
        }
        match self.count() == before {
            true if elsewhere => Err(KeyringError::NotForGit(path.into())),
            true => Err(KeyringError::Empty(path.into())),
            false => Ok(()),
        }
    }

    fn count(&self) -> usize {
        self.openpgp.len() + self.x509.len() + self.ssh.values().map(Vec::len).sum::<usize>()
    }

    fn add_openpgp(&mut self, key: SignedPublicKey) {
        let bound = key.public_subkeys.iter().filter(|s| s.verify_bindings(&key.primary_key).is_ok());
        let subkeys: Vec<String> = bound.map(|s| openpgp::key_id(&s.key.fingerprint())).collect();
        let primary = openpgp::key_id(&key.fingerprint());
        if let Some(user) = key.details.users.first() {
            let owner = String::from_utf8_lossy(user.id.id()).into_owned();
            self.owners.insert(format!("openpgp:{primary}"), owner);
        }
        for id in subkeys.into_iter().chain([primary]) {
            // An older export of the same key does not undo a revocation.
            let revoked = |key: &SignedPublicKey| !key.details.revocation_signatures.is_empty();
            if !self.openpgp.get(&id).is_some_and(revoked) {
                self.openpgp.insert(id, key.clone());
            }
        }
    }

    /// Reads lines of the form `principals [options] type key [comment]` (ssh-keygen(1), ALLOWED SIGNERS). Returns
    /// whether a key is limited to purposes other than Git.
    fn add_allowed_signers(&mut self, path: &Path, text: &str) -> Result<bool, KeyringError> {
        let mut elsewhere = false;
        for (number, line) in text.lines().enumerate().map(|(i, l)| (i + 1, l.trim())) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let invalid = |why: String| KeyringError::Line { path: path.into(), line: number, why };
            let words = words(line);
            let is_type = |w: &&String| ["ssh-", "ecdsa-", "sk-"].iter().any(|start| w.starts_with(start));
            let place = words.iter().skip(1).position(|w| is_type(&w)).map(|i| i + 1);
            let Some(place) = place else {
                let bare = words.first().is_some_and(|w| is_type(&w));
                let why = if bare {
                    "a public key without an owner: write one in front, as in `ana@example.org ssh-ed25519 AAAA…`"
                } else {
                    "this is neither a keyring nor a line of an allowed-signers file (principals, options, type, key)"
                };
                return Err(invalid(why.into()));
            };
            let (mut span, mut for_git) = (Span { after: None, before: None }, true);
            for option in words[1..place].iter().flat_map(|w| options(w)) {
                let (name, value) = option.split_once('=').unwrap_or((&option, ""));
                let value = value.trim_matches('"');
                match name.to_ascii_lowercase().as_str() {
                    "namespaces" => for_git = value.split(',').any(|n| n.trim() == "git"),
                    "valid-after" => span.after = Some(moment(value).map_err(&invalid)?),
                    "valid-before" => span.before = Some(moment(value).map_err(&invalid)?),
                    "cert-authority" => {
                        return Err(invalid("SSH certificate authorities are not supported: list the keys".into()));
                    }
                    other => return Err(invalid(format!("unknown option '{other}'"))),
                }
            }
            let key = words[place..].iter().take(2).cloned().collect::<Vec<_>>().join(" ");
            let key = PublicKey::from_openssh(&key).map_err(|e| invalid(format!("the key cannot be read: {e}")))?;
            elsewhere |= !for_git;
            if for_git {
                self.owners.insert(ssh::id(&key), words[0].trim_matches('"').to_owned());
                self.ssh.entry(ssh::id(&key)).or_default().push(span);
            }
        }
        Ok(elsewhere)
    }
}

/// Returns the armoured blocks of one kind in the text.
fn blocks<'a>(bytes: &'a [u8], kind: &str) -> Vec<&'a [u8]> {
    let (begin, end) = (format!("-----BEGIN {kind}-----"), format!("-----END {kind}-----"));
    let mut found = Vec::new();
    let mut rest = bytes;
    while let Some(start) = memchr::memmem::find(rest, begin.as_bytes()) {
        let Some(stop) = memchr::memmem::find(&rest[start..], end.as_bytes()) else { break };
        let stop = start + stop + end.len();
        found.push(&rest[start..stop]);
        rest = &rest[stop..];
    }
    found
}

/// Splits a line into words at whitespace outside quotation marks.
fn words(line: &str) -> Vec<String> {
    split_outside_quotes(line, |c| c.is_whitespace())
}

/// Splits a word into options at commas outside quotation marks.
fn options(word: &str) -> Vec<String> {
    split_outside_quotes(word, |c| c == ',')
}

fn split_outside_quotes(text: &str, separates: impl Fn(char) -> bool) -> Vec<String> {
    let mut quoted = false;
    let parts = text.split(|c: char| {
        quoted ^= c == '"';
        !quoted && separates(c)
    });
    parts.filter(|p| !p.is_empty()).map(str::to_owned).collect()
}

/// Parses a date `YYYYMMDD[HHMM[SS]][Z]`. Without `Z`, OpenSSH uses the time zone of the verifying machine; here UTC is
/// used.
fn moment(text: &str) -> Result<i64, String> {
    let digits = text.strip_suffix('Z').unwrap_or(text);
    let padded = match digits.len() {
        8 => format!("{digits}000000"),
        12 => format!("{digits}00"),
        14 => digits.to_owned(),
        _ => return Err(format!("'{text}' is not a date: write YYYYMMDD or YYYYMMDDHHMM[SS], with a Z for UTC")),
    };
    chrono::NaiveDateTime::parse_from_str(&padded, "%Y%m%d%H%M%S")
        .map(|t| t.and_utc().timestamp())
        .map_err(|_| format!("'{text}' is not a date"))
}
