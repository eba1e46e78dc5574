use super::{Keyring, NotedSignature};
use crate::history::{SignatureKind, Validity};
use ssh_key::{HashAlg, PublicKey, SshSig};

/// The namespace in which Git signs with SSH keys.
const NAMESPACE: &str = "git";

/// Reads an SSH signature (`PROTOCOL.sshsig` of OpenSSH). It holds the public key and says nothing of when it was made.
pub(super) fn read(block: &[u8], payload: &[u8], keyring: &Keyring) -> Option<NotedSignature> {
    let signature = SshSig::from_pem(block.trim_ascii()).ok()?;
    let key = PublicKey::from(signature.public_key().clone());
    let id = id(&key);
    let validity = match keyring.ssh.get(&id) {
        None if keyring.is_empty() => Validity::Unchecked,
        None => Validity::UnknownKey,
        Some(allowed) if key.verify(NAMESPACE, payload, &signature).is_ok() => {
            // The commit's own date is all there is to compare; the one who signed could choose it.
            let at = committed(payload);
            if allowed.iter().any(|span| span.holds(at)) { Validity::Good } else { Validity::Expired }
        }
        Some(_) => Validity::Bad,
    };
    Some(NotedSignature { kind: SignatureKind::Ssh, key: Some(id), made: None, validity })
}

/// A key's name in reports.
pub(super) fn id(key: &PublicKey) -> String {
    format!("ssh:{}", key.fingerprint(HashAlg::Sha256))
}

/// The committer date in a commit's text.
fn committed(payload: &[u8]) -> Option<i64> {
    let line = payload.split(|&b| b == b'\n').find(|l| l.starts_with(b"committer "))?;
    let date = &line[memchr::memrchr(b'>', line)? + 1..];
    std::str::from_utf8(date).ok()?.split_whitespace().next()?.parse().ok()
}
