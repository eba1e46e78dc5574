//! What files of dependencies state: manifests and lockfiles, read as data.
//!
//! In: the bytes of a blob at a path that [`FileKind::of`] knows. Out: [`Read`], the dependencies it states as numbers in a
//! table that all files share. Formats are read by their parsers; scripts (`setup.py`, `Gemfile`, Gradle) by the text of
//! their declarations, since nothing of a repository is run. Sizes and depths are bounded, and what cannot be read is an
//! error with its reason.

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

/// What a file, or a piece of one, states.
#[derive(Default)]
struct Part {
    /// The dependencies.
    stated: Vec<Stated>,
    /// The names of the packages that the file itself makes.
    own: Vec<String>,
    /// The version of that package; empty where the file says none.
    version: String,
    /// The names that entries of a lockfile ask for.
    asked: Vec<String>,
    /// Whether the lockfile says what the project itself asks for.
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

/// Why a file cannot be read.
type Fault = String;

/// What a part states, a line each, for tests to compare: name, version, origin and purpose.
#[cfg(test)]
fn lines(part: &Part) -> Vec<String> {
    part.stated.iter().map(|s| format!("{} {} {:?} {}", s.name, s.version, s.origin, s.purpose.name())).collect()
}
