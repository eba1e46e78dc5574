//! The package ecosystems, as one table.

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
    /// Git submodules.
    Submodule,
}

/// What the program knows about an ecosystem.
struct EcosystemInfo {
    ecosystem: Ecosystem,
    /// The name in reports.
    name: &'static str,
    /// The type in package URLs, from the [list of types](https://github.com/package-url/purl-spec).
    purl: &'static str,
    /// The name in OSV advisories, from the [OSV schema](https://ossf.github.io/osv-schema/); empty if there is none.
    osv: &'static str,
    /// The public hosts that the ecosystem's tools use by default or offer as an option.
    hosts: &'static [&'static str],
    /// The hosts of public mirrors, as their operators publish them.
    mirrors: &'static [&'static str],
    /// Converts a package name to the registry's normal form.
    normal: fn(&str) -> String,
    /// Converts a name in normal form to a form that is equal for all names that the registry treats as one package.
    comparable: fn(&str) -> String,
    /// The well-known names, if there is a list of them.
    popular: Option<PopularNames>,
}

/// A built-in list of well-known package names. `data/popular/README.md` lists the sources and how to update them.
#[derive(Clone, Copy)]
pub struct PopularNames {
    /// The names, one on each line.
    pub text: &'static str,
    /// Whether the most popular name comes first; otherwise the order has no meaning.
    pub is_ranked: bool,
}

