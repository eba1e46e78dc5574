//! Dependencies as manifests and lockfiles state them.

use crate::ecosystem::Ecosystem;

/// The source of a package.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Origin {
    /// The ecosystem's registry, or whichever one the user's tools are configured for.
    Registry,
    /// A registry at this host, prefixed with `http://` if the connection is not encrypted; for Cargo, possibly a
    /// registry's configured name.
    Host(String),
    /// A registry at this host, and the other package or version that the entry's address names.
    Misnamed(String, String),
    /// A Git repository: its address.
    Git(String),
    /// A file at this address.
    Archive(String),
    /// A folder or a file: its path.
    Path(String),
}

impl Origin {
    /// Returns the origin for a registry host: [`Origin::Registry`] if it is one of the ecosystem's usual hosts.
    pub fn host(ecosystem: Ecosystem, host: &str) -> Origin {
        let host = host.trim_end_matches('/').to_ascii_lowercase();
        if ecosystem.usual_hosts().contains(&host.as_str()) { Origin::Registry } else { Origin::Host(host) }
    }

    /// The kind of the source, and its location.
    pub fn words(&self) -> (&'static str, &str) {
        match self {
            Origin::Registry => ("registry", ""),
            Origin::Host(host) | Origin::Misnamed(host, _) => ("registry", host),
            Origin::Git(url) => ("git", url),
            Origin::Archive(url) => ("archive", url),
            Origin::Path(path) => ("path", path),
        }
    }

    /// Whether the package is fetched from another machine without encryption.
    pub fn is_plain(&self) -> bool {
        let (_, place) = self.words();
        let plain = ["http://", "git://", "git+http://", "svn://"].iter().any(|scheme| place.starts_with(scheme));
        let host = place.split("://").nth(1).unwrap_or_default();
        plain && !["localhost", "127.", "[::1]", "0.0.0.0"].iter().any(|local| host.starts_with(local))
    }
}

/// The purpose of a dependency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Purpose {
    /// Used at run time.
    Runtime,
    /// Used to build the project, or run during installation.
    Build,
    /// Used to test or develop the project.
    Development,
    /// Required by another dependency.
    Indirect,
}

impl Purpose {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Runtime => "runtime",
            Purpose::Build => "build",
            Purpose::Development => "development",
            Purpose::Indirect => "indirect",
        }
    }
}

/// One dependency, as stated in one file.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Stated {
    /// The ecosystem.
    pub ecosystem: Ecosystem,
    /// The name, in the registry's normal form.
    pub name: String,
    /// The manifest's requirement or the lockfile's version; empty if not given.
    pub version: String,
    /// Its source.
    pub origin: Origin,
    /// Hashes of its content, in any form that `alibi_git::history::digests` parses, separated by spaces; empty if not
    /// given.
    pub hash: String,
    /// Its purpose.
    pub purpose: Purpose,
}

impl Stated {
    /// Creates a dependency from the usual registry.
    pub fn new(ecosystem: Ecosystem, name: &str, version: impl Into<String>, purpose: Purpose) -> Stated {
        let (version, name) = (version.into(), ecosystem.normal(name.trim()));
        Stated { ecosystem, name, version, origin: Origin::Registry, hash: String::new(), purpose }
    }

    /// Returns the same dependency with another source.
    pub fn from(mut self, origin: Origin) -> Stated {
        self.origin = origin;
        self
    }

    /// Returns the same dependency with hashes.
    pub fn hashed(mut self, hash: impl Into<String>) -> Stated {
        self.hash = hash.into();
        self
    }
}

/// Characters in a requirement that allow several versions.
const LOOSE: [char; 7] = ['^', '~', '>', '<', '*', '|', ','];

impl Stated {
    /// Whether a manifest's requirement allows only one version or commit.
    pub fn is_pinned(&self) -> bool {
        let version = self.version.trim();
        let is_commit = |text: &str| text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let starts = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        // A caret before a version `0.0.N` allows only that version.
        let is_first = |text: &str| {
            let patch = text.trim_start_matches('^').strip_prefix("0.0.");
            patch.is_some_and(|patch| !patch.is_empty() && patch.bytes().all(|b| b.is_ascii_digit()))
        };
        match (&self.origin, self.ecosystem) {
            (
                Origin::Git(_),
                Ecosystem::Npm | Ecosystem::PyPi | Ecosystem::Cargo | Ecosystem::Gem | Ecosystem::Composer,
            )
            | (_, Ecosystem::Actions) => is_commit(version.rsplit('#').next().unwrap_or(version)),
            (_, Ecosystem::Image) => version.starts_with("sha256:"),
            (_, Ecosystem::Npm | Ecosystem::Composer | Ecosystem::Cargo) if is_first(version) => true,
            (_, Ecosystem::Cargo) => version.starts_with('=') && !version.contains(LOOSE),
            (_, Ecosystem::PyPi) => version.starts_with("==") && !version.contains(LOOSE),
            (_, Ecosystem::Gem) => (version.starts_with("= ") || starts(version)) && !version.contains(LOOSE),
            (_, Ecosystem::Npm | Ecosystem::Composer) => {
                let version = version.trim_start_matches(['=', 'v']);
                starts(version)
                    && version.matches('.').count() >= 2
                    && !version.contains(LOOSE)
                    && !version.contains([' ', 'x', 'X'])
            }
            // In these ecosystems, a stated version or branch does not exclude later ones.
            (_, Ecosystem::Go | Ecosystem::NuGet | Ecosystem::Maven | Ecosystem::Submodule) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_single_version_requirements_count_as_pinned() {
        let pinned = |ecosystem, version: &str| Stated::new(ecosystem, "a", version, Purpose::Runtime).is_pinned();
        for (ecosystem, version) in [
            (Ecosystem::Npm, "1.2.3"),
            (Ecosystem::Npm, "^0.0.11"),
            (Ecosystem::Cargo, "0.0.11"),
            (Ecosystem::PyPi, "==1.2.3"),
            (Ecosystem::Cargo, "=1.2.3"),
            (Ecosystem::Gem, "1.2.3"),
            (Ecosystem::Actions, "0123456789abcdef0123456789abcdef01234567"),
            (Ecosystem::Image, "sha256:ff"),
        ] {
            assert!(pinned(ecosystem, version), "{ecosystem} {version}");
        }
        for (ecosystem, version) in [
            (Ecosystem::Npm, "^1.2.3"),
            (Ecosystem::Npm, "^0.1.2"),
            (Ecosystem::Npm, "1.2.x"),
            (Ecosystem::PyPi, "==1.*"),
            (Ecosystem::Cargo, "1.2.3"),
            (Ecosystem::Gem, "~> 1.2"),
            (Ecosystem::Actions, "v4"),
            (Ecosystem::Image, "3.12"),
            (Ecosystem::Npm, ""),
        ] {
            assert!(!pinned(ecosystem, version), "{ecosystem} {version}");
        }
    }
}
