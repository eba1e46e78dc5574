//! Reads a commit's signature block: its key, its date, and, where keys were passed, whether it is valid.
//!
//! OpenPGP blocks contain a key id and a date: without a keyring these are claims that anyone can paste. SSH blocks
//! contain the public key and no date, and X.509 blocks contain certificates and usually a date: these signatures are
//! always checked, and a keyring gives the owners of the keys.

mod claim;
mod key_files;
mod keyring;
mod openpgp;
mod read;
mod ssh;
mod x509;

pub use keyring::{Keyring, KeyringError};
pub use read::{NotedSignature, read};