static ECOSYSTEMS: [EcosystemInfo; 11] = [
    EcosystemInfo {
        ecosystem: Ecosystem::Npm,
        name: "npm",
        purl: "npm",
        osv: "npm",
        hosts: &["registry.npmjs.org", "registry.yarnpkg.com"],
        mirrors: &[
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
        normal: str::to_owned,
        comparable: str::to_owned,
        popular: Some(PopularNames { text: include_str!("../../../data/popular/npm.txt"), is_ranked: true }),
    },
    EcosystemInfo {
        ecosystem: Ecosystem::PyPi,
        name: "pypi",
        purl: "pypi",
        osv: "PyPI",
        hosts: &["pypi.org", "files.pythonhosted.org", "pypi.python.org"],
        mirrors: &[
            "pypi.tuna.tsinghua.edu.cn",
            "mirrors.tuna.tsinghua.edu.cn",
            "mirrors.aliyun.com",
            "pypi.douban.com",
            "pypi.mirrors.ustc.edu.cn",
            "mirrors.cloud.tencent.com",
            "repo.huaweicloud.com",
            "mirror.yandex.ru",
        ],
        normal: python_name,
        comparable: str::to_owned,
        popular: Some(PopularNames { text: include_str!("../../../data/popular/pypi.txt"), is_ranked: true }),
    },
    EcosystemInfo {
        ecosystem: Ecosystem::Cargo,
        name: "cargo",
        purl: "cargo",
        osv: "crates.io",
        hosts: &["crates.io", "index.crates.io", "static.crates.io"],
        mirrors: &["mirrors.ustc.edu.cn", "rsproxy.cn"],
        normal: str::to_owned,
        comparable: |name| name.to_ascii_lowercase().replace('_', "-"),
        popular: Some(PopularNames { text: include_str!("../../../data/popular/cargo.txt"), is_ranked: false }),
    },
    EcosystemInfo {
        ecosystem: Ecosystem::Go,
        name: "golang",
        purl: "golang",
        osv: "Go",
        hosts: &["proxy.golang.org", "sum.golang.org"],
        mirrors: &["goproxy.cn", "goproxy.io", "mirrors.aliyun.com"],
        normal: str::to_owned,
        comparable: go_module,
        popular: Some(PopularNames { text: include_str!("../../../data/popular/golang.txt"), is_ranked: false }),
    },
    EcosystemInfo {
        ecosystem: Ecosystem::Gem,
        name: "gem",
        purl: "gem",
        osv: "RubyGems",
        hosts: &["rubygems.org"],
        mirrors: &["gems.ruby-china.com", "mirrors.tuna.tsinghua.edu.cn", "mirrors.aliyun.com"],
        normal: str::to_owned,
        comparable: str::to_ascii_lowercase,
        popular: Some(PopularNames { text: include_str!("../../../data/popular/gem.txt"), is_ranked: false }),
    },
    EcosystemInfo {
        ecosystem: Ecosystem::Composer,
        name: "composer",
        purl: "composer",
        osv: "Packagist",
        hosts: &["repo.packagist.org", "packagist.org", "api.github.com"],
        mirrors: &["mirrors.aliyun.com", "mirrors.cloud.tencent.com"],
        normal: str::to_ascii_lowercase,
        comparable: str::to_owned,
        popular: Some(PopularNames { text: include_str!("../../../data/popular/composer.txt"), is_ranked: false }),
    },
    EcosystemInfo {
        ecosystem: Ecosystem::Maven,
        name: "maven",
        purl: "maven",
        osv: "Maven",
        hosts: &["repo.maven.apache.org", "repo1.maven.org"],
        mirrors: &["maven.aliyun.com", "maven-central.storage.googleapis.com", "repo.huaweicloud.com"],
        normal: str::to_owned,
        comparable: str::to_ascii_lowercase,
        popular: Some(PopularNames { text: include_str!("../../../data/popular/maven.txt"), is_ranked: false }),
    },
    EcosystemInfo {
        ecosystem: Ecosystem::NuGet,
        name: "nuget",
        purl: "nuget",
        osv: "NuGet",
        hosts: &["api.nuget.org", "www.nuget.org"],
        mirrors: &[],
        normal: str::to_ascii_lowercase,
        comparable: str::to_owned,
        popular: Some(PopularNames { text: include_str!("../../../data/popular/nuget.txt"), is_ranked: false }),
    },
    EcosystemInfo {
        ecosystem: Ecosystem::Actions,
        name: "actions",
        purl: "github",
        osv: "GitHub Actions",
        hosts: &["github.com"],
        mirrors: &[],
        normal: str::to_ascii_lowercase,
        comparable: str::to_owned,
        popular: None,
    },
    EcosystemInfo {
        ecosystem: Ecosystem::Image,
        name: "image",
        purl: "docker",
        osv: "",
        hosts: &["docker.io", "registry-1.docker.io"],
        mirrors: &[],
        normal: str::to_owned,
        comparable: str::to_owned,
        popular: None,
    },
    EcosystemInfo {
        ecosystem: Ecosystem::Submodule,
        name: "submodule",
        purl: "generic",
        osv: "",
        hosts: &[],
        mirrors: &[],
        normal: str::to_owned,
        comparable: str::to_owned,
        popular: None,
    },
];

/// Normalises the name of a Python package according to the
/// [specification](https://packaging.python.org/en/latest/specifications/name-normalization/).
fn python_name(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split(['-', '_', '.']).filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

/// Returns a Go module's path in lower case, without its major version.
fn go_module(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let is_major = |v: &str| v.strip_prefix('v').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    match lower.rsplit_once('/') {
        Some((module, version)) if is_major(version) => module.to_owned(),
        _ => lower,
    }
}

impl Ecosystem {
    /// All ecosystems.
    pub const ALL: [Ecosystem; ECOSYSTEMS.len()] = {
        let mut all = [Ecosystem::Npm; ECOSYSTEMS.len()];
        let mut place = 0;
        while place < all.len() {
            all[place] = ECOSYSTEMS[place].ecosystem;
            place += 1;
        }
        all
    };

    fn info(self) -> &'static EcosystemInfo {
        &ECOSYSTEMS[self as usize]
    }

    /// The ecosystem with this name in reports.
    pub fn named(name: &str) -> Option<Ecosystem> {
        ECOSYSTEMS.iter().find(|info| info.name == name).map(|info| info.ecosystem)
    }

    /// The ecosystem with this name in OSV advisories.
    pub fn in_osv(name: &str) -> Option<Ecosystem> {
        ECOSYSTEMS.iter().find(|info| !info.osv.is_empty() && info.osv == name).map(|info| info.ecosystem)
    }

    /// The name in reports.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The type in package URLs.
    pub fn purl(self) -> &'static str {
        self.info().purl
    }

    /// The public hosts that the ecosystem's tools use by default or offer as an option.
    pub fn usual_hosts(self) -> &'static [&'static str] {
        self.info().hosts
    }

    /// The hosts of the ecosystem's public mirrors, as their operators publish them.
    pub fn mirrors(self) -> &'static [&'static str] {
        self.info().mirrors
    }

    /// Converts a package name to the registry's normal form.
    pub fn normal(self, name: &str) -> String {
        (self.info().normal)(name)
    }

    /// Converts a name in normal form for comparison. The result is the same for all names that a registry treats as
    /// one package, such as names that differ only in case or separators, and for all major versions of a Go module.
    pub fn comparable(self, name: &str) -> String {
        (self.info().comparable)(name)
    }

    /// The built-in list of well-known names, if there is one.
    pub fn popular(self) -> Option<PopularNames> {
        self.info().popular
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_variants() {
        for (place, ecosystem) in Ecosystem::ALL.into_iter().enumerate() {
            assert_eq!(ecosystem as usize, place, "{ecosystem}");
            assert_eq!(Ecosystem::named(ecosystem.name()), Some(ecosystem));
        }
    }

    #[test]
    fn package_names_are_normalised_by_registry_rules() {
        for (ecosystem, name, normal, comparable) in [
            (Ecosystem::PyPi, "Foo__Bar.baz", "foo-bar-baz", "foo-bar-baz"),
            (Ecosystem::NuGet, "Foo.Bar", "foo.bar", "foo.bar"),
            (Ecosystem::Npm, "Foo", "Foo", "Foo"),
            (Ecosystem::Cargo, "foo_Bar", "foo_Bar", "foo-bar"),
            (Ecosystem::Go, "example.org/X/y/v2", "example.org/X/y/v2", "example.org/x/y"),
            (Ecosystem::Go, "example.org/vx", "example.org/vx", "example.org/vx"),
        ] {
            assert_eq!(ecosystem.normal(name), normal);
            assert_eq!(ecosystem.comparable(normal), comparable);
        }
    }
}
