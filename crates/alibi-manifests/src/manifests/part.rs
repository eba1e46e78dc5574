//! The contents of a file, as its parser returns them.

use crate::Stated;

/// The contents of a file, or of a piece of one.
#[derive(Default)]
pub(super) struct Part {
    /// The dependencies.
    pub stated: Vec<Stated>,
    /// The names of the packages that the file itself declares.
    pub own: Vec<String>,
    /// The version of the package that the file itself declares; empty if it declares none.
    pub version: String,
    /// The names of the packages that entries of a lockfile require.
    pub required: Vec<String>,
    /// Whether the lockfile lists the project's own requirements.
    pub has_root: bool,
}

impl Part {
    pub(super) fn merge(&mut self, other: Part) {
        self.stated.extend(other.stated);
        self.own.extend(other.own);
        if self.version.is_empty() {
            self.version = other.version;
        }
        self.required.extend(other.required);
        self.has_root |= other.has_root;
    }
}

/// Why a file cannot be parsed.
pub(super) type Fault = String;

/// The contents of a part, one per line, for tests to compare: name, version, origin and purpose.
#[cfg(test)]
pub(super) fn lines(part: &Part) -> Vec<String> {
    part.stated.iter().map(|s| format!("{} {} {:?} {}", s.name, s.version, s.origin, s.purpose.name())).collect()
}
