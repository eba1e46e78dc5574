//! Reads and checks OpenPGP signatures.

use super::keyring::Keyring;
use crate::claim::{Claim, hex};
use alibi_git::history::Validity;
use pgp::composed::{Deserializable, DetachedSignature, SignedPublicKey};
use pgp::packet::{RevocationCode, Signature, SignatureType};
use pgp::types::{Fingerprint, KeyDetails};

/// Reads an armoured detached signature (RFC 9580).
pub(super) fn read(block: &[u8], payload: &[u8], keyring: &Keyring) -> Option<Claim> {
    let (signature, _) = DetachedSignature::from_armor_single(block).ok()?;
    let packet = &signature.signature;
    let issuer = packet.issuer_fingerprint().first().map(|f| key_id(f));
    let issuer = issuer.or_else(|| packet.issuer_key_id().first().map(|id| hex(id.as_ref())))?;
    let made = packet.created().map(|t| i64::from(t.as_secs()));
    let validity = match keyring.openpgp.get(&issuer) {
        None if keyring.is_empty() => Validity::Unchecked,
        None => Validity::UnknownKey,
        Some(certificate) => check(&signature, payload, certificate, &issuer, made),
    };
    let key = keyring.openpgp.get(&issuer).map_or(issuer, |certificate| key_id(&certificate.fingerprint()));
    Some(Claim { key: format!("openpgp:{key}"), made, validity })
}

/// Returns the key id in a fingerprint: the last eight bytes up to version 4, the first eight from version 5 on.
pub(super) fn key_id(fingerprint: &Fingerprint) -> String {
    let bytes = fingerprint.as_bytes();
    hex(if bytes.len() > 20 { &bytes[..8] } else { &bytes[bytes.len().saturating_sub(8)..] })
}

fn check(
    signature: &DetachedSignature,
    payload: &[u8],
    certificate: &SignedPublicKey,
    issuer: &str,
    made: Option<i64>,
) -> Validity {
    let primary = &certificate.primary_key;
    let own = || certificate.details.direct_signatures.iter();
    let users = || certificate.details.users.iter().flat_map(|user| &user.signatures);
    let is_primary = key_id(&primary.fingerprint()) == issuer;
    let subkey = certificate.public_subkeys.iter().find(|s| key_id(&s.key.fingerprint()) == issuer);
    let fits = match subkey {
        _ if is_primary => signature.verify(primary, payload),
        Some(subkey) => signature.verify(&subkey.key, payload),
        None => return Validity::UnknownKey,
    };
    match fits {
        Ok(()) => {}
        // An unsupported algorithm does not mean that the signature is invalid.
        Err(e) if e.to_string().to_lowercase().contains("unsupported") => return Validity::Unchecked,
        Err(_) => return Validity::Bad,
    }
    let by_primary = |s: &&Signature| primary_made(s, primary);
    let until = end(i64::from(primary.created_at().as_secs()), own().chain(users()).filter(by_primary));
    let sub_until = subkey.filter(|_| !is_primary).and_then(|s| {
        let bindings = s.signatures.iter().filter(|s| s.typ() == Some(SignatureType::SubkeyBinding));
        end(i64::from(s.key.created_at().as_secs()), bindings)
    });
    let late = |end: Option<i64>| end.zip(made).is_some_and(|(end, made)| made >= end);
    let revocations = certificate.details.revocation_signatures.iter().filter(|s| s.verify_key(primary).is_ok());
    let sub_revocations = subkey.filter(|_| !is_primary).into_iter().flat_map(|s| {
        let revokes = |sig: &&Signature| {
            sig.typ() == Some(SignatureType::SubkeyRevocation) && sig.verify_subkey_binding(primary, &s.key).is_ok()
        };
        s.signatures.iter().filter(revokes)
    });
    let revoked = revocations.chain(sub_revocations).any(|revocation| {
        // Signatures made before a key was retired or superseded stay valid.
        let soft = matches!(
            revocation.revocation_reason_code(),
            Some(RevocationCode::KeySuperseded | RevocationCode::KeyRetired)
        );
        let at = revocation.created().map(|t| i64::from(t.as_secs()));
        !soft || late(at)
    });
    if late(until) || late(sub_until) || revoked { Validity::Expired } else { Validity::Good }
}

/// Whether a signature on a certificate names the certificate's primary key as its issuer.
fn primary_made(signature: &Signature, primary: &impl KeyDetails) -> bool {
    let id = key_id(&primary.fingerprint());
    signature.issuer_fingerprint().iter().any(|f| key_id(f) == id)
        || signature.issuer_key_id().iter().any(|i| hex(i.as_ref()) == id)
}

/// The time at which a key expires, according to the newest of these signatures; `None` if it does not expire.
fn end<'a>(created: i64, signatures: impl Iterator<Item = &'a Signature>) -> Option<i64> {
    let newest = signatures.max_by_key(|s| s.created().map(|t| t.as_secs()))?;
    let seconds = newest.key_expiration_time().map(|d| i64::from(d.as_secs())).filter(|s| *s > 0);
    seconds.map(|s| created + s)
}
