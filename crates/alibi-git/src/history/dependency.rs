//! Dependencies as manifests and lockfiles state them.

use std::fmt;

/// A package ecosystem. Reports list ecosystems in this order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Ecosystem {
    /// npm and its mirrors.
    Npm,
    /// The Python Package Index.
    PyPi,
    /// crates.io.
    Cargo,
    /// Go modules.
    Go,
    /// RubyGems.
    Gem,
    /// Packagist.
    Composer,
    /// Maven Central, and other repositories with its layout.
    Maven,
    /// nuget.org.
    NuGet,
    /// GitHub Actions.
    Actions,
    /// Container images.
    Image,
    /// Submodules of Git.
    Submodule,
}

impl Ecosystem {
    /// All ecosystems.
    pub const ALL: [Ecosystem; 11] = [
        Ecosystem::Npm,
        Ecosystem::PyPi,
        Ecosystem::Cargo,
        Ecosystem::Go,
        Ecosystem::Gem,
        Ecosystem::Composer,
        Ecosystem::Maven,
        Ecosystem::NuGet,
        Ecosystem::Actions,
        Ecosystem::Image,
        Ecosystem::Submodule,
    ];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Ecosystem::Npm => "npm",
            Ecosystem::PyPi => "pypi",
            Ecosystem::Cargo => "cargo",
            Ecosystem::Go => "golang",
            Ecosystem::Gem => "gem",
            Ecosystem::Composer => "composer",
            Ecosystem::Maven => "maven",
            Ecosystem::NuGet => "nuget",
            Ecosystem::Actions => "actions",
            Ecosystem::Image => "image",
            Ecosystem::Submodule => "submodule",
        }
    }

    /// The public hosts that the ecosystem's tools use by default or offer as an option.
    pub fn usual_hosts(self) -> &'static [&'static str] {
        match self {
            Ecosystem::Npm => &["registry.npmjs.org", "registry.yarnpkg.com"],
            Ecosystem::PyPi => &["pypi.org", "files.pythonhosted.org", "pypi.python.org"],
            Ecosystem::Cargo => &["crates.io", "index.crates.io", "static.crates.io"],
            Ecosystem::Go => &["proxy.golang.org", "sum.golang.org"],
            Ecosystem::Gem => &["rubygems.org"],
            Ecosystem::Composer => &["repo.packagist.org", "packagist.org", "api.github.com"],
            Ecosystem::Maven => &["repo.maven.apache.org", "repo1.maven.org"],
            Ecosystem::NuGet => &["api.nuget.org", "www.nuget.org"],
            Ecosystem::Actions => &["github.com"],
            Ecosystem::Image => &["docker.io", "registry-1.docker.io"],
            Ecosystem::Submodule => &[],
        }
    }

    /// The hosts of the ecosystem's public mirrors, as their operators publish them.
    pub fn mirrors(self) -> &'static [&'static str] {
        match self {
            Ecosystem::Npm => &[
                "registry.npmmirror.com",
                "cdn.npmmirror.com",
                "registry.npm.taobao.org",
                "registry.nlark.com",
                "r.cnpmjs.org",
                "registry.cnpmjs.org",
                "mirrors.cloud.tencent.com",
                "mirrors.huaweicloud.com",
                "repo.huaweicloud.com",
                "npm.jsr.io",
            ],
            Ecosystem::PyPi => &[
                "pypi.tuna.tsinghua.edu.cn",
                "mirrors.tuna.tsinghua.edu.cn",
                "mirrors.aliyun.com",
                "pypi.douban.com",
                "pypi.mirrors.ustc.edu.cn",
                "mirrors.cloud.tencent.com",
                "repo.huaweicloud.com",
                "mirror.yandex.ru",
            ],
            Ecosystem::Cargo => &["mirrors.ustc.edu.cn", "rsproxy.cn"],
            Ecosystem::Go => &["goproxy.cn", "goproxy.io", "mirrors.aliyun.com"],
            Ecosystem::Gem => &["gems.ruby-china.com", "mirrors.tuna.tsinghua.edu.cn", "mirrors.aliyun.com"],
            Ecosystem::Composer => &["mirrors.aliyun.com", "mirrors.cloud.tencent.com"],
            Ecosystem::Maven => &["maven.aliyun.com", "maven-central.storage.googleapis.com", "repo.huaweicloud.com"],
            Ecosystem::NuGet | Ecosystem::Actions | Ecosystem::Image | Ecosystem::Submodule => &[],
        }
    }

    /// Converts a package name to the registry's normal form.
    pub fn normal(self, name: &str) -> String {
        match self {
            Ecosystem::PyPi => {
                let lower = name.to_ascii_lowercase();
                let parts: Vec<&str> = lower.split(['-', '_', '.']).filter(|part| !part.is_empty()).collect();
                parts.join("-")
            }
            Ecosystem::Composer | Ecosystem::NuGet | Ecosystem::Actions => name.to_ascii_lowercase(),
            _ => name.to_owned(),
        }
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The source of a package.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Origin {
    /// The ecosystem's registry, or whichever one the user's tools are configured for.
    Registry,
    /// A registry at this host; prefixed with `http://` if the connection is not encrypted.
    Host(String),
    /// A registry at this host, under another package's name or version.
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
    /// Hashes of its content with their algorithms, separated by spaces; empty if not given.
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
            // In these ecosystems a stated version is a minimum.
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

    #[test]
    fn package_names_are_normalised_by_registry_rules() {
        assert_eq!(Ecosystem::PyPi.normal("Foo__Bar.baz"), "foo-bar-baz");
        assert_eq!(Ecosystem::NuGet.normal("Foo.Bar"), "foo.bar");
        assert_eq!(Ecosystem::Npm.normal("Foo"), "Foo");
    }
}
