//! Why keys cannot be used.

use std::path::PathBuf;
use thiserror::Error;

/// Why keys cannot be used.
#[derive(Debug, Error)]
pub enum KeyringError {
    /// The file does not exist or cannot be read.
    #[error("cannot read the keys in {}: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The cause.
        why: std::io::Error,
    },
    /// A line is not a key.
    #[error("{}, line {line}: {why}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, starting at 1.
        line: usize,
        /// The cause.
        why: String,
    },
    /// The file contains a private key.
    #[error("{} holds a private key: pass the public key instead, and keep this one secret", .0.display())]
    Private(PathBuf),
    /// The keys in the file are limited to other purposes.
    #[error("no key in {} may sign for Git: no `namespaces` option includes `git`", .0.display())]
    NotForGit(PathBuf),
    /// The file contains no keys.
    #[error(
        "{} holds no public key: pass an OpenPGP keyring (`gpg --export`), an allowed-signers file (see ssh-keygen(1)) \
         or PEM certificates", .0.display()
    )]
    Empty(PathBuf),
    /// The program was built without verification.
    #[error("cannot use the keys in {}: this program was built without signature verification", .0.display())]
    NotBuiltIn(PathBuf),
}
