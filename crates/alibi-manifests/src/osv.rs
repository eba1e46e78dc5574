//! Reads OSV advisories (<https://ossf.github.io/osv-schema/>) passed by the user. Only advisories about malicious
//! packages are used, not those about vulnerabilities.

use crate::{Ecosystem, Origin, Stated};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use semver::Version;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why advisories cannot be read.
#[derive(Debug, Error)]
pub enum OsvError {
    /// The file or folder does not exist or cannot be read.
    #[error("the advisories in {path} cannot be read: {err}", path = .0.display(), err = .1)]
    Io(PathBuf, std::io::Error),
    /// A file is not an OSV advisory.
    #[error("{path} is not an OSV advisory: {err}", path = .0.display(), err = .1)]
    Format(PathBuf, serde_json::Error),
    /// A folder contains no advisories.
    #[error("no advisories (files ending in .json) in {}", .0.display())]
    Empty(PathBuf),
}

/// Packages known to be malicious.
#[derive(Default, Debug)]
pub struct Advisories {
    files: usize,
    by_name: FxHashMap<(Ecosystem, Box<str>), Vec<Advisory>>,
}

#[derive(Debug)]
struct Advisory {
    id: Box<str>,
    /// Whether all versions are malicious. Otherwise, `versions` and `spans` contain the malicious ones.
    all: bool,
    versions: Vec<Box<str>>,
    spans: Vec<Span>,
}

/// A span of malicious versions: from `from` (inclusive) to `before` (exclusive) or `up_to` (inclusive).
#[derive(Debug)]
struct Span {
    from: Version,
    before: Option<Version>,
    up_to: Option<Version>,
}

#[derive(Deserialize)]
struct RawAdvisory<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(default)]
    withdrawn: Option<IgnoredAny>,
    #[serde(borrow, default)]
    aliases: Option<Vec<Cow<'a, str>>>,
    #[serde(borrow, default)]
    affected: Option<Vec<RawAffected<'a>>>,
    #[serde(borrow, default)]
    database_specific: Option<RawDatabase<'a>>,
}

#[derive(Default, Deserialize)]
struct RawDatabase<'a> {
    #[serde(rename = "malicious-packages-origins", default)]
    origins: Option<IgnoredAny>,
    #[serde(borrow, default)]
    cwe_ids: Option<Vec<Cow<'a, str>>>,
}

#[derive(Deserialize)]
struct RawAffected<'a> {
    #[serde(borrow, default)]
    package: Option<RawPackage<'a>>,
    #[serde(borrow, default)]
    versions: Option<Vec<Cow<'a, str>>>,
    #[serde(borrow, default)]
    ranges: Option<Vec<RawRange<'a>>>,
}

#[derive(Deserialize)]
struct RawPackage<'a> {
    #[serde(borrow)]
    ecosystem: Cow<'a, str>,
    #[serde(borrow)]
    name: Cow<'a, str>,
}

#[derive(Deserialize)]
struct RawRange<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    events: Option<Vec<RawEvent<'a>>>,
}

#[derive(Deserialize)]
struct RawEvent<'a> {
    #[serde(borrow, default)]
    introduced: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    fixed: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    last_affected: Option<Cow<'a, str>>,
}

/// Parses the name of an ecosystem in an advisory. A part after a colon, such as a distribution's release, is ignored.
fn ecosystem(name: &str) -> Option<Ecosystem> {
    Ecosystem::in_osv(name.split(':').next().unwrap_or_default())
}

impl RawAdvisory<'_> {
    /// Whether the advisory is about malicious code and has not been withdrawn. CWE-506 is embedded malicious code; ids
    /// that begin with MAL- are from the malicious-packages database.
    fn is_malicious(&self) -> bool {
        let named = |id: &str| id.starts_with("MAL-");
        let marked = self
            .database_specific
            .as_ref()
            .is_some_and(|d| d.origins.is_some() || d.cwe_ids.iter().flatten().any(|cwe| cwe == "CWE-506"));
        self.withdrawn.is_none() && (named(&self.id) || self.aliases.iter().flatten().any(|a| named(a)) || marked)
    }

    fn named(self) -> Vec<((Ecosystem, Box<str>), Advisory)> {
        if !self.is_malicious() {
            return Vec::new();
        }
        let id: Box<str> = self.id.as_ref().into();
        let affected = self.affected.into_iter().flatten().filter_map(|affected| {
            let package = affected.package?;
            let ecosystem = ecosystem(&package.ecosystem)?;
            let (ranges, listed) = (affected.ranges.unwrap_or_default(), affected.versions.unwrap_or_default());
            // Without ranges and versions, or with an open range, all versions are affected. A range that cannot be
            // parsed contains none.
            let all = ranges.iter().any(is_open) || ranges.is_empty() && listed.is_empty();
            let spans: Vec<Span> = ranges.iter().flat_map(spans).collect();
            let versions = listed.iter().map(|v| v.as_ref().into()).collect();
            let name = ecosystem.normal(&package.name).into_boxed_str();
            Some(((ecosystem, name), Advisory { id: id.clone(), all, versions, spans }))
        });
        affected.collect()
    }
}

