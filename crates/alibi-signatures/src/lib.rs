//! Reads a commit's signature block: its key, its date, and, where keys were passed, whether it is valid.
//!
//! OpenPGP blocks contain a key id and a date: without a keyring these are claims that anyone can copy. SSH blocks
//! contain the public key and no date, and X.509 blocks contain certificates and usually a date: these signatures are
//! always checked, and a keyring gives the owners of the keys.
//!
//! Without the feature `verify` only the format of a signature is known.

mod claim;
mod error;
mod read;
#[cfg(not(feature = "verify"))]
mod unverified;
#[cfg(feature = "verify")]
mod verify;

pub use error::KeyringError;
pub use read::{NotedSignature, read};
#[cfg(not(feature = "verify"))]
pub use unverified::Keyring;
#[cfg(feature = "verify")]
pub use verify::Keyring;

#[cfg(not(feature = "verify"))]
use unverified::claim as read_claim;
#[cfg(feature = "verify")]
use verify::claim as read_claim;
