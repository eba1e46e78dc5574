//! Reads dependency files, and caches the pieces that versions of a file share.

use super::kind::FileKind;
use super::part::{Fault, Part};
use super::table::{Shared, StatedId, Table};
use crate::Stated;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, Mutex};

/// Maximum size of a lockfile that is read, in bytes.
const MAX_LOCK: usize = 32 << 20;
/// Maximum size of a manifest that is read, in bytes.
const MAX_MANIFEST: usize = 4 << 20;

/// Maximum number of dependencies in a file that is read.
const MAX_STATED: usize = 200_000;

/// Maximum length of a name or a version, in bytes. Longer ones are truncated.
const MAX_TEXT: usize = 500;

/// Maximum length of a list of digests, in bytes. Longer lists are truncated.
const MAX_HASHES: usize = 32 * MAX_TEXT;

/// Maximum total size of cached pieces, in bytes.
const MAX_MEMO: usize = 64 << 20;

/// The contents of one dependency file.
#[derive(Clone, Default, Debug)]
pub struct Read {
    /// The dependencies, sorted and distinct.
    pub stated: Box<[StatedId]>,
    /// The dependencies that no entry of the lockfile requires; empty if the lockfile does not list the project's
    /// requirements.
    pub orphans: Box<[StatedId]>,
    /// The names of the packages that the file itself declares.
    pub own: Box<[String]>,
    /// The version of the package that the file itself declares; empty if it declares none.
    pub version: Box<str>,
}

/// A cached piece.
struct Known {
    stated: Vec<StatedId>,
    own: Vec<String>,
    version: String,
    required: Vec<String>,
    has_root: bool,
}

/// The pieces of one section, by their text.
type Pieces = FxHashMap<Box<str>, Arc<Known>>;

#[derive(Default)]
struct Memo {
    pieces: FxHashMap<FileKind, FxHashMap<Box<str>, Pieces>>,
    bytes: usize,
}

impl Memo {
    fn get(&self, kind: FileKind, section: &str, text: &str) -> Option<Arc<Known>> {
        self.pieces.get(&kind)?.get(section)?.get(text).cloned()
    }

    fn keep(&mut self, kind: FileKind, section: &str, text: &str, known: &Arc<Known>) {
        self.bytes += text.len();
        if self.bytes > MAX_MEMO {
            *self = Memo { bytes: text.len(), ..Memo::default() };
        }
        let sections = self.pieces.entry(kind).or_default();
        sections.entry(section.into()).or_default().insert(text.into(), known.clone());
    }
}

/// Reads dependency files on several threads.
#[derive(Default)]
pub struct ManifestReader {
    shared: Mutex<Shared>,
    memo: Mutex<Memo>,
}

