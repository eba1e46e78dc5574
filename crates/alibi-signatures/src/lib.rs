//! Reads a commit's signature block: its key, its date, and whether it is valid.
//!
//! OpenPGP blocks contain a key id and a date. Without a keyring, these are claims that anyone can copy. SSH blocks
//! contain the public key and no date, and X.509 blocks contain certificates and usually a date. SSH and X.509
//! signatures are always checked; a keyring adds the owners of the keys.
//!
//! Without the feature `verify`, only the format of a signature is known.

mod claim;
mod error;
mod read;
#[cfg(not(feature = "verify"))]
#[path = "unverified.rs"]
mod verify;
#[cfg(feature = "verify")]
mod verify;

pub use error::KeyringError;
pub use read::{NotedSignature, read};
pub use verify::Keyring;
