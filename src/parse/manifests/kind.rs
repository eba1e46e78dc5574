//! Recognises dependency files by their paths.

/// A kind of dependency file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum FileKind {
    /// npm's `package.json`.
    PackageJson,
    /// npm's `package-lock.json` and `npm-shrinkwrap.json`.
    PackageLock,
    /// Yarn's lockfile, any version.
    YarnLock,
    /// pnpm's lockfile.
    PnpmLock,
    /// Bun's text lockfile.
    BunLock,
    /// pip's requirements and constraints files.
    Requirements,
    /// `pyproject.toml`.
    Pyproject,
    /// setuptools' `setup.cfg`.
    SetupCfg,
    /// setuptools' `setup.py`, searched for declarations.
    SetupPy,
    /// Pipenv's `Pipfile`.
    Pipfile,
    /// Pipenv's lockfile.
    PipfileLock,
    /// Poetry's lockfile.
    PoetryLock,
    /// uv's lockfile.
    UvLock,
    /// `Cargo.toml`.
    CargoToml,
    /// `Cargo.lock`.
    CargoLock,
    /// `go.mod`.
    GoMod,
    /// `go.sum`.
    GoSum,
    /// Bundler's `Gemfile`, searched for declarations.
    Gemfile,
    /// Bundler's lockfile.
    GemfileLock,
    /// A gemspec, searched for declarations.
    Gemspec,
    /// `composer.json`.
    ComposerJson,
    /// `composer.lock`.
    ComposerLock,
    /// Maven's `pom.xml`.
    Pom,
    /// A Gradle script, searched for declarations.
    Gradle,
    /// Gradle's version catalogue.
    GradleCatalog,
    /// Gradle's lockfile.
    GradleLock,
    /// .NET's project files and central package versions.
    MsBuild,
    /// NuGet's lockfile.
    NugetLock,
    /// A GitHub workflow or action.
    Pipeline,
    /// A Dockerfile.
    Dockerfile,
    /// `.gitmodules`.
    Submodules,
}

/// Folders of third-party code: their files say nothing about this project.
const ELSEWHERE: [&str; 8] =
    ["node_modules", "bower_components", "site-packages", "vendor", "third_party", "third-party", "venv", ".venv"];

impl FileKind {
    /// The kind of the file at a path, if it is one.
    pub fn of(path: &[u8]) -> Option<FileKind> {
        let path = std::str::from_utf8(path).ok()?;
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if folder.split('/').any(|part| ELSEWHERE.contains(&part)) {
            return None;
        }
        Some(match name {
            "package.json" => FileKind::PackageJson,
            "package-lock.json" | "npm-shrinkwrap.json" => FileKind::PackageLock,
            "yarn.lock" => FileKind::YarnLock,
            "pnpm-lock.yaml" => FileKind::PnpmLock,
            "bun.lock" => FileKind::BunLock,
            "pyproject.toml" => FileKind::Pyproject,
            "setup.cfg" => FileKind::SetupCfg,
            "setup.py" => FileKind::SetupPy,
            "Pipfile" => FileKind::Pipfile,
            "Pipfile.lock" => FileKind::PipfileLock,
            "poetry.lock" => FileKind::PoetryLock,
            "uv.lock" => FileKind::UvLock,
            "Cargo.toml" => FileKind::CargoToml,
            "Cargo.lock" => FileKind::CargoLock,
            "go.mod" => FileKind::GoMod,
            "go.sum" => FileKind::GoSum,
            "Gemfile" | "gems.rb" => FileKind::Gemfile,
            "Gemfile.lock" | "gems.locked" => FileKind::GemfileLock,
            "composer.json" => FileKind::ComposerJson,
            "composer.lock" => FileKind::ComposerLock,
            "pom.xml" => FileKind::Pom,
            "gradle.lockfile" | "buildscript-gradle.lockfile" => FileKind::GradleLock,
            "packages.lock.json" => FileKind::NugetLock,
            "Directory.Packages.props" | "packages.config" => FileKind::MsBuild,
            ".gitmodules" => FileKind::Submodules,
            "action.yml" | "action.yaml" => FileKind::Pipeline,
            _ if name.ends_with(".gemspec") => FileKind::Gemspec,
            _ if name.ends_with(".gradle") || name.ends_with(".gradle.kts") => FileKind::Gradle,
            _ if name.ends_with(".versions.toml") => FileKind::GradleCatalog,
            _ if [".csproj", ".fsproj", ".vbproj"].iter().any(|end| name.ends_with(end)) => FileKind::MsBuild,
            _ if is_requirements(folder, name) => FileKind::Requirements,
            _ if folder == ".github/workflows" && [".yml", ".yaml"].iter().any(|end| name.ends_with(end)) => {
                FileKind::Pipeline
            }
            _ if is_dockerfile(name) => FileKind::Dockerfile,
            _ => return None,
        })
    }

    /// Whether its entries may have digests of the packages.
    pub fn has_hashes(self) -> bool {
        self.is_lock() || self == FileKind::Requirements
    }

    /// Whether it is a lockfile: written by tools, with exact versions.
    pub fn is_lock(self) -> bool {
        use FileKind::*;
        matches!(
            self,
            PackageLock
                | YarnLock
                | PnpmLock
                | BunLock
                | PipfileLock
                | PoetryLock
                | UvLock
                | CargoLock
                | GoSum
                | GemfileLock
                | ComposerLock
                | GradleLock
                | NugetLock
        )
    }

    /// The manifests in the same folder that a lockfile belongs to.
    pub fn manifests(self) -> &'static [FileKind] {
        use FileKind::*;
        match self {
            PackageLock | YarnLock | PnpmLock | BunLock => &[PackageJson],
            PipfileLock => &[Pipfile],
            PoetryLock | UvLock => &[Pyproject],
            CargoLock => &[CargoToml],
            GoSum => &[GoMod],
            GemfileLock => &[Gemfile, Gemspec],
            ComposerLock => &[ComposerJson],
            GradleLock => &[Gradle],
            NugetLock => &[MsBuild],
            _ => &[],
        }
    }
}

fn is_requirements(folder: &str, name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".txt").or_else(|| name.strip_suffix(".in")) else { return false };
    let stem = stem.to_ascii_lowercase();
    stem.contains("requirements") || stem == "constraints" || folder.rsplit('/').next() == Some("requirements")
}

fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["dockerfile", "containerfile"].iter().any(|word| {
        lower.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
            && !lower.ends_with(".md")
            || lower.ends_with(&format!(".{word}"))
    })
}

#[cfg(test)]
mod tests {
    use super::FileKind;

    #[test]
    fn a_path_tells_what_a_file_is() {
        let of = |path: &str| FileKind::of(path.as_bytes());
        assert_eq!(of("web/package.json"), Some(FileKind::PackageJson));
        assert_eq!(of("npm-shrinkwrap.json"), Some(FileKind::PackageLock));
        assert_eq!(of("requirements/dev.txt"), Some(FileKind::Requirements));
        assert_eq!(of("docs/requirements-docs.in"), Some(FileKind::Requirements));
        assert_eq!(of(".github/workflows/ci.yaml"), Some(FileKind::Pipeline));
        assert_eq!(of("docker/Dockerfile.dev"), Some(FileKind::Dockerfile));
        assert_eq!(of("api/web.dockerfile"), Some(FileKind::Dockerfile));
        assert_eq!(of("gradle/libs.versions.toml"), Some(FileKind::GradleCatalog));
        for other in ["web/node_modules/a/package.json", "docs/dockerfile.md", "notes.txt", "workflows/ci.yaml"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