/// Parses a semantic version, with zeros for missing parts.
fn version(text: &str) -> Option<Version> {
    let text = text.trim().trim_start_matches(['v', '=']);
    if text == "0" {
        return Some(Version::new(0, 0, 0));
    }
    Version::parse(text).ok().or_else(|| {
        let mut parts = text.split('.').map(|part| part.parse::<u64>().ok());
        let version = Version::new(parts.next()??, parts.next().unwrap_or(Some(0))?, parts.next().unwrap_or(Some(0))?);
        parts.next().is_none().then_some(version)
    })
}

/// Whether a range consists of commits instead of versions.
fn is_of_commits(range: &RawRange<'_>) -> bool {
    range.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("git"))
}

/// Whether a range begins with the first version and never ends.
fn is_open(range: &RawRange<'_>) -> bool {
    let mut events = range.events.iter().flatten();
    let begins = events.next().is_some_and(|e| e.introduced.as_deref().is_some_and(|v| v.trim() == "0"));
    begins && events.next().is_none() && !is_of_commits(range)
}

/// The spans of a range, without spans that have an unreadable bound.
fn spans(range: &RawRange<'_>) -> Vec<Span> {
    let mut spans: Vec<Option<Span>> = Vec::new();
    for event in range.events.iter().flatten().filter(|_| !is_of_commits(range)) {
        if let Some(from) = &event.introduced {
            spans.push(version(from).map(|from| Span { from, before: None, up_to: None }));
        }
        for (text, is_fix) in [(&event.fixed, true), (&event.last_affected, false)] {
            let (Some(text), Some(last)) = (text, spans.last_mut()) else { continue };
            match (version(text), last.as_mut()) {
                (Some(bound), Some(span)) if is_fix => span.before = Some(bound),
                (Some(bound), Some(span)) => span.up_to = Some(bound),
                _ => *last = None,
            }
        }
    }
    spans.into_iter().flatten().collect()
}

impl Span {
    fn contains(&self, version: &Version) -> bool {
        *version >= self.from
            && self.before.as_ref().is_none_or(|before| version < before)
            && self.up_to.as_ref().is_none_or(|last| version <= last)
    }
}

/// The package names in a run. Of hundreds of thousands of advisories, only the few that mention one of these names
/// are parsed in full.
#[derive(Default, Debug)]
pub struct Wanted(FxHashSet<String>);

impl Wanted {
    /// Creates the set from the names of dependencies.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Wanted {
        Wanted(names.into_iter().map(|name| Ecosystem::PyPi.normal(name)).collect())
    }

    /// Whether a name may be in the set. Names are compared by the loosest of the registries' equality rules.
    fn contains(&self, name: &str) -> bool {
        self.0.contains(&Ecosystem::PyPi.normal(name))
    }

    /// Whether an advisory may be about a package in the set, according to the values of `"name"` anywhere in it.
    fn is_named_in(&self, text: &[u8]) -> bool {
        const KEY: &[u8] = b"\"name\"";
        memchr::memmem::find_iter(text, KEY).any(|at| {
            let rest = text[at + KEY.len()..].trim_ascii_start();
            let Some(value) = rest.strip_prefix(b":").map(<[u8]>::trim_ascii_start) else { return false };
            let Some(value) = value.strip_prefix(b"\"") else { return false };
            let name = &value[..memchr::memchr(b'"', value).unwrap_or(value.len())];
            // A name with escapes has to be parsed.
            name.contains(&b'\\') || std::str::from_utf8(name).is_ok_and(|name| self.contains(name))
        })
    }
}

impl Advisories {
    /// Checks that the files and folders exist, so that a missing one is reported before the scan.
    ///
    /// # Errors
    /// [`OsvError::Io`]
    pub fn look(paths: &[PathBuf]) -> Result<(), OsvError> {
        paths.iter().try_for_each(|path| std::fs::metadata(path).map(|_| ()).map_err(|e| OsvError::Io(path.clone(), e)))
    }

