//! Reads and checks X.509 (CMS) signatures.

use super::keyring::Keyring;
use crate::claim::{Claim, hex};
use alibi_git::history::Validity;
use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::Certificate;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::referenced::OwnedToRef;
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{SubjectAltName, SubjectKeyIdentifier};
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;
use x509_verify::{Message, Signature, VerifyInfo, VerifyingKey};

/// Signed attributes (RFC 5652, sections 11.2 and 11.3).
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");

const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");

/// RSA without and with a digest in the algorithm (RFC 8017, appendix C).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13");

/// A certificate valid for at most this long, in seconds, was made for one signature: its subject identifies the
/// signer, its key does not.
const EPHEMERAL: u64 = 86_400;

/// Reads a detached CMS signature (RFC 5652).
pub(super) fn read(block: &[u8], payload: &[u8], keyring: &Keyring) -> Option<Claim> {
    let der = pem_body(block)?;
    let content = ContentInfo::from_der(&der).ok()?;
    let data: SignedData = content.content.decode_as().ok()?;
    let signer = data.signer_infos.0.as_slice().first()?;
    let certificates = data.certificates.iter().flat_map(|set| set.0.iter());
    let certificate = certificates
        .filter_map(|choice| match choice {
            CertificateChoices::Certificate(certificate) => Some(certificate),
            CertificateChoices::Other(_) => None,
        })
        .find(|certificate| names(&signer.sid, certificate))?;
    let made =
        attribute(signer, SIGNING_TIME).and_then(|v| Time::from_der(&v.to_der().ok()?).ok()).map(|t| seconds(&t));
    let id = fingerprint(certificate)?;
    // The block contains the certificate, so checking the signature needs no keyring; knowing the certificate's owner
    // does.
    let validity = match check(signer, certificate, payload, made) {
        Validity::Good | Validity::Expired if keyring.is_empty() => Validity::Unchecked,
        Validity::Good | Validity::Expired if !keyring.x509.contains(&id) => Validity::UnknownKey,
        checked => checked,
    };
    let key = ephemeral_subject(certificate).unwrap_or(id);
    Some(Claim { key, made, validity })
}

/// The certificate's name in reports, unless it was made for one signature: its SHA-256 fingerprint.
pub(super) fn fingerprint(certificate: &Certificate) -> Option<String> {
    certificate.to_der().ok().map(|der| format!("x509:{}", hex(&Sha256::digest(der))))
}

/// Decodes the bytes of a PEM block.
pub(super) fn pem_body(block: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(block).ok()?;
    // Git writes `SIGNED MESSAGE` where the standard says `CMS`.
    x509_cert::der::pem::decode_vec(text.trim().as_bytes()).ok().map(|(_, der)| der)
}

/// Returns the email address or the URI in a certificate that was made for one signature.
fn ephemeral_subject(certificate: &Certificate) -> Option<String> {
    let validity = &certificate.tbs_certificate.validity;
    let (from, to) = (validity.not_before.to_unix_duration(), validity.not_after.to_unix_duration());
    if to.saturating_sub(from).as_secs() > EPHEMERAL {
        return None;
    }
    let (_, names) = certificate.tbs_certificate.get::<SubjectAltName>().ok()??;
    names.0.iter().find_map(|name| match name {
        GeneralName::Rfc822Name(email) => Some(format!("x509-subject:{email}")),
        GeneralName::UniformResourceIdentifier(uri) => Some(format!("x509-subject:{uri}")),
        _ => None,
    })
}

fn names(signer: &SignerIdentifier, certificate: &Certificate) -> bool {
    let tbs = &certificate.tbs_certificate;
    match signer {
        SignerIdentifier::IssuerAndSerialNumber(id) => id.issuer == tbs.issuer && id.serial_number == tbs.serial_number,
        SignerIdentifier::SubjectKeyIdentifier(id) => {
            matches!(tbs.get::<SubjectKeyIdentifier>(), Ok(Some((_, own))) if own == *id)
        }
    }
}

fn attribute(signer: &SignerInfo, oid: ObjectIdentifier) -> Option<&x509_cert::der::Any> {
    signer.signed_attrs.as_ref()?.iter().find(|a| a.oid == oid)?.values.as_slice().first()
}

/// Checks the signature over the signed attributes, and the digest of the commit in them; without signed attributes,
/// the signature over the commit.
fn check(signer: &SignerInfo, certificate: &Certificate, payload: &[u8], made: Option<i64>) -> Validity {
    let digest: Vec<u8> = match signer.digest_alg.oid {
        SHA256 => Sha256::digest(payload).to_vec(),
        SHA384 => Sha384::digest(payload).to_vec(),
        SHA512 => Sha512::digest(payload).to_vec(),
        _ => return Validity::Unchecked,
    };
    let signed = match &signer.signed_attrs {
        None => payload.to_vec(),
        Some(attributes) => {
            let message = attribute(signer, MESSAGE_DIGEST).map(|v| v.value().to_vec());
            if message.as_deref() != Some(&*digest) {
                return Validity::Bad;
            }
            match attributes.to_der() {
                Ok(der) => der,
                Err(_) => return Validity::Unchecked,
            }
        }
    };
    let algorithm = match (signer.signature_algorithm.oid, signer.digest_alg.oid) {
        (RSA, SHA256) => with_digest(RSA_SHA256),
        (RSA, SHA384) => with_digest(RSA_SHA384),
        (RSA, SHA512) => with_digest(RSA_SHA512),
        _ => signer.signature_algorithm.clone(),
    };
    let info = certificate.tbs_certificate.subject_public_key_info.owned_to_ref();
    let Ok(key) = VerifyingKey::new(info) else { return Validity::Unchecked };
    let signature = Signature::new(&algorithm, signer.signature.as_bytes());
    match key.verify(&VerifyInfo::new(Message::new(signed.as_slice()), signature)) {
        Ok(()) => {}
        Err(x509_verify::Error::UnknownOid(_)) => return Validity::Unchecked,
        Err(_) => return Validity::Bad,
    }
    let span = &certificate.tbs_certificate.validity;
    let inside = made.is_none_or(|at| seconds(&span.not_before) <= at && at <= seconds(&span.not_after));
    if inside { Validity::Good } else { Validity::Expired }
}

fn with_digest(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: None }
}

/// Converts a time to seconds since 1970, UTC.
fn seconds(time: &Time) -> i64 {
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}
