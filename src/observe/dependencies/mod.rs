//! Parses dependency files, which are manifests and lockfiles, as data.
//!
//! In: the bytes of a blob at a path that [`FileKind::of`] recognises. Out: [`Read`], its dependencies as numbers in a
//! table that all files share. Formats are parsed by their parsers. Scripts (`setup.py`, `Gemfile`, Gradle) are
//! searched for declarations, since nothing from a repository is run. Sizes and depths are limited, and what cannot be
//! parsed is an error with its reason.

mod blocks;
mod dotnet;
mod github;
mod go;
mod image;
mod java;
mod kind;
mod npm;
mod php;
mod place;
mod python;
mod reader;
mod ruby;
mod rust;
mod script;
mod table;
mod yarn;

pub use kind::FileKind;
pub use reader::{ManifestReader, Read};
pub use table::{StatedId, Table};

use crate::history::Stated;

/// The contents of a file, or of a piece of one.
#[derive(Default)]
struct Part {
    /// The dependencies.
    stated: Vec<Stated>,
    /// The names of the packages that the file itself declares.
    own: Vec<String>,
    /// The version of that package; empty if the file declares none.
    version: String,
    /// The names that entries of a lockfile require.
    asked: Vec<String>,
    /// Whether the lockfile lists the project's own requirements.
    has_root: bool,
}

impl Part {
    fn merge(&mut self, other: Part) {
        self.stated.extend(other.stated);
        self.own.extend(other.own);
        if self.version.is_empty() {
            self.version = other.version;
        }
        self.asked.extend(other.asked);
        self.has_root |= other.has_root;
    }
}

/// Why a file cannot be parsed.
type Fault = String;

/// The contents of a part, one per line, for tests to compare: name, version, origin and purpose.
#[cfg(test)]
fn lines(part: &Part) -> Vec<String> {
    part.stated.iter().map(|s| format!("{} {} {:?} {}", s.name, s.version, s.origin, s.purpose.name())).collect()
}