    /// Reads the advisories about wanted packages in files and folders; symbolic links in folders are not followed.
    ///
    /// # Errors
    /// [`OsvError`]
    pub fn read(paths: &[PathBuf], wanted: &Wanted) -> Result<Advisories, OsvError> {
        let mut files: Vec<PathBuf> = Vec::new();
        for path in paths {
            let mut has_any = false;
            collect(path, wanted, &mut files, &mut has_any)?;
            if !has_any {
                return Err(OsvError::Empty(path.clone()));
            }
        }
        files.sort();
        let read: Vec<Vec<_>> = files.par_iter().map(|file| read_file(file, wanted)).collect::<Result<_, _>>()?;
        let mut by_name: FxHashMap<(Ecosystem, Box<str>), Vec<Advisory>> = FxHashMap::default();
        for (name, advisory) in read.into_iter().flatten() {
            by_name.entry(name).or_default().push(advisory);
        }
        Ok(Advisories { files: files.len(), by_name })
    }

    /// A notice with the number of advisory files read and the number of advisories about packages in this history.
    /// Advisories about vulnerabilities do not count.
    pub fn notice(&self) -> String {
        let names: usize = self.by_name.values().map(Vec::len).sum();
        format!(
            "advisory files read: {}; advisories about malicious packages with a name in this history: {names}",
            self.files
        )
    }

    /// The id of the advisory that reports a dependency as malicious. `is_exact` says whether the dependency's
    /// version is the one in use, as in a lockfile. A requirement that allows several versions matches only an advisory
    /// about all versions.
    pub fn malicious(&self, stated: &Stated, is_exact: bool) -> Option<&str> {
        // A package in this or another repository is not the registry's package of that name.
        if !matches!(stated.origin, Origin::Registry | Origin::Host(_) | Origin::Misnamed(..)) {
            return None;
        }
        let about = self.by_name.get(&(stated.ecosystem, stated.name.as_str().into()))?;
        // The tag of an action is the version in use.
        let is_exact = is_exact || stated.is_pinned() || stated.ecosystem == Ecosystem::Actions;
        let written = stated.version.trim_start_matches(['=', ' ', 'v']);
        let exact = if is_exact { version(written) } else { None };
        let meets = |advisory: &&Advisory| {
            let listed = || advisory.versions.iter().any(|v| v.trim_start_matches('v') == written);
            let spanned = || exact.as_ref().is_some_and(|v| advisory.spans.iter().any(|span| span.contains(v)));
            advisory.all || is_exact && (listed() || spanned())
        };
        about.iter().filter(meets).map(|advisory| advisory.id.as_ref()).min()
    }
}

fn collect(path: &Path, wanted: &Wanted, into: &mut Vec<PathBuf>, has_any: &mut bool) -> Result<(), OsvError> {
    let failed = |e| OsvError::Io(path.to_path_buf(), e);
    if !std::fs::metadata(path).map_err(failed)?.is_dir() {
        *has_any = true;
        into.push(path.to_path_buf());
        return Ok(());
    }
    let in_registry = is_registry(path);
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        let path = entry.path();
        if kind.is_dir() {
            // The malicious-packages database has a folder for each name; a scope is a folder of such folders.
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if in_registry && !name.starts_with('@') && !wanted.contains(&name) {
                *has_any = true;
                continue;
            }
            collect(&path, wanted, into, has_any)?;
        } else if kind.is_file() && path.extension().is_some_and(|e| e == "json" || e == "jsonl" || e == "ndjson") {
            *has_any = true;
            into.push(path);
        }
    }
    Ok(())
}

/// Whether a folder is `malicious/npm` or similar, in the layout of <https://github.com/ossf/malicious-packages>.
fn is_registry(path: &Path) -> bool {
    let mut names = path.components().rev().map(|c| c.as_os_str());
    let known = ["npm", "pypi", "crates.io", "rubygems"];
    names.next().is_some_and(|name| known.iter().any(|k| name == *k)) && names.next().is_some_and(|n| n == "malicious")
}

type Named = ((Ecosystem, Box<str>), Advisory);