impl ManifestReader {
    /// Reads a dependency file.
    ///
    /// # Errors
    /// Returns a message if the file is too large, or not in the format that its path implies.
    pub fn read(&self, kind: FileKind, bytes: &[u8]) -> Result<Read, String> {
        let most = if kind.is_lock() { MAX_LOCK } else { MAX_MANIFEST };
        if bytes.len() > most {
            return Err(format!("{} bytes: too large to be read as a dependency file", bytes.len()));
        }
        // Some editors and shells write UTF-16 with a byte order mark, and some tools read it.
        let decoded = encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| encoding.decode(bytes).0);
        let text = decoded.unwrap_or_else(|| String::from_utf8_lossy(bytes));
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
        if text.contains('\0') {
            return Err("not read as a dependency file: it is not text".into());
        }
        let parts = self.parts(kind, text).map_err(|why| {
            let why: String = why.chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect();
            format!("not read as a dependency file: {}", why.trim())
        })?;
        let count: usize = parts.iter().map(|part| part.stated.len()).sum();
        if count > MAX_STATED {
            return Err(format!("not read as a dependency file: {count} entries are too many"));
        }
        Ok(self.put_together(&parts))
    }

    /// Parses the pieces of a file, or the whole file if it cannot be read in pieces.
    fn parts(&self, kind: FileKind, text: &str) -> Result<Vec<Arc<Known>>, Fault> {
        let format = kind.format();
        let whole = || Ok(vec![self.remember(kind, "", text, false, || (format.read)(text))?]);
        let Some(cut) = format.cut.and_then(|cut| cut(text)) else { return whole() };
        let read = cut.pieces.iter().map(|p| self.remember(kind, &p.section, &p.text, true, || (cut.read)(p)));
        if !cut.skips_unreadable {
            return read.collect::<Result<Vec<_>, Fault>>().or_else(|_| whole());
        }
        let (good, bad): (Vec<_>, Vec<_>) = read.partition(Result::is_ok);
        match bad.into_iter().find_map(Result::err) {
            Some(why) if good.is_empty() => Err(why),
            _ => Ok(good.into_iter().flatten().collect()),
        }
    }

    fn remember(
        &self,
        kind: FileKind,
        section: &str,
        text: &str,
        keep: bool,
        read: impl FnOnce() -> Result<Part, Fault>,
    ) -> Result<Arc<Known>, Fault> {
        if keep
            && let Ok(memo) = self.memo.lock()
            && let Some(known) = memo.get(kind, section, text)
        {
            return Ok(known);
        }
        let part = read()?;
        let mut stated = Vec::with_capacity(part.stated.len());
        if let Ok(mut shared) = self.shared.lock() {
            stated.extend(part.stated.into_iter().filter(|s| !s.name.is_empty()).map(|s| shared.number(cut_long(s))));
        }
        let known = Arc::new(Known {
            stated,
            own: part.own,
            version: part.version,
            required: part.required,
            has_root: part.has_root,
        });
        if keep && let Ok(mut memo) = self.memo.lock() {
            memo.keep(kind, section, text, &known);
        }
        Ok(known)
    }

    fn put_together(&self, parts: &[Arc<Known>]) -> Read {
        let mut stated: Vec<StatedId> = parts.iter().flat_map(|p| p.stated.iter().copied()).collect();
        stated.sort_unstable();
        stated.dedup();
        let mut own: Vec<String> = parts.iter().flat_map(|p| p.own.iter().cloned()).collect();
        own.sort();
        own.dedup();
        let mut orphans = Vec::new();
        if parts.iter().any(|p| p.has_root)
            && let Ok(shared) = self.shared.lock()
        {
            let required: FxHashSet<&str> = parts.iter().flat_map(|p| p.required.iter().map(String::as_str)).collect();
            orphans.extend(stated.iter().filter(|id| !required.contains(shared.get(**id).name.as_str())));
        }
        let version = parts.iter().map(|p| p.version.as_str()).find(|v| !v.is_empty()).unwrap_or_default();
        Read { stated: stated.into(), orphans: orphans.into(), own: own.into(), version: version.into() }
    }

    /// Returns the table in an order that does not depend on the threads, and renumbers the entries of `read`
    /// accordingly.
    pub fn finish(self, read: &mut [Read]) -> Table {
        let (table, place) = self.shared.into_inner().unwrap_or_default().sorted();
        for file in read {
            for ids in [&mut file.stated, &mut file.orphans] {
                ids.iter_mut().for_each(|id| *id = place[id.0 as usize]);
                ids.sort_unstable();
            }
        }
        table
    }
}

