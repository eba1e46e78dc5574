//! Recognises dependency files by their paths.

use super::format::ManifestFormat;
use super::formats::FORMATS;
use crate::Ecosystem;
use std::fmt;

/// A kind of dependency file: an index in the table of formats.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileKind(u8);

/// Folders of third-party code, whose files do not describe the scanned project.
const ELSEWHERE: [&str; 8] =
    ["node_modules", "bower_components", "site-packages", "vendor", "third_party", "third-party", "venv", ".venv"];

impl FileKind {
    /// The kind of the file at a path; `None` if it is not a dependency file.
    pub fn of(path: &[u8]) -> Option<FileKind> {
        let path = std::str::from_utf8(path).ok()?;
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let place = FORMATS.iter().position(|format| (format.matches)(folder, name))?;
        (!folder.split('/').any(|part| ELSEWHERE.contains(&part))).then_some(FileKind(place as u8))
    }

    /// All kinds.
    pub fn all() -> impl Iterator<Item = FileKind> {
        (0..FORMATS.len() as u8).map(FileKind)
    }

    pub(super) fn format(self) -> &'static ManifestFormat {
        &FORMATS[usize::from(self.0)]
    }

    /// The unique name of its format.
    pub fn name(self) -> &'static str {
        self.format().name
    }

    /// The ecosystem of the packages that such a file declares; `None` if it declares none.
    pub fn ecosystem(self) -> Option<Ecosystem> {
        self.format().ecosystem
    }

    /// Whether the entries of such a file may have digests of the packages.
    pub fn has_hashes(self) -> bool {
        self.format().has_hashes
    }

    /// Whether it is a lockfile, which tools write with exact versions.
    pub fn is_lock(self) -> bool {
        !self.format().locks.is_empty()
    }

    /// The kinds of manifests, in the same folder, that a lockfile belongs to; none for a manifest.
    pub fn manifests(self) -> impl Iterator<Item = FileKind> {
        FileKind::all().filter(move |manifest| self.is_lock_of(*manifest))
    }

    /// Whether it is a lockfile for manifests of this kind in the same folder.
    pub fn is_lock_of(self, manifest: FileKind) -> bool {
        self.format().locks.contains(&manifest.name())
    }
}

impl fmt::Debug for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_determines_the_format() {
        for (path, format) in [
            ("web/package.json", "package.json"),
            ("npm-shrinkwrap.json", "package-lock.json"),
            ("requirements/dev.txt", "requirements.txt"),
            ("docs/requirements-docs.in", "requirements.txt"),
            (".github/workflows/ci.yaml", "GitHub workflow or action"),
            ("docker/Dockerfile.dev", "Dockerfile"),
            ("api/web.dockerfile", "Dockerfile"),
            ("gradle/libs.versions.toml", "gradle version catalog"),
            ("app/build.gradle.kts", "gradle script"),
            ("a/b.gemspec", "gemspec"),
            ("src/App.csproj", ".NET project"),
        ] {
            assert_eq!(FileKind::of(path.as_bytes()).map(FileKind::name), Some(format), "{path}");
        }
        for other in ["web/node_modules/a/package.json", "docs/dockerfile.md", "notes.txt", "workflows/ci.yaml"] {
            assert_eq!(FileKind::of(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn names_are_unique_and_each_lockfile_belongs_to_known_manifests() {
        for kind in FileKind::all() {
            assert_eq!(FileKind::all().filter(|other| other.name() == kind.name()).count(), 1, "{kind:?}");
            for manifest in kind.format().locks {
                let known = FileKind::all().find(|other| other.name() == *manifest);
                assert!(known.is_some_and(|known| !known.is_lock()), "{kind:?} locks {manifest}");
            }
        }
    }
}