/// Reads one advisory, a list of them, or one per line.
fn read_file(path: &Path, wanted: &Wanted) -> Result<Vec<Named>, OsvError> {
    let bytes = std::fs::read(path).map_err(|e| OsvError::Io(path.to_path_buf(), e))?;
    let format = |e| OsvError::Format(path.to_path_buf(), e);
    let bytes = bytes.trim_ascii();
    if bytes.starts_with(b"[") {
        let all: Vec<RawAdvisory<'_>> = serde_json::from_slice(bytes).map_err(format)?;
        return Ok(all.into_iter().flat_map(RawAdvisory::named).collect());
    }
    // A file that looks like an advisory and contains no wanted name need not be parsed.
    let is_idle = |text: &[u8]| text.ends_with(b"}") && text.starts_with(b"{") && !wanted.is_named_in(text);
    if is_idle(bytes) && memchr::memmem::find(bytes, b"\"id\"").is_some() {
        return Ok(Vec::new());
    }
    match serde_json::from_slice::<RawAdvisory<'_>>(bytes) {
        Ok(one) => Ok(one.named()),
        Err(e) => {
            let lines: Vec<&[u8]> =
                bytes.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).filter(|l| !l.is_empty()).collect();
            // The error of a single advisory is reported as it is.
            if lines.len() < 2 || serde_json::from_slice::<RawAdvisory<'_>>(lines[0]).is_err() {
                return Err(format(e));
            }
            let about = lines.par_iter().filter(|line| !is_idle(line));
            let read = about.map(|line| serde_json::from_slice::<RawAdvisory<'_>>(line).map(RawAdvisory::named));
            let all: Vec<Vec<Named>> = read.collect::<Result<_, _>>().map_err(format)?;
            Ok(all.into_iter().flatten().collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Purpose;

    fn advisories(text: &str) -> Advisories {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        std::fs::write(&file, text).unwrap();
        Advisories::read(&[file], &wanted()).unwrap()
    }

    fn wanted() -> Wanted {
        Wanted::new(["a", "b", "c", "odd", "vulnerable", "mistaken", "a-1", "a-2"])
    }

    fn stated(name: &str, version: &str) -> Stated {
        Stated::new(Ecosystem::Npm, name, version, Purpose::Runtime)
    }

    #[test]
    fn only_affected_versions_in_malware_advisories_match() {
        let all = advisories(
            r#"[{"id":"MAL-2024-1","affected":[{"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]},
            {"id":"MAL-2024-2","affected":[{"package":{"ecosystem":"npm","name":"b"},"versions":["1.2.3"]}]},
            {"id":"MAL-2024-3","affected":[{"package":{"ecosystem":"npm","name":"c"},"ranges":[{"type":"SEMVER","events":[{"introduced":"2.0.0"},{"fixed":"2.1.0"}]}]}]},
            {"id":"MAL-2024-5","aliases":null,"affected":[{"package":{"ecosystem":"npm","name":"odd"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.2.3.4"}]},{"type":"GIT","events":[{"introduced":"0"}]}]}]},
            {"id":"GHSA-x","affected":[{"package":{"ecosystem":"npm","name":"vulnerable"}}]},
            {"id":"MAL-2024-4","withdrawn":"2024-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"mistaken"}}]}]"#,
        );
        assert_eq!(all.malicious(&stated("a", "^9"), false), Some("MAL-2024-1"));
        assert_eq!(all.malicious(&stated("b", "1.2.3"), true), Some("MAL-2024-2"));
        assert_eq!(all.malicious(&stated("b", "1.2.4"), true), None);
        assert_eq!(all.malicious(&stated("b", "^1.2.3"), false), None);
        assert_eq!(all.malicious(&stated("c", "2.0.5"), true), Some("MAL-2024-3"));
        assert_eq!(all.malicious(&stated("c", "2.1.0"), true), None);
        assert_eq!(all.malicious(&stated("odd", "9.0.0"), true), None);
        let own = stated("a", "").from(Origin::Path("./a".into()));
        assert_eq!(all.malicious(&own, false), None);
        assert_eq!(all.malicious(&stated("vulnerable", "1.0.0"), true), None);
        assert_eq!(all.malicious(&stated("mistaken", "1.0.0"), true), None);
    }

    #[test]
    fn line_delimited_advisories_are_read_and_invalid_ones_rejected() {
        let line =
            |n: u32| format!(r#"{{"id":"MAL-{n}","affected":[{{"package":{{"ecosystem":"PyPI","name":"A_{n}"}}}}]}}"#);
        let found = advisories(&format!("{}\n{}\n{}\n", line(1), line(2), line(3)));
        let of = |name: &str| Stated::new(Ecosystem::PyPi, name, "", Purpose::Runtime);
        assert_eq!(found.malicious(&of("a.2"), false), Some("MAL-2"));
        // No package in the run has the third name.
        assert_eq!(found.malicious(&of("a-3"), false), None);
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Advisories::read(&[folder.path().into()], &wanted()), Err(OsvError::Empty(_))));
        let file = folder.path().join("x.json");
        std::fs::write(&file, "{ nonsense").unwrap();
        assert!(matches!(Advisories::read(&[file], &wanted()), Err(OsvError::Format(..))));
    }
}