/// Truncates long values, so that a hostile file cannot fill the table.
fn cut_long(mut stated: Stated) -> Stated {
    let cut = |text: &mut String, most: usize| {
        if text.len() > most {
            let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text.truncate(end);
        }
    };
    cut(&mut stated.name, MAX_TEXT);
    cut(&mut stated.version, MAX_TEXT);
    // Half a digest would be a different digest.
    if stated.hash.len() > MAX_HASHES {
        cut(&mut stated.hash, MAX_HASHES);
        stated.hash.truncate(stated.hash.rfind(' ').unwrap_or(0));
    }
    stated
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An example of each kind of file that is cut into pieces, except `yarn.lock`.
    const CUT: [(&str, &str); 10] = [
        (
            "Cargo.lock",
            "version = 4\n\n[[package]]\nname = \"me\"\nversion = \"0.1.0\"\ndependencies = [\n \"a\",\n]\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+https://github.com/cargo-lang/crates.io-index\"\nchecksum = \"ff\"\n\n[[package]]\nname = \"b\"\nversion = \"1.0.0\"\nsource = \"git+https://example.org/b#ff\"\n\n[metadata]\nx = \"y\"\n",
        ),
        (
            "poetry.lock",
            "[[package]]\nname = \"a\"\nversion = \"1\"\nfiles = [\n    {file = \"a\", hash = \"sha256:ff\"},\n]\n\n[package.dependencies]\nb = \"*\"\n\n[[package]]\nname = \"b\"\nversion = \"2\"\n\n[metadata]\npython = \"*\"\n",
        ),
        (
            "uv.lock",
            "version = 1\n\n[[package]]\nname = \"me\"\nsource = { virtual = \".\" }\ndependencies = [\n    { name = \"a\" },\n]\n\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = \"https://pypi.org/simple\" }\nwheels = [\n    { url = \"x\", hash = \"sha256:1\" },\n]\n",
        ),
        (
            "package-lock.json",
            "{\n  \"name\": \"me\",\n  \"packages\": {\n    \"\": {\n      \"dependencies\": {\"a\": \"1\"}\n    },\n    \"node_modules/a\": {\n      \"version\": \"1.0.0\",\n      \"resolved\": \"https://registry.npmjs.org/a/-/a-1.0.0.tgz\",\n      \"integrity\": \"sha512-x\"\n    },\n    \"node_modules/b\": {\"version\": \"2.0.0\"}\n  },\n  \"dependencies\": {\n    \"a\": {\"version\": \"1.0.0\"}\n  }\n}\n",
        ),
        (
            "bun.lock",
            "{\n  \"lockfileVersion\": 1,\n  \"packages\": {\n    \"a\": [\"a@1.0.0\", \"\", {}, \"sha512-x\"],\n    \"b\": [\"b@2.0.0\", \"\", {}, \"sha512-y\"],\n  }\n}\n",
        ),
        (
            "composer.lock",
            "{\"packages\": [{\"name\": \"a/b\", \"version\": \"1\"}, {\"name\": \"c/d\", \"version\": \"2\"}], \"packages-dev\": []}",
        ),
        (
            "Pipfile.lock",
            "{\"_meta\": {\"hash\": {}}, \"default\": {\"a\": {\"version\": \"==1\", \"hashes\": [\"sha256:ff\"]}, \"b\": {\"version\": \"==2\"}}, \"develop\": {}}",
        ),
        (
            "packages.lock.json",
            "{\"version\": 1, \"dependencies\": {\"net8.0\": {\"A\": {\"type\": \"Direct\", \"resolved\": \"1\", \"contentHash\": \"x\"}}}}",
        ),
        (
            "pnpm-lock.yaml",
            "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      a:\n        specifier: ^1\n        version: 1.0.0\n\npackages:\n\n  a@1.0.0:\n    resolution: {integrity: sha512-x}\n    deprecated: |-\n      no longer\n\n      kept\n\n  '@s/b@2.0.0':\n    resolution: {integrity: sha512-y}\n\nsnapshots:\n\n  a@1.0.0: {}\n",
        ),
        (
            "action.yml",
            "name: ci\non: [push]\njobs:\n  a:\n    container: node:20\n    steps:\n    - uses: o/a@v1\n    - run: |\n        uses: o/no@v1\n      shell: sh\n    - uses: o/b@v2 # why\n  b:\n    uses: o/r/.github/workflows/x.yml@main\n",
        ),
    ];

    fn of(path: &str) -> FileKind {
        FileKind::of(path.as_bytes()).unwrap()
    }

    fn stated(reader: &ManifestReader, read: &Read) -> Vec<String> {
        let shared = reader.shared.lock().unwrap();
        let mut all: Vec<String> = read.stated.iter().map(|id| format!("{:?}", shared.get(*id))).collect();
        all.sort();
        all
    }

    /// The contents of a file that is read whole; `None` if it cannot be parsed.
    fn whole(kind: FileKind, text: &str) -> Option<Vec<String>> {
        let part = (kind.format().read)(text).ok()?;
        let mut all: Vec<String> =
            part.stated.into_iter().filter(|s| !s.name.is_empty()).map(|s| format!("{s:?}")).collect();
        all.sort();
        all.dedup();
        Some(all)
    }

    #[test]
    fn piecewise_reading_matches_whole_file_reading() {
        for (kind, text) in CUT.map(|(path, text)| (of(path), text)) {
            let reader = ManifestReader::default();
            let expected = whole(kind, text).unwrap();
            assert!(!expected.is_empty(), "{kind:?}");
            assert_eq!(stated(&reader, &reader.read(kind, text.as_bytes()).unwrap()), expected, "{kind:?}");
            // The second read uses the cache.
            assert_eq!(stated(&reader, &reader.read(kind, text.as_bytes()).unwrap()), expected, "{kind:?}");
        }
    }

    #[test]
    fn piecewise_reading_matches_after_removing_or_repeating_a_line() {
        for (kind, text) in CUT.map(|(path, text)| (of(path), text)) {
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            for out in 0..lines.len() {
                for twice in [false, true] {
                    let changed: String = (0..lines.len())
                        .flat_map(|i| {
                            std::iter::repeat_n(
                                lines[i],
                                if i != out {
                                    1
                                } else if twice {
                                    2
                                } else {
                                    0
                                },
                            )
                        })
                        .collect();
                    let Some(expected) = whole(kind, &changed) else { continue };
                    let reader = ManifestReader::default();
                    let found = reader.read(kind, changed.as_bytes()).map(|read| stated(&reader, &read));
                    // A parser keeps one of two duplicate keys; reading in pieces sees both.
                    let Ok(mut found) = found else { panic!("{kind:?} line {out} {twice}\n{changed}") };
                    found.retain(|stated| !twice || expected.contains(stated));
                    assert_eq!(found, expected, "{kind:?} line {out} {twice}\n{changed}");
                }
            }
        }
    }

    #[test]
    fn hostile_files_are_rejected_without_a_panic() {
        let reader = ManifestReader::default();
        let deep = "[".repeat(200_000);
        let bomb: String = (1..40).map(|i| format!("a{i}: &a{i} [*a{0}, *a{0}]\n", i - 1)).collect();
        let nested = (1..40).map(|i| format!("<!ENTITY e{i} \"&e{0};&e{0};\">", i - 1)).collect::<String>();
        let entities = format!("<!DOCTYPE a [<!ENTITY e0 \"x\">{nested}]><project>&e39;</project>");
        for (kind, text) in [
            ("package.json", deep.clone()),
            ("package-lock.json", format!("{{\"packages\": {deep}")),
            ("bun.lock", deep.clone()),
            ("Cargo.lock", format!("a = {deep}")),
            ("pnpm-lock.yaml", deep.clone()),
            ("pom.xml", entities),
            ("pom.xml", "<a>".repeat(100_000)),
            ("package.json", "\0".to_owned()),
            ("package.json", " ".repeat(MAX_MANIFEST + 1)),
        ] {
            assert!(reader.read(of(kind), text.as_bytes()).is_err(), "{kind}");
        }
        assert!(reader.read(of("action.yml"), format!("a0: &a0 x\n{bomb}").as_bytes()).unwrap().stated.is_empty());
        let twice = r#"{"dependencies": {"a": "1", "a": "2"}, "dependencies": {"a": "3"}}"#;
        assert_eq!(reader.read(of("package.json"), twice.as_bytes()).unwrap().stated.len(), 1);
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics_a_reader(text in "[\\[\\]{}()<>:,=|> \\n\"'#&*@/.$_a-c0-1-]{0,160}") {
            let reader = ManifestReader::default();
            for kind in FileKind::all() {
                let _ = reader.read(kind, text.as_bytes());
            }
        }
    }
}
