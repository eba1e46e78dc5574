//! Reads and checks SSH signatures.

use super::keyring::Keyring;
use crate::claim::Claim;
use alibi_git::history::Validity;
use ssh_key::{HashAlg, PublicKey, SshSig};

/// The namespace in which Git signs with SSH keys.
const NAMESPACE: &str = "git";

/// Reads an SSH signature (`PROTOCOL.sshsig` of OpenSSH). It contains the public key and no date.
pub(super) fn read(block: &[u8], payload: &[u8], keyring: &Keyring) -> Option<Claim> {
    let signature = SshSig::from_pem(block.trim_ascii()).ok()?;
    let key = PublicKey::from(signature.public_key().clone());
    let id = id(&key);
    // The block contains the key, so checking the signature needs no keyring; knowing the key's owner does.
    let fits = key.verify(NAMESPACE, payload, &signature);
    let validity = match (fits, keyring.ssh.get(&id)) {
        (Err(e), _) if is_unsupported(&e) || is_large(&key) => Validity::Unchecked,
        (Err(_), _) => Validity::Bad,
        (Ok(()), None) if keyring.is_empty() => Validity::Unchecked,
        (Ok(()), None) => Validity::UnknownKey,
        (Ok(()), Some(allowed)) => {
            // Only the commit's own date can be compared, although the signer could choose it.
            let at = committed(payload);
            if allowed.iter().any(|span| span.holds(at)) { Validity::Good } else { Validity::Expired }
        }
    };
    Some(Claim { key: id, made: None, validity })
}

/// Whether a signature could not be checked because its algorithm is not supported.
fn is_unsupported(error: &ssh_key::Error) -> bool {
    matches!(
        error,
        ssh_key::Error::AlgorithmUnknown | ssh_key::Error::AlgorithmUnsupported { .. } | ssh_key::Error::Encoding(_)
    )
}

/// Whether a key is too large for the RSA library. A failed check then says nothing about the signature.
fn is_large(key: &PublicKey) -> bool {
    const CHECKED_BYTES: usize = 4096 / 8;
    key.key_data().rsa().is_some_and(|rsa| rsa.n.as_positive_bytes().is_none_or(|n| n.len() > CHECKED_BYTES))
}

/// A key's name in reports.
pub(super) fn id(key: &PublicKey) -> String {
    format!("ssh:{}", key.fingerprint(HashAlg::Sha256))
}

/// Parses the committer date in a commit.
fn committed(payload: &[u8]) -> Option<i64> {
    let line = payload.split(|&b| b == b'\n').find(|l| l.starts_with(b"committer "))?;
    let date = &line[memchr::memrchr(b'>', line)? + 1..];
    std::str::from_utf8(date).ok()?.split_whitespace().next()?.parse().ok()
}
