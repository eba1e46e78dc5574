//! The description of a dependency file's format, as data.

use super::cut::Cut;
use super::part::{Fault, Part};
use crate::Ecosystem;

/// A format of dependency files.
pub(super) struct ManifestFormat {
    /// A unique name.
    pub name: &'static str,
    /// The ecosystem of the packages that the file declares; `None` if it declares none.
    pub ecosystem: Option<Ecosystem>,
    /// Whether the file with this folder and name has the format.
    pub matches: fn(folder: &str, name: &str) -> bool,
    /// For a lockfile, the names of the formats of the manifests in the same folder that it belongs to. Empty for a
    /// manifest.
    pub locks: &'static [&'static str],
    /// Whether the entries of a file may have digests of the packages.
    pub has_hashes: bool,
    /// Parses a whole file.
    pub read: fn(&str) -> Result<Part, Fault>,
    /// Cuts a file into pieces, so that an entry shared by many versions is parsed once; `None` if it must be read
    /// whole.
    pub cut: Option<fn(&str) -> Option<Cut<'_>>>,
}

impl ManifestFormat {
    /// Creates the format of a manifest that is read whole.
    pub(super) const fn manifest(
        name: &'static str,
        ecosystem: Ecosystem,
        matches: fn(&str, &str) -> bool,
        read: fn(&str) -> Result<Part, Fault>,
    ) -> ManifestFormat {
        ManifestFormat { name, ecosystem: Some(ecosystem), matches, locks: &[], has_hashes: false, read, cut: None }
    }

    /// Creates the format of a lockfile for manifests of the formats `locks`.
    pub(super) const fn lock(
        name: &'static str,
        ecosystem: Ecosystem,
        matches: fn(&str, &str) -> bool,
        locks: &'static [&'static str],
        read: fn(&str) -> Result<Part, Fault>,
        cut: Option<fn(&str) -> Option<Cut<'_>>>,
    ) -> ManifestFormat {
        ManifestFormat { name, ecosystem: Some(ecosystem), matches, locks, has_hashes: true, read, cut }
    }
}
