//! Tests of the key, the date and the validity of signatures in every format.
#![allow(clippy::unwrap_used)] // test helpers are not marked as tests

mod common;

use common::{alibi, text};
use git_alibi::history::{SignedView, Validity};
use git_alibi::signatures::{Keyring, NotedSignature, read};
use proptest::prelude::*;
use std::path::PathBuf;

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/signatures").join(name)
}

fn keyring(files: &[&str]) -> Keyring {
    let mut keyring = Keyring::default();
    files.iter().for_each(|f| keyring.add(&data(f)).unwrap());
    keyring
}

/// Checks a signature of the commit. If `tampered` is set, a letter of the commit is changed first.
fn check(signature: &str, keys: &[&str], tampered: bool) -> NotedSignature {
    let block = std::fs::read(data(signature)).unwrap();
    let mut payload = std::fs::read(data("commit")).unwrap();
    if tampered {
        let last = payload.len() - 2;
        payload[last] = b'N';
    }
    read(&SignedView { block: block.into(), payload }, &keyring(keys))
}

const ALL: [&str; 3] = ["openpgp-keys.asc", "allowed-signers", "certificates.pem"];

#[test]
fn signature_keys_and_dates_are_read_without_a_keyring() {
    let named = |file| {
        let noted = check(file, &[], false);
        assert_eq!(noted.validity, Validity::Unchecked, "{file}");
        (noted.key.unwrap(), noted.made)
    };
    // The keys are as printed by `git log --format=%GK`.
    assert_eq!(named("openpgp.asc"), ("openpgp:664F2E8B2E9D1C2A".into(), Some(1_718_000_000)));
    assert_eq!(named("openpgp-late.asc").0, "openpgp:0AB9CE5B275FE721");
    let (ssh, moment) = named("ssh.sig");
    assert!(ssh.starts_with("ssh:SHA256:") && moment.is_none(), "{ssh}");
    assert_ne!(named("ssh-other-key.sig").0, ssh);
    let (x509, moment) = named("x509.sig");
    assert!(x509.starts_with("x509:") && x509.len() == 69 && moment.is_some(), "{x509}");
    assert_eq!(named("x509-day.sig").0, "x509-subject:ana@example.org", "the next certificate has another key");
}

#[test]
fn signatures_are_good_bad_expired_or_by_an_unknown_key() {
    use Validity::{Bad, Expired, Good, UnknownKey};
    for (file, expected) in [
        ("openpgp.asc", Good),
        ("openpgp-in-time.asc", Good),
        ("openpgp-late.asc", Expired),
        ("ssh.sig", Good),
        ("ssh-other-key.sig", UnknownKey),
        ("x509.sig", Good),
        ("x509-rsa.sig", Good),
        ("x509-day.sig", Good),
    ] {
        assert_eq!(check(file, &ALL, false).validity, expected, "{file}");
        assert_eq!(check(file, &ALL, true).validity, Bad, "{file}, with the commit changed");
    }
    assert_eq!(check("openpgp.asc", &["openpgp-revoked-key.asc"], false).validity, Expired);
    assert_eq!(check("openpgp.asc", &["allowed-signers"], false).validity, UnknownKey);
}

#[test]
fn oversized_keys_leave_signatures_unchecked() {
    for tampered in [false, true] {
        let noted = check("ssh-rsa-8192.sig", &ALL, tampered);
        assert_eq!(noted.validity, Validity::Unchecked);
        assert!(noted.key.is_some());
    }
}

#[test]
fn signatures_with_embedded_keys_are_checked_without_a_keyring() {
    for (file, expected) in
        [("ssh.sig", Validity::Bad), ("x509.sig", Validity::Bad), ("openpgp.asc", Validity::Unchecked)]
    {
        assert_eq!(check(file, &[], true).validity, expected, "{file}");
    }
}

#[test]
fn unusable_keys_are_rejected_with_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDfpBa+FBWaTNeHtLkRK9zLjOcOYukSaAlj7asVDOMFE";
    for (content, words) in [
        ("", "holds no public key"),
        ("hello there\n", "line 1: this is neither a keyring"),
        (&format!("{key}\n"), "a public key without an owner"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\n", "holds a private key"),
        ("# fine\nana@example.org ssh-ed25519 AAAA\n", "line 2: the key cannot be read"),
        (&format!("ana@example.org colour=\"red\" {key}\n"), "unknown option 'colour'"),
        (&format!("ana@example.org valid-after=\"soon\" {key}\n"), "'soon' is not a date"),
        (&format!("*@example.org cert-authority {key}\n"), "list the keys"),
        (&format!("ana@example.org namespaces=\"file\" {key}\n"), "may sign for Git"),
    ] {
        let file = folder.path().join("keys");
        std::fs::write(&file, content).unwrap();
        let message = Keyring::default().add(&file).unwrap_err().to_string();
        assert!(message.contains(words), "{content:?}: {message}");
    }
    assert!(Keyring::default().add(&folder.path().join("none")).unwrap_err().to_string().contains("cannot read"));
    let repo = common::build("honest-team");
    let out = alibi(&["scan", repo.path().to_str().unwrap(), "--keys", "/nowhere/keys"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("cannot read the keys in /nowhere/keys"));
}

#[test]
fn ssh_keys_are_valid_only_within_their_period() {
    let folder = tempfile::tempdir().unwrap();
    let line = std::fs::read_to_string(data("allowed-signers")).unwrap();
    // The commit is dated 2024-06-10.
    for (option, expected) in [
        ("valid-after=\"20240601\"", Validity::Good),
        ("valid-after=\"20240701Z\"", Validity::Expired),
        ("valid-before=\"202406010000Z\",namespaces=\"git,file\"", Validity::Expired),
        ("valid-before=\"20250101000000\"", Validity::Good),
    ] {
        let file = folder.path().join("allowed");
        std::fs::write(&file, line.replace("namespaces=\"git\"", option)).unwrap();
        let mut keyring = Keyring::default();
        keyring.add(&file).unwrap();
        let view = SignedView {
            block: std::fs::read(data("ssh.sig")).unwrap().into(),
            payload: std::fs::read(data("commit")).unwrap(),
        };
        assert_eq!(read(&view, &keyring).validity, expected, "{option}");
    }
}

proptest! {
    #[test]
    fn arbitrary_signature_blocks_never_panic_or_validate(
        file in prop::sample::select(vec!["openpgp.asc", "ssh.sig", "x509.sig", "x509-rsa.sig", "x509-day.sig"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut block = std::fs::read(data(file)).unwrap();
        for (place, byte) in changes {
            let place = place.index(block.len());
            // Replace bytes with base64 characters, so that the decoded contents are parsed too.
            block[place] = b"ABCDefghijk0123456789+/="[usize::from(byte) % 24];
        }
        if cut.index(4) == 0 {
            block.truncate(cut.index(block.len()));
        }
        let view = SignedView { block: block.into(), payload: b"tree\n".to_vec() };
        prop_assert_ne!(read(&view, &Keyring::default()).validity, Validity::Good);
        // A changed signature must not be valid, even with all keys.
        let checked = read(&view, &keyring(&ALL)).validity;
        prop_assert!(!matches!(checked, Validity::Good | Validity::Expired), "{:?}", checked);
    }
}
